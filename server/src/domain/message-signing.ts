// Which key of a webhook makes its HTTP message signatures, and which public keys its receivers may verify with.

import type { Instant } from './clock.ts';
import { Secret } from './secret.ts';
import { activeKeys, type KeyPair, type MessageSigning, type PairSigning, type Signing } from './webhook.ts';
import { publishedAfterwardsMs } from './webhook-policy.ts';

/**
 * The one key that signs at an instant of the wall clock: the oldest that has not expired, so that receivers have the
 * whole grace of a rotation to learn the new key before it signs.
 */
export function signingKey<Of extends MessageSigning>(signing: Of, at: Instant): Of['keys'][0] {
  // One of those that were given: the newest is always active.
  return activeKeys(signing, at).at(-1)!;
}

/** Whether receivers verify with public keys. */
export function signsWithPairs(signing: Signing): signing is PairSigning {
  return signing.scheme === 'http-message-signature' && signing.algorithm !== 'hmac-sha256';
}

/** The pairs that receivers may verify with: the newest, and each other one until 24 hours after it expired. */
export function publishedPairs({ keys }: Pick<PairSigning, 'keys'>, at: Instant): readonly KeyPair[] {
  return keys.filter((key, index) => index === 0 || isPublished(key, at));
}

/**
 * What stays of the pairs when a new one comes at `now`: they sign until `until` at the latest, and are revoked, and so
 * published no more, where that is now. Of an expired one only the public key is kept, for as long as it is published.
 */
export function outgoingPairs(
  { keys }: Pick<PairSigning, 'keys'>,
  until: Instant,
  now: Instant,
): readonly KeyPair[] {
  const isRevoked = ({ expiresAt }: KeyPair) => until <= now && (expiresAt === null || expiresAt > now);
  return keys
    .filter((key) => !isRevoked(key))
    .map((key) => ({ ...key, expiresAt: Math.min(key.expiresAt ?? until, until) }))
    .map((key) => (key.expiresAt > now ? key : { ...key, secret: new Secret('') }))
    .filter((key) => isPublished(key, now));
}

function isPublished({ expiresAt }: Pick<KeyPair, 'expiresAt'>, at: Instant): boolean {
  return expiresAt === null || at < expiresAt + publishedAfterwardsMs;
}
