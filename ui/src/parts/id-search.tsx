// A field of a list's filters for an id that is pasted whole; a key leads to it.

import { Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { useKeys } from '../app/keys.tsx';

/** `take` gets what is an id, and '' once the field is emptied. */
export function IdSearch({
  label,
  hint,
  isId,
  current,
  take,
}: {
  readonly label: string;
  /** Told of a text that is no id. */
  readonly hint: string;
  readonly isId: (text: string) => boolean;
  /** What the list is filtered by; then what the field says is taken as well when it is left. */
  readonly current?: string;
  readonly take: (id: string) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState(false);
  useKeys([{ key: '/', label, act: () => field.current?.focus() }]);
  const read = (text: string) => {
    const id = text.trim();
    if (id === current) return;
    const isGood = id === '' || isId(id);
    setWrong(!isGood);
    if (isGood) take(id);
  };
  return (
    <>
      <div className="relative w-full md:w-64">
        <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-quiet" />
        <input
          ref={field}
          type="search"
          aria-label={label}
          aria-invalid={wrong || undefined}
          placeholder={label}
          defaultValue={current}
          spellCheck={false}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && read(currentTarget.value)}
          onBlur={({ currentTarget }) => current !== undefined && read(currentTarget.value)}
          onPaste={({ currentTarget }) => requestAnimationFrame(() => read(currentTarget.value))}
          className="w-full rounded-md border border-line-strong/60 bg-surface py-1.5 pr-2 pl-8 aria-invalid:border-bad"
        />
      </div>
      {wrong && (
        <p role="alert" className="order-last w-full text-xs text-bad">
          {hint}
        </p>
      )}
    </>
  );
}
