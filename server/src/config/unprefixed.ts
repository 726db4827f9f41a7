// Lines of `.env` that look like settings and are none, since they lack the prefix: texts name settings without it.

import type { EnvFile } from './env-file.ts';
import type { Origins } from './resolve.ts';
import { prefix, variableOf } from './setting.ts';

/**
 * A sentence for each whose setting is not given otherwise. No reason not to start: the file may be other programs' as well,
 * and they have a `PORT`, too.
 */
export function unprefixed(origins: Origins, { values }: EnvFile): string[] {
  return Object.entries(origins)
    .filter(([, { origin }]) => origin === 'default')
    .map(([name]) => ({ variable: variableOf(name), bare: variableOf(name).slice(prefix.length) }))
    .filter(({ bare }) => values.has(bare))
    .map(({ variable, bare }) => `${bare} in .env is not read: the setting is ${variable}`);
}
