// JSON Web Tokens around a request's body (RFC 7515, RFC 7519), signed with the current key of a webhook policy.

import { createPrivateKey } from 'node:crypto';
import { CompactSign } from 'jose';
import { minuteMs, secondMs, type Instant } from '../domain/clock.ts';
import type { OutgoingRequest, TokenClaims } from '../domain/outgoing-request.ts';
import type { Random } from '../domain/random.ts';
import {
  currentKey,
  isAsymmetric,
  type JwtAlgorithm,
  type PolicyKey,
  type PublishedKey,
  type WebhookPolicy,
} from '../domain/webhook-policy.ts';
import { publicJwk, type PublicJwk } from './jwk.ts';
import { rememberHmacKeys, rememberKeys } from './key-objects.ts';

const [bodyStart, bodyEnd] = ['{"jwt":"', '"}'];
const tokenIdBytes = 32;

/**
 * The request with `{"jwt":"…"}` as its body. `data` holds the formatted body byte for byte; token id and times are
 * fresh each time. `at` is the wall clock's time: receivers compare it with theirs.
 */
export async function signInToken(
  { jwt: claims, ...request }: OutgoingRequest,
  policy: WebhookPolicy,
  { at, random }: { readonly at: Instant; readonly random: Random },
): Promise<OutgoingRequest> {
  if (claims === undefined) throw new Error('the format names no issuer and subject for a token');
  const key = currentKey(policy);
  const payload = claimsAround(request.body, policy, claims, { at, random });
  const header = {
    typ: 'JWT',
    alg: wireName(key.algorithm),
    ...(claims.namesKey && { kid: key.id }),
  };
  const body = Buffer.from(bodyStart + (await compact(header, payload, key)) + bodyEnd);
  return { ...request, headers: withLength(request.headers, body.length), body };
}

/** How long the token in a body that was made here is. */
export function tokenBytes(body: Uint8Array): number {
  return body.length - bodyStart.length - bodyEnd.length;
}

/** The public key of a policy for a key document. */
export function jwkOf(key: PublishedKey): PublicJwk {
  return publicJwk(key, wireName(key.algorithm));
}

/** The claims in their order, with the published bytes spliced in. */
function claimsAround(
  data: Uint8Array,
  { audience, expiresInMinutes }: WebhookPolicy,
  { issuer, subject }: TokenClaims,
  { at, random }: { readonly at: Instant; readonly random: Random },
): Uint8Array {
  const issuedAt = Math.floor(at / secondMs);
  const others = JSON.stringify({
    jti: Buffer.from(random.bytes(tokenIdBytes)).toString('hex'),
    sub: subject,
    iss: issuer,
    nbf: issuedAt,
    iat: issuedAt,
    ...(audience !== null && { aud: audience }),
    ...(expiresInMinutes !== null && { exp: issuedAt + expiresInMinutes * (minuteMs / secondMs) }),
  });
  return Buffer.concat([Buffer.from('{"data":'), data, Buffer.from(`,${others.slice(1)}`)]);
}

type Header = { readonly typ: string; readonly alg: string; readonly kid?: string };

/** The compact form; without a signature its third part is empty (RFC 7519 §6). */
function compact(header: Header, payload: Uint8Array, key: PolicyKey): string | Promise<string> {
  if (key.algorithm === 'none') {
    const parts = [Buffer.from(JSON.stringify(header)), Buffer.from(payload)];
    return `${parts.map((part) => part.toString('base64url')).join('.')}.`;
  }
  const keyOf = isAsymmetric(key.algorithm) ? privateKeyOf : hmacKeyOf;
  return new CompactSign(payload).setProtectedHeader(header).sign(keyOf(key.secret));
}

const privateKeyOf = rememberKeys(createPrivateKey);
const hmacKeyOf = rememberHmacKeys((text) => Buffer.from(text, 'base64'));

/** RFC 7518 §3.1 writes all in upper case but `none`. */
function wireName(algorithm: JwtAlgorithm): string {
  return algorithm === 'none' ? algorithm : algorithm.toUpperCase();
}

/** A format may say how long its body is, to have the header in its place. */
function withLength(headers: OutgoingRequest['headers'], bytes: number): OutgoingRequest['headers'] {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    name.toLowerCase() === 'content-length' ? String(bytes) : value,
  ]);
  return Object.fromEntries(entries) as OutgoingRequest['headers'];
}
