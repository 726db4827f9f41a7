// One setting: how its text is read, what it is without one, and what people are told about it.

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

/** Reads a setting's text. The problem continues the sentence "POSTHORN_X …", such as "must be a port, 0 to 65535". */
export type Parse<Value> = (text: string) => Parsed<Value>;

export type Setting<Value = unknown, Default extends string | null = string | null> = {
  readonly group: string;
  readonly parse: Parse<Value>;
  /** The text used when no source has one; null leaves the setting unset. */
  readonly default: Default;
  readonly help: string;
  /** What the default means where its text does not say it. */
  readonly defaultHelp?: string;
  /** Shown masked: all of it, or what is left of it then. */
  readonly secret?: true | ((text: string) => string);
};

/** A setting with a value in any case: given or by default. */
export function setting<Value>(of: Setting<Value, string>): Setting<Value, string> {
  return of;
}

/** A setting that may stay unset: its value is then null. */
export function optional<Value>(of: Omit<Setting<Value>, 'default'>): Setting<Value, null> {
  return { ...of, default: null };
}

export type Settings = Readonly<Record<string, Setting>>;

/** The values of a table of settings, by the names of the table. */
export type Values<Table extends Settings> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer Value, infer Default>
    ? null extends Default
      ? Value | null
      : Value
    : never;
};

export const prefix = 'POSTHORN_';

/** `publicUrl` → `POSTHORN_PUBLIC_URL`. */
export function variableOf(name: string): string {
  return prefix + name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** `publicUrl` → `--public-url`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
