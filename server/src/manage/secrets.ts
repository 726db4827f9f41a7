// Secrets of Standard Webhooks: `whsec_` and the key in base64. Made, judged and masked here.

import type { Clock } from '../domain/clock.ts';
import type { Random } from '../domain/random.ts';
import type { FieldProblem } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import type { NewSigning } from './webhooks.ts';

const prefix = 'whsec_';
const newBytes = 32;
const ownBytesMin = 24;
const ownBytesMax = 64;

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newSecret(random: Random): Secret {
  return new Secret(prefix + Buffer.from(random.bytes(newBytes)).toString('base64'));
}

/** Signing by Standard Webhooks with a new secret, or with the given one. */
export function makeNewSigning(parts: { readonly random: Random; readonly clock: Clock }): NewSigning {
  return (given) => ({
    scheme: 'standard-webhooks',
    keys: [{ secret: given ?? newSecret(parts.random), createdAt: parts.clock.wall(), expiresAt: null }],
  });
}

/** What is wrong with a secret that a caller brings, or undefined: `whsec_`, then 24 to 64 bytes in base64. */
export function secretProblem(text: string): Omit<FieldProblem, 'pointer'> | undefined {
  if (!text.startsWith(prefix)) return { rule: 'format', message: `A secret begins with ${prefix}` };
  const encoded = text.slice(prefix.length);
  const key = Buffer.from(encoded, 'base64');
  if (key.toString('base64') !== encoded) {
    return { rule: 'format', message: `A secret is ${prefix} and standard base64 with its padding` };
  }
  if (key.length >= ownBytesMin && key.length <= ownBytesMax) return undefined;
  const message = `A secret has ${ownBytesMin} to ${ownBytesMax} bytes before base64, this one has ${key.length}`;
  return { rule: 'length', message };
}

/** `whsec_****abcd`: the prefix and the last four characters; secrets shorter than 16 show none of theirs. */
export function maskSecret(secret: Secret): string {
  if (!secret.readable) return '[unreadable]';
  const text = secret.reveal();
  const start = text.startsWith(prefix) ? prefix : '';
  return `${start}****${text.length < 16 ? '' : text.slice(-4)}`;
}
