// The cookie that carries a session: for this host alone, out of reach of scripts, and never sent along for other sites.

/** Over https the prefix keeps every other host of the domain from setting it (RFC 6265bis §4.1.3.2). */
export function sessionCookieName(isSecure: boolean): string {
  return isSecure ? '__Host-posthorn_session' : 'posthorn_session';
}

/** `Set-Cookie` for a token that is good for so long; for none, the browser forgets the cookie. */
export function sessionCookie(isSecure: boolean, token: string, lifetimeMs: number): string {
  const attributes = ['Path=/', `Max-Age=${Math.floor(lifetimeMs / 1_000)}`, 'HttpOnly', 'SameSite=Strict'];
  if (isSecure) attributes.push('Secure');
  return [`${sessionCookieName(isSecure)}=${token}`, ...attributes].join('; ');
}

export function noSessionCookie(isSecure: boolean): string {
  return sessionCookie(isSecure, '', 0);
}
