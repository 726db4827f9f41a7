// The secrets of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64 (standard-webhooks.md, Signature scheme).

import type { Random } from '../domain/random.ts';
import { Secret } from '../domain/secret.ts';

const prefix = 'whsec_';
const bytesMin = 24;
const bytesMax = 64;
const bytesOfNew = 32;

export function newStandardWebhooksSecret(random: Random): Secret {
  return new Secret(prefix + Buffer.from(random.bytes(bytesOfNew)).toString('base64'));
}

/** What is wrong with a secret that a caller brings, in a sentence that does not repeat it; undefined for a good one. */
export function standardWebhooksSecretProblem(text: string): string | undefined {
  if (!text.startsWith(prefix)) return 'The secret begins with `whsec_`';
  const base64 = text.slice(prefix.length);
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return 'What follows `whsec_` is padded base64 (RFC 4648 §4)';
  if (bytes.length < bytesMin || bytes.length > bytesMax) {
    return `The secret holds ${bytesMin} to ${bytesMax} bytes; this one holds ${bytes.length}`;
  }
  return undefined;
}

/** The key's bytes. Throws when the text is not a good secret. */
export function standardWebhooksSecretBytes(text: string): Uint8Array {
  const problem = standardWebhooksSecretProblem(text);
  if (problem !== undefined) throw new Error(problem);
  return Buffer.from(text.slice(prefix.length), 'base64');
}
