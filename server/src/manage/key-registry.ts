// Knows the public keys of every webhook in memory, so that receivers look them up without asking the store.

import type { Instant } from '../domain/clock.ts';
import { followWebhooks, type WebhookSource } from '../domain/follow.ts';
import { publishedPairs, signsWithPairs } from '../domain/message-signing.ts';
import type { KeyPair, PairSigning, WebhookId } from '../domain/webhook.ts';
import { jwkOfPair } from '../signing/http-message-signature.ts';
import type { PublicJwk } from '../signing/jwk.ts';

export type KeyRegistry = {
  /**
   * The keys with which the requests of all webhooks may be verified at an instant of the wall clock, or of one webhook,
   * or the one with an id. Keys of a deleted webhook are gone.
   */
  readonly publicKeys: (
    at: Instant,
    only?: { readonly webhook?: WebhookId | undefined; readonly kid?: string | undefined },
  ) => readonly PublicJwk[];
  /** Stops following changes; may be called twice. */
  stop(): void;
};

/** Loads every webhook and follows all changes from then on; knows all keys when it resolves. */
export async function startKeyRegistry(store: WebhookSource): Promise<KeyRegistry> {
  const signings = new Map<WebhookId, PairSigning>();
  const jwks = new WeakMap<KeyPair, PublicJwk>();

  const stop = await followWebhooks(store, ({ id, webhook }) => {
    signings.delete(id);
    if (webhook === null || !signsWithPairs(webhook.signing)) return;
    const { keys, algorithm } = webhook.signing;
    signings.set(id, webhook.signing);
    for (const key of keys) jwks.set(key, jwkOfPair(key, algorithm));
  });

  return {
    publicKeys: (at, { webhook, kid } = {}) =>
      [...signings]
        .filter(([id]) => webhook === undefined || id === webhook)
        .flatMap(([, signing]) => publishedPairs(signing, at))
        .filter(({ id }) => kid === undefined || id === kid)
        .map((key) => jwks.get(key)!),
    stop,
  };
}
