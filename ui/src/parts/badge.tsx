// A word with the colour of what it means.

import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'quiet';

const tones: Readonly<Record<Tone, string>> = {
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  accent: 'bg-accent-soft text-accent-strong',
  quiet: 'bg-sunken text-quiet',
};

export function Badge({
  tone = 'quiet',
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <span
      title={title}
      className={classNames(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
