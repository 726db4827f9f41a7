// Cancels what waits for a webhook, as an original does that drops it when the webhook is disabled or gets another URL.

import { secondMs, type Clock, type Instant } from '../domain/clock.ts';
import type { DroppedReason } from '../domain/delivery.ts';
import type { Emit } from '../domain/signal.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { DeliveryStore } from '../storage/store.ts';

const atOnce = 1_000;
const retryMs = secondMs;

/** Resolves once all that was created by then is cancelled. While the store fails it tries again, unless `over`. */
export async function dropPending(
  { store, clock, emit }: DropParts,
  webhookId: WebhookId,
  { reason, at }: { readonly reason: DroppedReason; readonly at: Instant },
  over: () => boolean,
): Promise<void> {
  let dropped = atOnce;
  while (dropped >= atOnce && !over()) {
    try {
      dropped = await store.dropDeliveries(webhookId, reason, at, clock.now(), atOnce);
    } catch (cause) {
      emit({ kind: 'store.failed', operation: 'dropDeliveries', cause });
      await new Promise<void>((resolve) => clock.after(retryMs, resolve));
    }
  }
}

type DropParts = {
  readonly store: Pick<DeliveryStore, 'dropDeliveries'>;
  readonly clock: Clock;
  readonly emit: Emit;
};
