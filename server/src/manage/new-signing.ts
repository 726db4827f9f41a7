// What a new webhook signs with: a scheme, and a key made for it unless the caller brings one.

import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import type { Secret } from '../domain/secret.ts';
import type { PairAlgorithm, Signing, SigningKey } from '../domain/webhook.ts';
import { makeNewKeyPair } from './key-pairs.ts';
import { newSecret, newTextSecret } from './secrets.ts';

/** Signing by one scheme with a fresh secret, or with the one given. */
export type NewSigning = (given?: Secret) => Signing;

type SecretParts = { readonly random: Random; readonly clock: Clock };

/** Signing by Standard Webhooks: a fresh secret is `whsec_` and 32 random bytes in base64. */
export function makeNewSigning({ random, clock }: SecretParts): NewSigning {
  return (given) => ({ scheme: 'standard-webhooks', keys: [keyOf(given ?? newSecret(random), clock)] });
}

/** Signing by HTTP Message Signatures with HMAC-SHA256: a fresh secret is 32 random bytes in base64url, 43 characters. */
export function makeNewMessageSigning({ random, clock }: SecretParts): NewSigning {
  return (given) => ({
    scheme: 'http-message-signature',
    algorithm: 'hmac-sha256',
    keys: [keyOf(given ?? newTextSecret(random), clock)],
  });
}

/** A scheme as a caller chooses it, with the secret that he brings, which the scheme can use. */
export type SigningChoice =
  | { readonly scheme: 'standard-webhooks'; readonly secret?: Secret | undefined }
  | {
      readonly scheme: 'http-message-signature';
      readonly algorithm: 'hmac-sha256';
      readonly secret?: Secret | undefined;
    }
  | { readonly scheme: 'http-message-signature'; readonly algorithm: PairAlgorithm };

/** Signing as chosen. A pair of keys takes a while to draw. */
export type ChosenSigning = (choice: SigningChoice) => Promise<Signing>;

/** Draws secrets and pairs for whatever scheme is chosen. */
export function makeChosenSigning(parts: SecretParts & { readonly ids: Ids }): ChosenSigning {
  const newSigning = makeNewSigning(parts);
  const newMessageSigning = makeNewMessageSigning(parts);
  const newKeyPair = makeNewKeyPair(parts);
  return async (choice) => {
    if (choice.scheme === 'standard-webhooks') return newSigning(choice.secret);
    if (choice.algorithm === 'hmac-sha256') return newMessageSigning(choice.secret);
    const { scheme, algorithm } = choice;
    return { scheme, algorithm, keys: [await newKeyPair(algorithm)] };
  };
}

function keyOf(secret: Secret, clock: Clock): SigningKey {
  return { secret, createdAt: clock.wall(), expiresAt: null };
}
