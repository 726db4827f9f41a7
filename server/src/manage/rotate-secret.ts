// What signing becomes when a webhook gets a new secret. Pure, but for the draw of the secret.

import type { Instant } from '../domain/clock.ts';
import type { Random } from '../domain/random.ts';
import { Refusal } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import type { Signing, SigningKey } from '../domain/webhook.ts';
import { newSecret } from './secrets.ts';

export type Rotation = {
  readonly graceMs: number;
  readonly secret: Secret | undefined;
  readonly random: Random;
  readonly now: Instant;
};

/** Every key is one signature more in each request. */
const keysMax = 5;

/**
 * Standard Webhooks signs with the new key and with the old ones until they expire, at the latest in `graceMs`; 0
 * revokes them at once. A hub signature is one header, so that the new key replaces the old one.
 */
export function rotated(signing: Signing, { graceMs, secret, random, now }: Rotation): Signing {
  switch (signing.scheme) {
    case 'none':
      throw new Refusal('conflict', 'This webhook does not sign; give it a secret first');
    case 'jwt': {
      const message = 'This webhook signs by its webhook policy; change the policy to get another key';
      throw new Refusal('conflict', message);
    }
    case 'hub-signature':
      return { scheme: 'hub-signature', keys: [newKey(secret ?? hubSecret(random), now)] };
    case 'standard-webhooks': {
      const kept = signing.keys
        .map((key) => expiring(key, now + graceMs))
        .filter((key) => key.expiresAt > now);
      if (kept.length >= keysMax) {
        const message = `${keysMax} secrets are active; wait until one expires, or revoke them with a grace of 0`;
        throw new Refusal('conflict', message);
      }
      return { scheme: 'standard-webhooks', keys: [newKey(secret ?? newSecret(random), now), ...kept] };
    }
  }
}

function newKey(secret: Secret, now: Instant): SigningKey {
  return { secret, createdAt: now, expiresAt: null };
}

function expiring(key: SigningKey, at: Instant): SigningKey & { readonly expiresAt: Instant } {
  return { ...key, expiresAt: Math.min(key.expiresAt ?? at, at) };
}

function hubSecret(random: Random): Secret {
  return new Secret(Buffer.from(random.bytes(32)).toString('base64url'));
}
