// What a filter makes of an event: whether it matches, why not, and each condition by itself.

import { Check, X } from 'lucide-react';
import type { FilterCheck } from '../../../api/types.ts';
import { Badge } from '../../../parts/badge.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.webhookForm.filter;

export function FilterVerdict({
  check: { matches, explanation, conditions },
}: {
  readonly check: FilterCheck;
}) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={matches ? 'good' : 'bad'}>{matches ? words.matches : words.differs}</Badge>
        {explanation !== null && <span className="min-w-0 break-words">{words.because(explanation)}</span>}
      </p>
      {conditions.length > 1 && (
        <ul aria-label={words.conditions} className="flex flex-col gap-1 text-xs">
          {conditions.map(({ pointer, matches: isMet, explanation: found }) => (
            <li key={pointer} title={pointer} className="grid grid-cols-[1rem_1fr] gap-1.5">
              {isMet ? (
                <Check size={14} aria-label={words.met} className="mt-0.5 text-good" />
              ) : (
                <X size={14} aria-label={words.unmet} className="mt-0.5 text-bad" />
              )}
              <span className="min-w-0 break-words">{found}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
