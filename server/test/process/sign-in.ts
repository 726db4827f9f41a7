// A person in a browser, for tests of a running server: signs in, and comes again with the cookie.

import type { Posthorn } from './posthorn.ts';

/** The administrator's cookie. */
export async function signIn({ url, username, password }: Posthorn): Promise<string> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

/** What a call about the cookie's session is answered with. */
export async function sessionStatus(
  { url }: Posthorn,
  cookie: string,
  method: 'GET' | 'DELETE' = 'GET',
): Promise<number> {
  const headers = { cookie, origin: url };
  return (await fetch(`${url}/api/v1/session`, { method, headers })).status;
}
