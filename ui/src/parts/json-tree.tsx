// JSON as a tree that opens and closes. Whatever it holds is text: nothing in it is ever markup.

import { useState } from 'react';
import * as texts from '../texts/texts.ts';
import { WrittenNumber } from './written-json.ts';

const openDepth = 2;
const shownMax = 200;

export function JsonTree({ value }: { readonly value: unknown }) {
  return (
    <div className="overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-relaxed">
      <Node value={value} depth={0} />
    </div>
  );
}

function Node({
  name,
  value,
  depth,
}: {
  readonly name?: string;
  readonly value: unknown;
  readonly depth: number;
}) {
  const [open, setOpen] = useState(depth < openDepth);
  const [all, setAll] = useState(false);
  const label = name === undefined ? null : <span className="text-accent-strong">{name}: </span>;
  if (typeof value !== 'object' || value === null || value instanceof WrittenNumber) {
    return (
      <div className="pl-4 break-all">
        {label}
        <Scalar value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  const [start, end] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return (
      <div className="pl-4">
        {label}
        {start}
        {end}
      </div>
    );
  }
  const shown = all ? entries : entries.slice(0, shownMax);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="min-h-[24px] text-left before:inline-block before:w-4 before:text-quiet before:content-['▸'] aria-expanded:before:content-['▾']"
      >
        {label}
        {start}
        {!open && (
          <span className="text-quiet">
            {' '}
            {texts.common.entries(entries.length)} {end}
          </span>
        )}
      </button>
      {open && (
        <>
          <div className="ml-1.5 border-l border-line pl-2">
            {shown.map(([key, child]) => (
              <Node key={key} name={key} value={child} depth={depth + 1} />
            ))}
            {shown.length < entries.length && (
              <button
                type="button"
                onClick={() => setAll(true)}
                className="min-h-[24px] pl-4 text-accent-strong underline"
              >
                {texts.common.showAll(entries.length)}
              </button>
            )}
          </div>
          <div className="pl-4">{end}</div>
        </>
      )}
    </div>
  );
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') return <span className="text-good">{JSON.stringify(value)}</span>;
  return <span className="text-warn">{value instanceof WrittenNumber ? value.text : String(value)}</span>;
}
