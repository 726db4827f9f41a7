// Access tokens of clients: signed, and stored nowhere. A token says whose it is, until when it is good, and whether a
// session must come along with it.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Client } from '../domain/access.ts';
import type { Instant } from '../domain/clock.ts';
import { Secret } from '../domain/secret.ts';

/** What a token says; it holds once the signature is verified. */
export type AccessTokenClaims = {
  readonly clientId: string;
  readonly expiresAt: Instant;
  readonly needsSession: boolean;
};

type Holder = Pick<Client, 'clientId' | 'secretHash'>;

export interface AccessTokens {
  /** A token such as `pha_CLIENTID.EXPIRY.SIGNATURE`, good for as long as the client keeps its secret. */
  issue(client: Holder, expiresAt: Instant): Secret;
  /** The same that is good only together with the session, which alone is good for nothing. */
  issueWithSession(client: Holder, expiresAt: Instant): { readonly token: Secret; readonly session: Secret };
  /** Whether the token is one that was issued to this client for the secret that it has, and comes with what it needs. */
  verify(token: string, client: Holder, session?: string): boolean;
}

const form = /^ph([as])_([\w-]{1,64})\.(\d{1,16})\.[\w-]{43}$/;

/** What a text says that has the form of a token; undefined for all others. */
export function readClaims(token: string): AccessTokenClaims | undefined {
  const [, kind, clientId, expiresAt] = form.exec(token) ?? [];
  if (clientId === undefined) return undefined;
  return { clientId, expiresAt: Number(expiresAt), needsSession: kind === 's' };
}

/** Tokens of one key: those of another installation are none here. */
export function makeAccessTokens(key: Uint8Array): AccessTokens {
  /** The hash of the secret is signed too, so that a token ends with the secret. */
  function sign({ clientId, expiresAt, needsSession }: AccessTokenClaims, secretHash: string): string {
    const claims = `ph${needsSession ? 's' : 'a'}_${clientId}.${expiresAt}`;
    return `${claims}.${hmac(`${claims}.${secretHash}`)}`;
  }

  function sessionOf(token: string): string {
    return hmac(`session of ${token}`);
  }

  function hmac(text: string): string {
    return createHmac('sha256', key).update(text).digest('base64url');
  }

  return {
    issue: ({ clientId, secretHash }, expiresAt) =>
      new Secret(sign({ clientId, expiresAt, needsSession: false }, secretHash)),

    issueWithSession({ clientId, secretHash }, expiresAt) {
      const token = sign({ clientId, expiresAt, needsSession: true }, secretHash);
      return { token: new Secret(token), session: new Secret(sessionOf(token)) };
    },

    verify(token, { clientId, secretHash }, session) {
      const claims = readClaims(token);
      if (claims?.clientId !== clientId || !equal(token, sign(claims, secretHash))) return false;
      return !claims.needsSession || (session !== undefined && equal(session, sessionOf(token)));
    },
  };
}

/** In constant time for texts of one length. */
function equal(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
