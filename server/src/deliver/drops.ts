// Cancels what waits for a webhook, as an original does that drops it when the webhook is disabled or gets another URL.

import { secondMs, type Clock } from '../domain/clock.ts';
import type { DroppedReason } from '../domain/delivery.ts';
import type { Emit } from '../domain/signal.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { DeliveryStore } from '../storage/store.ts';
import type { Drop, Lane } from './lane.ts';

export type DropsParts = {
  readonly store: Pick<DeliveryStore, 'dropDeliveries'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Whether the engine stops: what is not cancelled by then is left to the next start. */
  readonly stopping: () => boolean;
  /** All that the lane must not have any more is cancelled: it may go on. */
  readonly dropped: (lane: Lane) => void;
};

const atOnce = 1_000;
const retryMs = secondMs;

export class Drops {
  readonly #parts: DropsParts;
  readonly #running = new Set<Promise<void>>();

  constructor(parts: DropsParts) {
    this.#parts = parts;
  }

  /** Nothing of the lane goes out before all that was created by now is cancelled. */
  begin(lane: Lane, reason: DroppedReason): void {
    const drop: Drop = { reason, at: this.#parts.clock.now(), done: false };
    lane.drop = drop;
    lane.letGoOfQueue();
    const dropping = this.#cancel(lane, drop).then(() => {
      this.#running.delete(dropping);
      drop.done = true;
      this.#parts.dropped(lane);
    });
    this.#running.add(dropping);
  }

  /** Resolves once no step is under way. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** In steps, until nothing is left or another drop took over; while the store fails it tries again. */
  async #cancel(lane: Lane, drop: Drop): Promise<void> {
    const { store, clock, emit, stopping } = this.#parts;
    let dropped = atOnce;
    while (dropped >= atOnce && !stopping() && lane.drop === drop) {
      try {
        dropped = await store.dropDeliveries(lane.webhook.id, drop.reason, drop.at, clock.now(), atOnce);
      } catch (cause) {
        emit({ kind: 'store.failed', operation: 'dropDeliveries', cause });
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
  }
}

/** Why the change of a lane's webhook cancels what waits, as its rules say; null when it does not. */
export function droppedBy({ webhook: before, rules }: Lane, after: Webhook): DroppedReason | null {
  const moved = before.endpoint.url !== after.endpoint.url;
  if (moved && rules.dropsPendingWhen.includes('target_changed')) return 'target_changed';
  const disabled = before.state.kind !== 'disabled' && after.state.kind === 'disabled';
  return disabled && rules.dropsPendingWhen.includes('webhook_disabled') ? 'webhook_disabled' : null;
}

/** Whether a crash may have left what a disabled webhook should have dropped. */
export function leftUndropped({ webhook, rules, storedDueAt }: Lane): boolean {
  return (
    storedDueAt !== null &&
    webhook.state.kind === 'disabled' &&
    rules.dropsPendingWhen.includes('webhook_disabled')
  );
}
