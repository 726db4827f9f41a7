// A body of a request, an answer or an event: as a tree, as it is, or, where it is no text, as something to download.

import { Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { Code, CopyButton } from './copy.tsx';
import { JsonTree } from './json-tree.tsx';
import { readWritten } from './written-json.ts';

/** More than this makes a page slow; the rest is for the download. */
const shownMax = 200_000;

type PayloadProps = {
  /** Null when it is no text. */
  readonly text: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly label: string;
  readonly fileName: string;
};

export function Payload({ text, bytes, label, fileName }: PayloadProps) {
  const words = texts.attempts.payload;
  const json = useMemo(() => (text === null ? undefined : parsed(text)), [text]);
  const [view, setView] = useState<'tree' | 'raw'>('tree');
  if (bytes.length === 0) return <p className="text-quiet italic">{words.empty}</p>;
  const isTree = json !== undefined && view === 'tree';
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        {json === undefined ? (
          <span />
        ) : (
          <div
            role="group"
            aria-label={words.view}
            className="inline-flex rounded-md border border-line p-0.5"
          >
            {(['tree', 'raw'] as const).map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={view === one}
                onClick={() => setView(one)}
                className={classNames(
                  'rounded px-2.5 py-0.5 text-xs font-medium',
                  view === one ? 'bg-accent-soft text-accent-strong' : 'text-quiet hover:text-ink',
                )}
              >
                {words[one]}
              </button>
            ))}
          </div>
        )}
        <div className="flex items-center gap-1">
          {text !== null && isTree && <CopyButton text={text} label={`${texts.common.copy}: ${label}`} />}
          <Button
            kind="quiet"
            icon={<Download aria-hidden size={14} />}
            onClick={() => download(bytes, fileName)}
          >
            {words.download}
          </Button>
        </div>
      </div>
      {text === null ? (
        <p className="text-quiet">{words.binary(texts.numbers.bytes(bytes.length))}</p>
      ) : isTree ? (
        <JsonTree value={json.value} />
      ) : (
        <>
          <Code text={text.slice(0, shownMax)} label={label} wrap />
          {text.length > shownMax && (
            <p className="text-xs text-quiet">{words.large(texts.numbers.bytes(bytes.length))}</p>
          )}
        </>
      )}
    </div>
  );
}

/** Only what is an object or a list gains from a tree. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    const value = readWritten(text);
    return typeof value === 'object' && value !== null ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** Saved as bytes of no type, so that no browser opens them. */
function download(bytes: Uint8Array<ArrayBuffer>, fileName: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Undefined for bytes that are not UTF-8. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
