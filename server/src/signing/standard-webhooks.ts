// Standard Webhooks, symmetric scheme `v1`: HMAC-SHA256 over id, time and body, in three headers.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { createHmac, timingSafeEqual, type Hmac } from 'node:crypto';
import { minuteMs, secondMs, type Instant } from '../domain/clock.ts';
import type { Secret } from '../domain/secret.ts';
import { rememberHmacKeys } from './key-objects.ts';
import { receivedHeader, type ReceivedHeaders } from './received-header.ts';

const toleranceS = (5 * minuteMs) / secondMs;
const keyOf = rememberHmacKeys(keyBytes);

/** The three headers, with one signature per secret. `at` is the wall clock's time: receivers compare it with theirs. */
export function standardWebhooksHeaders(
  message: { readonly id: string; readonly at: Instant; readonly body: Uint8Array },
  secrets: readonly Secret[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.at / secondMs));
  const signatures = secrets.map(
    (secret) => `v1,${hmac(secret, message.id, timestamp, message.body).digest('base64')}`,
  );
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

export type Verdict =
  | { readonly ok: true; readonly id: string; readonly at: Instant }
  | { readonly ok: false; readonly reason: VerdictReason };

type VerdictReason =
  | 'headers' // one of the three is missing, repeated or malformed
  | 'too_old' // more than 5 minutes behind the receiver's clock
  | 'too_new'
  | 'signature'; // none of the signatures fits any of the secrets

/**
 * Judges a request as its receiver: the headers as Node or undici give them, the body's exact bytes, the secrets that
 * are good now, and the receiver's wall clock. Never throws for what a sender can choose. One HMAC per secret, however
 * many signatures there are, each compared in constant time.
 */
export function verifyStandardWebhook(
  headers: ReceivedHeaders,
  body: Uint8Array,
  secrets: readonly Secret[],
  now: Instant,
): Verdict {
  const id = single(headers, 'webhook-id');
  const timestamp = single(headers, 'webhook-timestamp');
  const signatures = single(headers, 'webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined) return no('headers');
  if (!idForm.test(id) || !timestampForm.test(timestamp)) return no('headers');

  const ageS = Math.floor(now / secondMs) - Number(timestamp);
  if (ageS > toleranceS) return no('too_old');
  if (ageS < -toleranceS) return no('too_new');

  const expected = secrets.map((secret) => hmac(secret, id, timestamp, body).digest());
  const given = signatures.split(' ').map(bytesOfV1);
  const fits = given.some((bytes) => expected.some((good) => equal(bytes, good)));
  return fits ? { ok: true, id, at: Number(timestamp) * secondMs } : no('signature');
}

/** Without a dot, so that id and time can't be told apart in two ways; without a comma, which joins repeated headers. */
const idForm = /^(?=[\x21-\x7e]{1,256}$)[^.,]+$/;
const timestampForm = /^\d{1,12}$/;
const v1Form = /^v1,([A-Za-z0-9+/]+={0,2})$/;
const noBytes = new Uint8Array();

function hmac(secret: Secret, id: string, timestamp: string, body: Uint8Array): Hmac {
  return createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
}

/** The one value of a header; undefined when it is missing or repeated (Node joins by `, `). */
function single(headers: ReceivedHeaders, name: string): string | undefined {
  const value = receivedHeader(headers, name);
  return value?.includes(', ') === true ? undefined : value;
}

/** Other versions and malformed signatures are no bytes, which equal nothing. */
function bytesOfV1(text: string): Uint8Array {
  const base64 = v1Form.exec(text)?.[1];
  return base64 === undefined ? noBytes : Buffer.from(base64, 'base64');
}

function equal(given: Uint8Array, expected: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function no(reason: VerdictReason): Verdict {
  return { ok: false, reason };
}

/** `whsec_` and 24 to 64 bytes in base64; an empty or short key, which anybody could guess, never signs nor verifies. */
function keyBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text.startsWith('whsec_') ? text.slice('whsec_'.length) : '', 'base64');
  if (bytes.length < 24 || bytes.length > 64) throw new Error('the secret is not one of Standard Webhooks');
  return bytes;
}
