// What people may see of the settings: each with its value and where that comes from, secrets masked.

import type { ShownSetting } from '../domain/shown-setting.ts';
import { plainHelp } from './plain-help.ts';
import type { Origins } from './resolve.ts';
import { variableOf, type Settings } from './setting.ts';

export function shownSettings(table: Settings, origins: Origins): readonly ShownSetting[] {
  return Object.entries(table).map(([name, setting]) => {
    const { origin, text } = origins[name] ?? { origin: 'default', text: null };
    return {
      name: variableOf(name),
      group: setting.group,
      value: text === null || text === '' ? null : masked(text, setting.secret),
      origin,
      secret: setting.secret !== undefined,
      help: setting.help,
      whenUnset: setting.defaultHelp ?? null,
    };
  });
}

function masked(text: string, secret: Settings[string]['secret']): string {
  if (secret === undefined) return text;
  return secret === true ? '****' : secret(text);
}

/** What `posthorn config` prints: one line a setting, in columns. */
export function showSettings(table: Settings, origins: Origins): string {
  const rows = shownSettings(table, origins).map(
    ({ name, value, whenUnset, origin }) => [name, value ?? unset(whenUnset), origin] as const,
  );
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, value, origin]) => `${name.padEnd(widths[0]!)}  ${value.padEnd(widths[1]!)}  ${origin}\n`)
    .join('');
}

function unset(whenUnset: string | null): string {
  return whenUnset === null ? '(none)' : `(${plainHelp(whenUnset)})`;
}
