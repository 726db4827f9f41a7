// The `user:pass@` of a URL's text: taken out where the URL is kept, masked where it is repeated.

/** The text without its user info. */
export function withoutUserinfo(url: string): string {
  return url.replace(form, '$<scheme>');
}

/** The text with its user info masked. */
export function maskedUserinfo(url: string): string {
  return url.replace(form, '$<scheme>********@');
}

/** The text, which has none, with this user info put in. */
export function withUserinfo(url: string, userinfo: string): string {
  return url.replace(/^[^:/?#]*:\/\//, (scheme) => `${scheme}${userinfo}@`);
}

const form = /^(?<scheme>[^:/?#]*:\/\/)[^/?#]*@/;
