// Secrets at rest: an AES-256-GCM envelope bound to the table, row and column that it belongs to.

import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomBytes } from 'node:crypto';
import { Secret } from '../domain/secret.ts';

export interface Sealer {
  /** The first 8 hex digits of the key's SHA-256: tells which key sealed an envelope, and nothing about it. */
  readonly keyId: string;
  /** `v1.<key id>.<nonce>.<ciphertext and tag>`, readable with the same key at the same place only. */
  seal(secret: Secret, place: Place): string;
  /** The secret, or `Secret.unreadable()` when key, place or a bit of the envelope is another. */
  open(envelope: string, place: Place): Secret;
}

/** Where an envelope is stored. */
export type Place = { readonly table: string; readonly id: string; readonly column: string };

const nonceBytes = 12;
const tagBytes = 16;

/** `masterKey` has 32 bytes. */
export function makeSealer(masterKey: Uint8Array): Sealer {
  const key = createSecretKey(masterKey);
  const keyId = createHash('sha256').update(masterKey).digest('hex').slice(0, 8);
  // What can't be read is written back as it was: another change of its row must not destroy it.
  const unread = new WeakMap<Secret, string>();

  function unreadable(envelope: string): Secret {
    const secret = Secret.unreadable();
    unread.set(secret, envelope);
    return secret;
  }

  return {
    keyId,
    seal(secret, place) {
      const asItWas = unread.get(secret);
      if (asItWas !== undefined) return asItWas;
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(place));
      const sealed = Buffer.concat([
        cipher.update(secret.reveal(), 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return ['v1', keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    open(envelope, place) {
      const [version, sealedWith, nonce, sealed, ...rest] = envelope.split('.');
      if (version !== 'v1' || sealedWith !== keyId || !nonce || !sealed || rest.length > 0) {
        return unreadable(envelope);
      }
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(boundTo(place)).setAuthTag(bytes.subarray(-tagBytes));
        const opened = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
        return new Secret(opened.toString('utf8'));
      } catch {
        return unreadable(envelope);
      }
    },
  };
}

function boundTo(place: Place): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.id, place.column]));
}
