// Secrets that webhooks sign with: made, judged and masked, as each scheme wants them.

import type { Random } from '../domain/random.ts';
import type { FieldProblem } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import type { MessageAlgorithm, Signing } from '../domain/webhook.ts';

const prefix = 'whsec_';
const newBytes = 32;
const standardBytesMin = 24;
const standardBytesMax = 64;
const messageLengthMin = 32;
const messageLengthMax = 256;
const hubLengthMax = 255;

/** A new secret of Standard Webhooks: `whsec_` and 32 random bytes in base64. */
export function newSecret(random: Random): Secret {
  return new Secret(prefix + Buffer.from(random.bytes(newBytes)).toString('base64'));
}

/** A new secret where the key is the text itself: 43 characters, 32 random bytes in base64url. */
export function newTextSecret(random: Random): Secret {
  return new Secret(Buffer.from(random.bytes(newBytes)).toString('base64url'));
}

/** What a secret is for. */
export type SecretUse =
  | { readonly scheme: Exclude<Signing['scheme'], 'http-message-signature'> }
  | { readonly scheme: 'http-message-signature'; readonly algorithm: MessageAlgorithm };

/** What is wrong with a secret that a caller brings for a scheme, or undefined. */
export function secretProblem(use: SecretUse, text: string): Omit<FieldProblem, 'pointer'> | undefined {
  switch (use.scheme) {
    case 'standard-webhooks':
      return standardProblem(text);
    case 'http-message-signature':
      return use.algorithm === 'hmac-sha256' ? messageProblem(text) : pairProblem(use.algorithm);
    case 'hub-signature':
      return hubProblem(text);
    // These have no secret of their own, which whoever rotates it is told.
    case 'none':
    case 'jwt':
      return undefined;
  }
}

/** `whsec_`, then 24 to 64 bytes in base64. */
function standardProblem(text: string): ReturnType<typeof secretProblem> {
  if (!text.startsWith(prefix)) return { rule: 'format', message: `A secret begins with ${prefix}` };
  const encoded = text.slice(prefix.length);
  const key = Buffer.from(encoded, 'base64');
  if (key.toString('base64') !== encoded) {
    return { rule: 'format', message: `A secret is ${prefix} and standard base64 with its padding` };
  }
  if (key.length >= standardBytesMin && key.length <= standardBytesMax) return undefined;
  const message = `A secret has ${standardBytesMin} to ${standardBytesMax} bytes before base64, this one has ${key.length}`;
  return { rule: 'length', message };
}

/** Visible ASCII, so that every receiver makes the same bytes of it. */
function messageProblem(text: string): ReturnType<typeof secretProblem> {
  if (!/^[\x21-\x7e]*$/.test(text)) {
    return { rule: 'format', message: 'A secret is of visible ASCII characters, without spaces' };
  }
  return lengthProblem(text, messageLengthMin, messageLengthMax);
}

function hubProblem(text: string): ReturnType<typeof secretProblem> {
  return lengthProblem(text, 1, hubLengthMax);
}

function lengthProblem(text: string, min: number, max: number): ReturnType<typeof secretProblem> {
  if (text.length >= min && text.length <= max) return undefined;
  return { rule: 'length', message: `A secret has ${min} to ${max} characters, this one has ${text.length}` };
}

function pairProblem(algorithm: MessageAlgorithm): ReturnType<typeof secretProblem> {
  const message = `A key pair for ${algorithm} is made here, and its private key never shown; leave the secret out`;
  return { rule: 'not_supported', message };
}

/** `whsec_****abcd`: the prefix and the last four characters; secrets shorter than 16 show none of theirs. */
export function maskSecret(secret: Secret): string {
  if (!secret.readable) return '[unreadable]';
  const text = secret.reveal();
  const start = text.startsWith(prefix) ? prefix : '';
  return `${start}****${text.length < 16 ? '' : text.slice(-4)}`;
}
