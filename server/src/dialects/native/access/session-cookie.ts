// The cookie that carries a session: for this host alone, out of reach of scripts, and never sent along for other sites.

/** Whether people reach Posthorn over https. */
export function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

/** Over https the prefix keeps every other host of the domain from setting it (RFC 6265bis §4.1.3.2). */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-posthorn_session' : 'posthorn_session';
}

/** `Set-Cookie` for a token that is good for so long; for none, the browser forgets the cookie. */
export function sessionCookie(secure: boolean, token: string, lifetimeMs: number): string {
  const attributes = ['Path=/', `Max-Age=${Math.floor(lifetimeMs / 1_000)}`, 'HttpOnly', 'SameSite=Strict'];
  if (secure) attributes.push('Secure');
  return [`${sessionCookieName(secure)}=${token}`, ...attributes].join('; ');
}

export function noSessionCookie(secure: boolean): string {
  return sessionCookie(secure, '', 0);
}
