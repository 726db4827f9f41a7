// Access tokens of clients: signed, and stored nowhere. A token says whose it is and until when it is good.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Client } from '../domain/access.ts';
import type { Instant } from '../domain/clock.ts';
import { Secret } from '../domain/secret.ts';

/** What a token says; it holds once the signature is verified. */
export type AccessTokenClaims = { readonly clientId: string; readonly expiresAt: Instant };

export interface AccessTokens {
  /** A token such as `pha_CLIENTID.EXPIRY.SIGNATURE`, good for as long as the client keeps its secret. */
  issue(client: Pick<Client, 'clientId' | 'secretHash'>, expiresAt: Instant): Secret;
  /** Whether the token is one that was issued to this client for the secret that it has. */
  verify(token: string, client: Pick<Client, 'clientId' | 'secretHash'>): boolean;
}

const prefix = 'pha_';
const form = /^pha_([\w-]{1,64})\.(\d{1,16})\.[\w-]{43}$/;

/** What a text says that has the form of a token; undefined for all others. */
export function readClaims(token: string): AccessTokenClaims | undefined {
  const [, clientId, expiresAt] = form.exec(token) ?? [];
  return clientId === undefined ? undefined : { clientId, expiresAt: Number(expiresAt) };
}

/** Tokens of one key: those of another installation are none here. */
export function makeAccessTokens(key: Uint8Array): AccessTokens {
  /** The hash of the secret is signed too, so that a token ends with the secret. */
  function sign({ clientId, expiresAt }: AccessTokenClaims, secretHash: string): string {
    const claims = `${prefix}${clientId}.${expiresAt}`;
    const signature = createHmac('sha256', key).update(`${claims}.${secretHash}`).digest('base64url');
    return `${claims}.${signature}`;
  }

  return {
    issue: ({ clientId, secretHash }, expiresAt) => new Secret(sign({ clientId, expiresAt }, secretHash)),
    verify(token, { clientId, secretHash }) {
      const claims = readClaims(token);
      if (claims?.clientId !== clientId) return false;
      const [given, right] = [token, sign(claims, secretHash)].map((text) => Buffer.from(text));
      return given!.length === right!.length && timingSafeEqual(given!, right!);
    },
  };
}
