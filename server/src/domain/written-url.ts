// A URL as a client wrote it, for dialects that answer it back: what the canonical form would lose.

/**
 * The text up to its query, which often holds a secret and is kept with the endpoint alone where its canonical form is
 * the same. Each part counts only while the endpoint's URL has the canonical form of it, so that a change through
 * another API needs no second place.
 */
export type WrittenUrl = {
  readonly head: string;
  readonly canonicalHead: string;
  /** The query where its canonical form is another: that encodes quotes and what is not ASCII. */
  readonly query?: { readonly written: string; readonly canonical: string };
  /** Whether the stored credentials came in the URL and are echoed there. */
  readonly userinfo: boolean;
};

/** `canonical` is the same URL in canonical form, without user info. */
export function writtenUrl(text: string, canonical: string, userinfo: boolean): WrittenUrl {
  const [head, rest] = splitAtQuery(withoutUserinfo(text));
  const [canonicalHead, canonicalQuery] = splitAtQuery(canonical);
  const written = rest.replace(/#.*$/s, '');
  return {
    head,
    canonicalHead,
    ...(written !== canonicalQuery && { query: { written, canonical: canonicalQuery } }),
    userinfo,
  };
}

/** What was written of the endpoint's URL, or null where that has become another one. */
export function writtenOf(url: WrittenUrl | null, canonical: string): WrittenUrl | null {
  return url?.canonicalHead === splitAtQuery(canonical)[0] ? url : null;
}

/** The URL as it was written. `userinfo` is `user:password`, percent-encoded; null leaves it out. */
export function asWritten(url: WrittenUrl | null, canonical: string, userinfo: string | null): string {
  if (url === null) return canonical;
  const [, query] = splitAtQuery(canonical);
  const text = url.head + (url.query?.canonical === query ? url.query.written : query);
  return url.userinfo && userinfo !== null ? withUserinfo(text, userinfo) : text;
}

/** `user:password` as it stands in a URL; `password` is the text to show for it, and '' leaves the colon out. */
export function userinfoText(username: string, password: string): string {
  return password === '' ? encodeURIComponent(username) : `${encodeURIComponent(username)}:${password}`;
}

/** The text with its user info masked. */
export function maskedUserinfo(url: string): string {
  return url.replace(form, '$<scheme>********@');
}

/** The text without its user info. */
export function withoutUserinfo(url: string): string {
  return url.replace(form, '$<scheme>');
}

/** The text, which has none, with this user info put in. */
function withUserinfo(url: string, userinfo: string): string {
  return url.replace(/^[^:/?#]*:\/\//, (scheme) => `${scheme}${userinfo}@`);
}

/** What stands before the query, and the query with its question mark, or ''. */
function splitAtQuery(url: string): readonly [head: string, query: string] {
  const end = url.search(/[?#]/);
  return end === -1 ? [url, ''] : [url.slice(0, end), url.slice(end)];
}

const form = /^(?<scheme>[^:/?#]*:\/\/)[^/?#]*@/;
