// Headers and metadata as rows of a form, and as the object that is sent of them.

import type { FieldProblem } from '../../../api/field-problem.ts';
import * as texts from '../../../texts/texts.ts';

export type Pair = { readonly name: string; readonly value: string };

export function pairsOf(record: Readonly<Record<string, string>>): readonly Pair[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

export function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(
    pairs.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  );
}

/** The JSON pointer of a row's member in the object at `place` (RFC 6901 §3). */
export function pairPlace(place: string, name: string): string {
  return `${place}/${name.trim().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What no object could hold, and so would be lost without a word: a value without a name, a second one of a name. */
export function pairProblems(place: string, pairs: readonly Pair[]): readonly FieldProblem[] {
  const words = texts.webhookForm.pairs;
  const seen = new Set<string>();
  return pairs.flatMap(({ name, value }) => {
    const pointer = pairPlace(place, name);
    if (name.trim() === '')
      return value === '' ? [] : [{ pointer, rule: 'required', message: words.nameless(value) }];
    if (seen.has(pointer)) return [{ pointer, rule: 'duplicate', message: words.twice }];
    seen.add(pointer);
    return [];
  });
}
