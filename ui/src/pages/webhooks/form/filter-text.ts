// A filter as somebody types it, and as it is shown: a line for each of its conditions.

import { jsonIn, type TypedJson } from '../../../parts/json-in.ts';
import * as texts from '../../../texts/texts.ts';

export function filterText(filter: object): string {
  const lines = Object.entries(filter).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}\n}`;
}

/** Nothing is null, which is no filter. */
export function filterIn(text: string): TypedJson {
  const typed = jsonIn(text.trim() === '' ? 'null' : text);
  // Sent as JSON again, what overflows would be null.
  return holdsOverflow(typed.value) ? { problem: texts.webhookForm.filter.overflow } : typed;
}

function holdsOverflow(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsOverflow);
}
