// What dialects' formats have in common: credentials as a header, and a webhook's own headers beside the wire's.

import { headerTexts, type Credentials, type Endpoint } from '../domain/webhook.ts';

/** HTTP Basic in UTF-8 (RFC 7617 §2.1). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64')}`;
}

/** The wire's headers, then those that the webhook was given, which never replace one of them. */
export function withOwnHeaders(
  wire: Readonly<Record<string, string>>,
  { headers }: Pick<Endpoint, 'headers'>,
): Readonly<Record<string, string>> {
  const taken = new Set(Object.keys(wire).map((name) => name.toLowerCase()));
  const own = Object.entries(headerTexts(headers)).filter(([name]) => !taken.has(name.toLowerCase()));
  return { ...wire, ...Object.fromEntries(own) };
}
