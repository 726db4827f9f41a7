// The name of a webhook whose client gives none: the host of its URL, with a number when that is taken (specification §5.1).

import { nameLengthMax } from './translate/webhook-in.ts';

export function nameFor(url: string, taken: readonly string[]): string {
  const names = new Set(taken.map((name) => name.toLowerCase()));
  const { host } = new URL(url);
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : ` (${number})`;
    const name = host.slice(0, nameLengthMax - suffix.length) + suffix;
    if (!names.has(name.toLowerCase())) return name;
  }
}
