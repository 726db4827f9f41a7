// The command that publishes an event of a type that a webhook wants, as one pastes it into a shell. Pure.

const exampleType = 'hello.world';

export function publishCommand({
  origin,
  token,
  patterns,
}: {
  readonly origin: string;
  /** Absent while there is none to show: then the shell's variable KEY stands for it. */
  readonly token: string | undefined;
  /** The event types of the webhook that is to get it. */
  readonly patterns: readonly string[];
}): string {
  const body = JSON.stringify({ type: typeFor(patterns), data: { message: 'Hello from the first steps' } });
  return [
    `curl ${quoted(`${origin}/api/v1/events`)} \\`,
    `  -H ${token === undefined ? '"Authorization: Bearer $KEY"' : quoted(`Authorization: Bearer ${token}`)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(body)}`,
  ].join('\n');
}

/** A type that meets one of the patterns, if any does. */
export function typeFor(patterns: readonly string[]): string {
  if (patterns.length === 0 || patterns.includes('*')) return exampleType;
  const [first = exampleType] = patterns.toSorted((one, other) => stars(one) - stars(other));
  return first.endsWith('*') ? `${first.slice(0, -1)}created` : first;
}

function stars(pattern: string): number {
  return pattern.endsWith('*') ? 1 : 0;
}

/** Nothing in it means anything to the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
