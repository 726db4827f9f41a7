// Makes keys of secrets, once each: a request signed with a ready KeyObject costs a sixth of one with raw bytes.

import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';

export type KeyOf = (secret: Secret) => KeyObject;

/** Remembers the key of each secret for as long as the secret itself is held. `read` makes it of the secret's text. */
export function rememberKeys(read: (text: string) => KeyObject): KeyOf {
  const keys = new WeakMap<Secret, KeyObject>();
  return (secret) => {
    const known = keys.get(secret);
    if (known !== undefined) return known;
    const key = read(secret.reveal());
    keys.set(secret, key);
    return key;
  };
}

/** The same for HMAC, whose keys are bytes. */
export function rememberHmacKeys(bytesOf: (text: string) => Uint8Array): KeyOf {
  return rememberKeys((text) => createSecretKey(bytesOf(text)));
}
