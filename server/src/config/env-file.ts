// Reads a `.env` file: one NAME=value a line, comments, `export`, and quotes around a value.

export type EnvFile = {
  readonly values: ReadonlyMap<string, string>;
  /** Lines that say nothing understandable. */
  readonly problems: readonly string[];
};

export const noEnvFile: EnvFile = { values: new Map(), problems: [] };

/** A later line wins over an earlier one of the same name. */
export function parseEnvFile(content: string): EnvFile {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, raw] of content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, rest] = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line) ?? [];
    const value = rest === undefined ? undefined : unquoted(rest);
    if (name === undefined || value === undefined) problems.push(`.env line ${index + 1} is not NAME=value`);
    else values.set(name, value);
  }
  return { values, problems };
}

/** Quotes keep everything between them; without quotes a ` #` begins a comment. */
function unquoted(rest: string): string | undefined {
  const quote = rest[0];
  if (quote !== '"' && quote !== "'") return rest.replace(/(^|\s+)#.*$/, '').trim();
  const end = rest.indexOf(quote, 1);
  if (end === -1 || !/^\s*(#.*)?$/.test(rest.slice(end + 1))) return undefined;
  return rest.slice(1, end);
}
