// The logo of a portal page: an address, or a small file that travels inside the link.

import { useId, useState } from 'react';
import { TextField } from '../../../parts/field.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.portalLinks;
/** In base64 that is the most that the API takes. */
const bytesMax = 36_000;

export function LogoField({
  value,
  choose,
  error,
}: {
  readonly value: string;
  readonly choose: (logoUrl: string) => void;
  readonly error: string | undefined;
}) {
  const id = useId();
  const [tooLarge, setTooLarge] = useState<string>();
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setTooLarge(file.size > bytesMax ? words.logoTooLarge(texts.numbers.bytes(file.size)) : undefined);
    if (file.size <= bytesMax) choose(await dataUrlOf(file));
  };
  return (
    <div className="flex flex-wrap items-start gap-3">
      <div className="min-w-56 grow">
        <TextField
          label={words.logo}
          hint={words.logoHint}
          value={value}
          onChange={({ target }) => choose(target.value)}
          error={tooLarge ?? error}
        />
      </div>
      <label
        htmlFor={id}
        className="mt-6 inline-flex min-h-8 cursor-pointer items-center rounded-md border border-line-strong/50 bg-surface px-3 py-1 font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent hover:bg-sunken"
      >
        {words.logoFile}
        <input
          id={id}
          type="file"
          accept="image/png,image/jpeg,image/gif,image/webp,image/svg+xml"
          className="sr-only"
          onChange={({ target }) => void take(target.files?.[0])}
        />
      </label>
      {value.startsWith('data:image/') && (
        <img src={value} alt="" className="mt-6 h-8 max-w-32 rounded border border-line object-contain" />
      )}
    </div>
  );
}

async function dataUrlOf(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('');
  return `data:${file.type};base64,${btoa(text)}`;
}
