// What `posthorn config` prints: every setting with its value and where that comes from, secrets masked.

import type { Origins } from './resolve.ts';
import { variableOf, type Settings } from './setting.ts';

/** One line a setting, in columns. */
export function showSettings(table: Settings, origins: Origins): string {
  const rows = Object.entries(table).map(([name, setting]) => {
    const { origin, text } = origins[name] ?? { origin: 'default', text: null };
    return [variableOf(name), shown(text, setting), origin] as const;
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, value, origin]) => `${name.padEnd(widths[0]!)}  ${value.padEnd(widths[1]!)}  ${origin}\n`)
    .join('');
}

function shown(text: string | null, { secret, defaultHelp }: Settings[string]): string {
  if (text === null || text === '')
    return defaultHelp === undefined ? '-' : `(${defaultHelp.replaceAll('`', '')})`;
  if (secret === undefined) return text;
  return secret === true ? '****' : secret(text);
}
