// Cancels what waits for a webhook, as an original does that drops it when the webhook is disabled or gets another URL.

import { secondMs, type Clock, type Instant } from '../domain/clock.ts';
import type { Dropped } from '../domain/dropped.ts';
import type { Emit } from '../domain/signal.ts';
import type { DeliveryStore } from '../storage/store.ts';
import type { Drop, Lane } from './lane.ts';

export type DropsParts = {
  readonly store: Pick<DeliveryStore, 'dropDeliveries'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Whether other nodes change webhooks and publish, by clocks of their own. */
  readonly sharing: boolean;
  /** Whether the engine stops: what is not cancelled by then is left to the next start. */
  readonly stopping: () => boolean;
  /** All that the lane must not have any more is cancelled: it may go on. */
  readonly dropped: (lane: Lane) => void;
};

const atOnce = 1_000;
const retryMs = secondMs;
/** So much the clocks of nodes are trusted to differ at most; what follows beyond that, docs/nodes.md tells. */
const clocksApartMs = 5 * secondMs;

export class Drops {
  readonly #parts: DropsParts;
  readonly #running = new Set<Promise<void>>();

  constructor(parts: DropsParts) {
    this.#parts = parts;
  }

  /** Nothing of the lane goes out before all that is to be dropped is cancelled. */
  begin(lane: Lane, { reason, upTo }: Dropped): void {
    const at = this.#surelyBefore(upTo);
    // What another drop has left to do is done by this one.
    const drop: Drop = {
      reason,
      at: lane.drop?.done === false ? Math.max(lane.drop.at, at) : at,
      done: false,
    };
    lane.drop = drop;
    lane.letGoOfQueue();
    const dropping = this.#cancel(lane, drop).then(() => {
      this.#running.delete(dropping);
      drop.done = true;
      this.#parts.dropped(lane);
    });
    this.#running.add(dropping);
  }

  /**
   * What is published after a change must not be dropped with what came before it, however late the change is heard of.
   * By whose clock a delivery was created is not known: so what is younger than clocks may differ stays.
   */
  #surelyBefore(upTo: Instant): Instant {
    const now = this.#parts.clock.now();
    return this.#parts.sharing ? Math.min(now, upTo) - clocksApartMs : now;
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
