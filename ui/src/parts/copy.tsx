// Text to take along: a button that copies, an id that copies itself, and a block of code.

import { Check, Copy as CopyIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';

export function CopyButton({
  text,
  label = texts.common.copy,
}: {
  readonly text: string;
  readonly label?: string;
}) {
  const [copied, setCopied] = useCopied();
  return (
    <button
      type="button"
      aria-label={copied ? texts.common.copied : label}
      title={copied ? texts.common.copied : label}
      onClick={() => void copy(text).then(() => setCopied(true))}
      className="inline-flex size-6 shrink-0 items-center justify-center rounded text-quiet hover:bg-sunken hover:text-ink"
    >
      {copied ? <Check aria-hidden size={14} /> : <CopyIcon aria-hidden size={14} />}
    </button>
  );
}

/** The same as a button that says what it copies. */
export function CopyAction({ text, children }: { readonly text: string; readonly children: string }) {
  const [copied, setCopied] = useCopied();
  return (
    <Button
      icon={copied ? <Check aria-hidden size={14} /> : <CopyIcon aria-hidden size={14} />}
      onClick={() => void copy(text).then(() => setCopied(true))}
    >
      {copied ? texts.common.copied : children}
    </Button>
  );
}

/** Whether something was copied a moment ago. */
function useCopied() {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, setCopied] as const;
}

/** The clipboard is only there over https and on this machine; elsewhere a hidden field does it. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/** An id, short enough for a row; the whole of it is copied and in its title. */
export function CopyableId({ id, short = false }: { readonly id: string; readonly short?: boolean }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="truncate text-xs" title={id}>
        {short && id.length > 14 ? `${id.slice(0, 4)}…${id.slice(-6)}` : id}
      </code>
      <CopyButton text={id} label={`${texts.common.copy} ${id}`} />
    </span>
  );
}

export function Code({
  text,
  wrap = false,
  label,
}: {
  readonly text: string;
  readonly wrap?: boolean;
  readonly label?: string;
}) {
  return (
    <div className="relative min-w-0 rounded-md border border-line bg-sunken">
      <div className="absolute top-1 right-1">
        <CopyButton
          text={text}
          label={label === undefined ? texts.common.copy : `${texts.common.copy}: ${label}`}
        />
      </div>
      <pre
        tabIndex={0}
        aria-label={label}
        className={classNames(
          'max-h-96 overflow-auto p-3 pr-9 text-xs leading-relaxed',
          wrap && 'break-all whitespace-pre-wrap',
        )}
      >
        {text}
      </pre>
    </div>
  );
}
