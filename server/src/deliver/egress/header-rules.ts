// Which headers a tenant may add to its deliveries: none that would change the message's frame, its host or its signature.

import { escapePointer } from '../../domain/json-scan.ts';
import type { FieldProblem } from '../../domain/refusal.ts';

const headersMax = 32;
/** Of all names and values together: many receivers take no more than 8 KiB of headers in all. */
const bytesMax = 4_096;

const reserved = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'cookie',
]);
const reservedPrefixes = ['proxy-', 'webhook-'];

/** RFC 9110 §5.6.2 */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Every broken rule; pointers start at the object of headers, whose own pointer is the caller's to put before them. */
export function headerProblems(headers: Readonly<Record<string, string>>): FieldProblem[] {
  const names = Object.keys(headers);
  const problems: FieldProblem[] = [];
  if (names.length > headersMax) {
    problems.push({ pointer: '', rule: 'count', message: `There must be at most ${headersMax} headers` });
  }
  const bytes = names.reduce((sum, name) => sum + name.length + headers[name]!.length, 0);
  if (bytes > bytesMax) {
    problems.push({
      pointer: '',
      rule: 'length',
      message: `The headers must not be longer than ${bytesMax} bytes together`,
    });
  }
  const seen = new Set<string>();
  for (const name of names) {
    const problem = headerProblem(name, headers[name]!, seen);
    if (problem !== undefined) problems.push({ pointer: `/${escapePointer(name)}`, ...problem });
    seen.add(name.toLowerCase());
  }
  return problems;
}

function headerProblem(
  name: string,
  value: string,
  seen: ReadonlySet<string>,
): Omit<FieldProblem, 'pointer'> | undefined {
  const lower = name.toLowerCase();
  if (!token.test(name)) {
    return { rule: 'name', message: "A header's name must be letters, digits and any of !#$%&'*+.^_`|~-" };
  }
  if (reserved.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix))) {
    return { rule: 'reserved', message: `The header ${lower} is set by the server and must not be given` };
  }
  if (seen.has(lower)) {
    return { rule: 'duplicate', message: `The header ${lower} must be given once, in whatever case` };
  }
  if (!/^[\t\u0020-\u007e]*$/.test(value) || value !== value.trim()) {
    return {
      rule: 'characters',
      message: "A header's value must be printable ASCII without spaces at its ends or line breaks",
    };
  }
  return undefined;
}
