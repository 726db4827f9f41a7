// What signing becomes when a webhook gets a new secret. Pure, but for the draw of the secret.

import type { Instant } from '../domain/clock.ts';
import { outgoingPairs, signsWithPairs } from '../domain/message-signing.ts';
import type { Random } from '../domain/random.ts';
import { invalid, Refusal } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { KeyPair, PairAlgorithm, PairSigning, Signing, SigningKey } from '../domain/webhook.ts';
import { newSecret, newTextSecret, secretProblem } from './secrets.ts';

export type Rotation = {
  readonly graceMs: number;
  readonly secret: Secret | undefined;
  /** Drawn before, for webhooks whose receivers verify with public keys. */
  readonly pair: DrawnFor | undefined;
  readonly random: Random;
  readonly now: Instant;
};

/** A pair with the algorithm that it was drawn for. */
type DrawnFor = { readonly algorithm: PairAlgorithm; readonly pair: KeyPair };

/** By Standard Webhooks, every key is one signature more in each request. */
const keysMax = 5;
/** So many public keys of a webhook fit easily into a document of 64 KiB, which some receivers read at most. */
const pairsMax = 20;

/**
 * Standard Webhooks signs with the new key and with the old ones until they expire, at the latest in `graceMs`; 0
 * revokes them at once. A message signature is one, so that the oldest of them makes it until it expires. A hub
 * signature is one header of one key, so that the new key replaces the old one. Refuses with `invalid` a secret that
 * the scheme can't use, and with `conflict` where there is nothing to rotate.
 */
export function rotated(signing: Signing, rotation: Rotation): Signing {
  refuseBadSecret(signing, rotation.secret);
  const { secret, random, now } = rotation;
  switch (signing.scheme) {
    case 'none':
      throw new Refusal('conflict', 'This webhook does not sign; give it a secret first');
    case 'jwt': {
      const message = 'This webhook signs by its webhook policy; change the policy to get another key';
      throw new Refusal('conflict', message);
    }
    case 'hub-signature':
      return { ...signing, keys: [newKey(secret ?? newTextSecret(random), now)] };
    case 'standard-webhooks':
      return { ...signing, keys: [newKey(secret ?? newSecret(random), now), ...kept(signing, rotation)] };
    case 'http-message-signature': {
      if (signsWithPairs(signing)) return withNewPair(signing, rotation);
      return { ...signing, keys: [newKey(secret ?? newTextSecret(random), now), ...kept(signing, rotation)] };
    }
  }
}

/** Refuses with `invalid` a secret that somebody brings for a webhook and that its scheme can't use. */
export function refuseBadSecret(signing: Signing, secret: Secret | undefined): void {
  const problem = secret === undefined ? undefined : secretProblem(signing, secret.reveal());
  if (problem !== undefined) throw invalid([{ pointer: '/secret', ...problem }]);
}

function newKey(secret: Secret, now: Instant): SigningKey {
  return { secret, createdAt: now, expiresAt: null };
}

/** The old keys that still sign once the new one is there. */
function kept(
  { keys }: { readonly keys: readonly SigningKey[] },
  { graceMs, now }: Rotation,
): readonly SigningKey[] {
  const active = keys
    .map((key) => ({ ...key, expiresAt: Math.min(key.expiresAt ?? now + graceMs, now + graceMs) }))
    .filter((key) => key.expiresAt > now);
  if (active.length < keysMax) return active;
  const message = `${keysMax} secrets are active; wait until one expires, or revoke them with a grace of 0`;
  throw new Refusal('conflict', message);
}

function withNewPair(signing: PairSigning, { graceMs, pair, now }: Rotation): PairSigning {
  if (pair?.algorithm !== signing.algorithm) {
    throw new Refusal('conflict', 'What this webhook signs with was changed in the meantime; try again');
  }
  const outgoing = outgoingPairs(signing, now + graceMs, now);
  if (outgoing.length >= pairsMax) {
    const message = `${pairsMax} keys of this webhook are published; wait until one has expired for 24 hours`;
    throw new Refusal('conflict', message);
  }
  return { ...signing, keys: [pair.pair, ...outgoing] };
}
