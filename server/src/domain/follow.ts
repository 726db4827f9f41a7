// Keeps what is in memory as the store has it: takes all that is there, and every change from then on.

import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';
import type { Webhook } from './webhook.ts';

export type Followed<Change> = {
  /** Everything that is there, in batches. */
  readonly all: () => AsyncIterable<readonly Change[]>;
  /** Calls the listener for every change from now on; the answer stops it. */
  readonly onChange: (listener: (change: Change) => void) => () => void;
};

/** `take` has seen everything when it resolves; the answer stops it and may be called twice. */
export async function follow<Change extends { readonly id: Id }>(
  { all, onChange }: Followed<Change>,
  take: (change: Change) => void,
): Promise<() => void> {
  // What changes while the store is being read is newer than what is read.
  const changedMeanwhile = new Set<Id>();
  let loading = true;

  const stop = onChange((change) => {
    if (loading) changedMeanwhile.add(change.id);
    take(change);
  });
  try {
    for await (const batch of all()) {
      for (const item of batch) {
        if (!changedMeanwhile.has(item.id)) take(item);
      }
    }
  } catch (error) {
    stop();
    throw error;
  }
  loading = false;
  changedMeanwhile.clear();
  return stop;
}

/** A webhook as it is now; null once it is gone. */
export type WebhookChange = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly webhook: Webhook | null;
};

/** Where the webhooks are: the store. */
export type WebhookSource = {
  allWebhooks(): AsyncIterable<readonly Webhook[]>;
  onWebhookChange(listener: (change: WebhookChange) => void): () => void;
};

/** `follow` for all webhooks. */
export function followWebhooks(
  source: WebhookSource,
  take: (change: WebhookChange) => void,
): Promise<() => void> {
  return follow<WebhookChange>(
    {
      async *all() {
        for await (const batch of source.allWebhooks())
          yield batch.map((webhook) => ({ id: webhook.id, tenantId: webhook.tenantId, webhook }));
      },
      onChange: (listener) => source.onWebhookChange(listener),
    },
    take,
  );
}
