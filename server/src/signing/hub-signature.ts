// `X-Hub-Signature`, as Confluence and Bitbucket Data Center send it: HMAC-SHA256 over exactly the body, in hex.
// Bitbucket Data Center, *Manage webhooks*; Confluence, *Managing Webhooks*.

import { createHmac, timingSafeEqual, type Hmac } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import { rememberHmacKeys } from './key-objects.ts';

/** The key is the secret's text in UTF-8. */
const keyOf = rememberHmacKeys((text) => Buffer.from(text, 'utf8'));
const form = /^sha256=([0-9a-f]{64})$/i;

export function hubSignatureHeaders(body: Uint8Array, secret: Secret): Readonly<Record<string, string>> {
  return { 'X-Hub-Signature': `sha256=${hmac(body, secret).digest('hex')}` };
}

/** Judges the header as its receiver, in constant time; a missing, repeated or malformed one is false. */
export function verifyHubSignature(header: unknown, body: Uint8Array, secret: Secret): boolean {
  const hex = typeof header === 'string' ? form.exec(header)?.[1] : undefined;
  return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), hmac(body, secret).digest());
}

function hmac(body: Uint8Array, secret: Secret): Hmac {
  return createHmac('sha256', keyOf(secret)).update(body);
}
