// Reads `Authorization`: HTTP Basic and Bearer, or a bare token.

export type BasicCredentials = {
  readonly scheme: 'basic';
  readonly username: string;
  readonly password: string;
};
export type BearerToken = { readonly scheme: 'bearer'; readonly token: string };

/** RFC 7617 §2 in UTF-8, or RFC 6750 §2.1; undefined for anything else. */
export function readAuthorization(header: string | undefined): BasicCredentials | BearerToken | undefined {
  const [, scheme, value = ''] = /^(basic|bearer) +(\S{1,4096}) *$/i.exec(header ?? '') ?? [];
  if (scheme === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', token: value };
  const text = Buffer.from(value, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  return { scheme: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** A token, after `Bearer` in any case or alone; undefined for anything else. */
export function readToken(header: string | undefined): string | undefined {
  return /^(?:bearer +)?(\S{1,4096}) *$/i.exec(header ?? '')?.[1];
}
