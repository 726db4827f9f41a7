// Judges an HTTP message signature as a receiver does, who takes exactly what is signed here.

import { createPublicKey } from 'node:crypto';
import { minuteMs, secondMs, type Instant } from '../domain/clock.ts';
import type { Secret } from '../domain/secret.ts';
import type { KeyPair, PairAlgorithm } from '../domain/webhook.ts';
import { isSignatureOf, secretKeyOf } from './message-algorithms.ts';
import { contentDigest, signatureBase, signatureParameters } from './message-base.ts';
import { receivedHeader, type ReceivedHeaders } from './received-header.ts';

/** A request as it came in; `url` is the one that the sender asked for, as `https://receiver.example/hook?a=b`. */
type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: ReceivedHeaders;
  readonly body: Uint8Array;
};

/** What a receiver knows of a key: the secret that it shares, or the public half with its id. */
export type VerifyingKey =
  | { readonly algorithm: 'hmac-sha256'; readonly secret: Secret }
  | ({ readonly algorithm: PairAlgorithm } & Pick<KeyPair, 'id' | 'publicKeyPem'>);

export type MessageVerdict =
  | { readonly ok: true; readonly at: Instant }
  | { readonly ok: false; readonly reason: MessageVerdictReason };

type MessageVerdictReason =
  | 'headers' // one of those that are needed is missing, repeated or malformed
  | 'digest' // the body is not the one of the digest
  | 'profile' // covers other components, or names an algorithm or a key that the receiver does not know
  | 'too_old' // more than 5 minutes behind the receiver's clock
  | 'too_new'
  | 'signature';

/**
 * Whether the request is signed with one of the keys that are good now: the same components in the same order, and no
 * second signature. `covered` are the further headers that the sender signs; `now` is the receiver's wall clock. Never
 * throws for what a sender can choose.
 */
export function verifyMessageSignature(
  request: Received,
  keys: readonly VerifyingKey[],
  now: Instant,
  covered: readonly string[] = [],
): MessageVerdict {
  const digest = receivedHeader(request.headers, 'content-digest');
  const input = receivedHeader(request.headers, 'signature-input');
  const signature = signatureIn(receivedHeader(request.headers, 'signature'));
  const created = Number(createdForm.exec(input ?? '')?.[1]);
  if (digest === undefined || signature === undefined || Number.isNaN(created)) return no('headers');
  if (covered.some((name) => receivedHeader(request.headers, name) === undefined)) return no('headers');
  if (digest !== contentDigest(request.body)) return no('digest');

  const named = keys.flatMap((key) => {
    const keyId = key.algorithm === 'hmac-sha256' ? null : key.id;
    const parameters = signatureParameters({ covered, created, algorithm: key.algorithm, keyId });
    return input === `sig=${parameters}` ? [{ key, parameters }] : [];
  });
  if (named.length === 0) return no('profile');
  const ageS = Math.floor(now / secondMs) - created;
  if (ageS > toleranceS) return no('too_old');
  if (ageS < -toleranceS) return no('too_new');

  const fits = named.some(({ key, parameters }) => {
    const base = signatureBase(request, digest, covered, parameters);
    return isSignatureOf(base, signature, key.algorithm, verifyingKeyOf(key));
  });
  return fits ? { ok: true, at: created * secondMs } : no('signature');
}

const toleranceS = (5 * minuteMs) / secondMs;
const createdForm = /^sig=\([^()]*\);created=(\d{1,12});/;
const signatureForm = /^sig=:([^:]+):$/;

/** The bytes of the one signature, in the one way to write them. */
function signatureIn(header: string | undefined): Uint8Array | undefined {
  const encoded = signatureForm.exec(header ?? '')?.[1];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  return bytes.toString('base64') === encoded ? bytes : undefined;
}

function verifyingKeyOf(key: VerifyingKey) {
  return key.algorithm === 'hmac-sha256'
    ? secretKeyOf(key.algorithm, key.secret)
    : createPublicKey(key.publicKeyPem);
}

function no(reason: MessageVerdictReason): MessageVerdict {
  return { ok: false, reason };
}
