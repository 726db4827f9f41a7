// Finds the text of every setting (flag, then environment, then `.env`, then default), reads it, and collects all problems.

import type { ShownSetting } from '../domain/shown-setting.ts';
import type { EnvFile } from './env-file.ts';
import { nearest } from './nearest.ts';
import { flagOf, prefix, variableOf, type Settings, type Values } from './setting.ts';

export type Sources = {
  /** By the setting's name in the table. */
  readonly flags: Readonly<Record<string, string>>;
  /** Flags on the command line that nothing knows. */
  readonly otherFlags: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: EnvFile;
};

export type Origins = Readonly<
  Record<string, { readonly origin: ShownSetting['origin']; readonly text: string | null }>
>;

/** Settings that can't be used; the message has every problem, one a line. */
export class BadSettings extends Error {
  override name = 'BadSettings';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Throws `BadSettings` with all that is wrong. An empty text counts as none. */
export function resolve<Table extends Settings>(
  table: Table,
  sources: Sources,
): { readonly values: Values<Table>; readonly origins: Origins } {
  const problems = [
    ...unknownFlags(table, sources),
    ...sources.file.problems,
    ...unknownVariables(table, sources),
  ];
  const values: Record<string, unknown> = {};
  const origins: Record<string, { origin: ShownSetting['origin']; text: string | null }> = {};
  for (const [name, setting] of Object.entries(table)) {
    const found = find(name, sources) ?? {
      origin: 'default' as const,
      text: setting.default,
      label: variableOf(name),
    };
    origins[name] = { origin: found.origin, text: found.text };
    const parsed = found.text === null ? { ok: true as const, value: null } : setting.parse(found.text);
    if (parsed.ok) values[name] = parsed.value;
    else problems.push(`${found.label} ${parsed.problem}`);
  }
  if (problems.length > 0) throw new BadSettings(problems);
  return { values: values as Values<Table>, origins };
}

function find(name: string, { flags, environment, file }: Sources) {
  const variable = variableOf(name);
  const places = [
    { origin: 'flag', text: flags[name], label: flagOf(name) },
    { origin: 'environment', text: environment[variable], label: variable },
    { origin: '.env', text: file.values.get(variable), label: `${variable} in .env` },
  ] as const;
  for (const { origin, text, label } of places) {
    if (text !== undefined && text !== '') return { origin, text, label };
  }
  return undefined;
}

function unknownVariables(table: Settings, { environment, file }: Sources): string[] {
  const known = Object.keys(table).map(variableOf);
  const unknown = (names: Iterable<string>) =>
    [...names].filter((name) => name.startsWith(prefix) && !known.includes(name));
  return [
    ...unknown(Object.keys(environment)).map((name) => ({ name, place: '' })),
    ...unknown(file.values.keys()).map((name) => ({ name, place: ' in .env' })),
  ].map(({ name, place }) => `${name}${place} is no setting${nearest(name, known)}`);
}

function unknownFlags(table: Settings, { otherFlags }: Sources): string[] {
  const known = Object.keys(table).map(flagOf);
  return otherFlags.map((given) => `${given} is no flag${nearest(given, known)}`);
}
