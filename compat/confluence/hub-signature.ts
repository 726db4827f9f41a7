// A receiver's check of `X-Hub-Signature`, written from the published description and nothing of Posthorn's: HMAC-SHA256
// over the raw body with the secret in UTF-8, in lower-case hex after `sha256=`.

import { webcrypto } from 'node:crypto';

export async function isSignedWith(secret: string, body: Buffer, header: unknown): Promise<boolean> {
  const hex = typeof header === 'string' ? /^sha256=([0-9a-f]{64})$/.exec(header)?.[1] : undefined;
  if (hex === undefined) return false;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const bytes = new TextEncoder().encode(secret);
  const key = await webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  return webcrypto.subtle.verify('HMAC', key, Buffer.from(hex, 'hex'), new Uint8Array(body));
}
