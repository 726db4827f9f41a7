// Finds texts that could not be kept as they came: NUL, which databases refuse, and halves of surrogate pairs, which UTF-8 lacks.

import { escapePointer } from '../domain/json-scan.ts';
import type { FieldProblem } from '../domain/refusal.ts';

/** The problems of every text in a JSON value, member names included. `pointer` is where the value lies in the request. */
export function problemsOfTexts(value: unknown, pointer: string): readonly FieldProblem[] {
  if (typeof value === 'string') return isPlain(value) ? [] : [notPlain(pointer)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${pointer}/${escapePointer(name)}`;
    return isPlain(name) ? problemsOfTexts(inner, here) : [notPlain(here)];
  });
}

/** Whether a text can be kept as it came. */
export function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function notPlain(pointer: string): FieldProblem {
  const message = `${pointer} holds NUL or broken Unicode; send plain text`;
  return { pointer, rule: 'characters', message };
}
