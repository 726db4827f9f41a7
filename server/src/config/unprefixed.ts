// Lines of `.env` that look like settings and are none, since they lack the prefix: texts name settings without it.

import type { Sources } from './resolve.ts';
import { prefix, variableOf, type Settings } from './setting.ts';

/** A sentence for each. No reason not to start: the file may be other programs' as well, and they have a `PORT`, too. */
export function unprefixed(
  table: Settings,
  { environment, file }: Pick<Sources, 'environment' | 'file'>,
): string[] {
  return Object.keys(table)
    .map((name) => ({ variable: variableOf(name), bare: variableOf(name).slice(prefix.length) }))
    .filter(({ bare }) => file.values.has(bare))
    .filter(({ variable }) => !file.values.has(variable) && environment[variable] === undefined)
    .map(({ variable, bare }) => `${bare} in .env is not read: the setting is ${variable}`);
}
