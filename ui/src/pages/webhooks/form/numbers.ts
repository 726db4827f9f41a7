// Numbers as somebody types them: which of them a field takes, and what to write in place of any other text.

import type { FieldProblem } from '../../../api/field-problem.ts';
import * as texts from '../../../texts/texts.ts';
import type { Draft } from './draft.ts';

/** What can't be read would count as nothing: no limit, no expiry, a default that nobody has asked for. */
export function numberProblems(draft: Draft): readonly FieldProblem[] {
  const { timeoutS, concurrency, rateRequests, ratePerSeconds, expiryDays } = draft;
  const isLimited = !isBlank(rateRequests);
  const found: Readonly<Record<string, string | undefined>> = {
    '/timeoutMs': isBlank(timeoutS) ? undefined : secondsProblem(timeoutS, 1, 30),
    '/concurrency': isBlank(concurrency) ? undefined : wholeProblem(concurrency, 1, 500),
    '/rateLimit/requests': isLimited ? wholeProblem(rateRequests, 1, 100_000) : undefined,
    '/rateLimit/perSeconds': isLimited ? wholeProblem(ratePerSeconds, 1, 3_600) : undefined,
    '/dialectSettings/expiryDays': wholeProblem(expiryDays, 0, 3_650),
  };
  return Object.entries(found).flatMap(([pointer, message]) =>
    message === undefined ? [] : [{ pointer, rule: 'number', message }],
  );
}

export function isBlank(text: string): boolean {
  return text.trim() === '';
}

export function wholeProblem(text: string, min: number, max = Infinity): string | undefined {
  if (/^\d+$/.test(text.trim()) && isBetween(text, min, max)) return undefined;
  return texts.webhookForm.numbers.whole(min, max);
}

function secondsProblem(text: string, min: number, max: number): string | undefined {
  if (/^\d+(\.\d+)?$/.test(text.trim()) && isBetween(text, min, max)) return undefined;
  return texts.webhookForm.numbers.seconds(min, max);
}

function isBetween(text: string, min: number, max: number): boolean {
  return Number(text) >= min && Number(text) <= max;
}
