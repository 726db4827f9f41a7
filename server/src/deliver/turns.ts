// Whose turn it is: the tenant with the fewest requests in flight, and of its lanes the one with the fewest; equals take turns.
//
// Turns alone would not be fair: a lane whose receiver hangs would take a place with each of its turns and keep it, and
// one whose receiver answers at once would wait behind all of them.

import type { TenantId } from '../domain/tenant.ts';
import { FairQueue } from './fair-queue.ts';
import type { Lane } from './lane.ts';

type Ring = { readonly tenantId: TenantId; readonly lanes: FairQueue<Lane>; inFlight: number };

export class Turns {
  readonly #waiting = new FairQueue<Ring>();
  readonly #rings = new Map<TenantId, Ring>();

  /** Queues a lane that wants a turn; once, however often it asks. */
  add(lane: Lane): void {
    const ring = this.#ringOf(lane);
    ring.lanes.put(lane, lane.inFlight);
    this.#waiting.put(ring, ring.inFlight);
  }

  /** The lane whose turn it is; it must be added again to get another. */
  next(): Lane | undefined {
    const ring = this.#waiting.take();
    const lane = ring?.lanes.take();
    if (ring !== undefined && ring.lanes.size > 0) this.#waiting.put(ring, ring.inFlight);
    return lane;
  }

  /** A lane's request has begun. */
  begun(lane: Lane): void {
    this.#count(lane, 1);
  }

  /** A lane's request has ended. */
  ended(lane: Lane): void {
    this.#count(lane, -1);
  }

  #count(lane: Lane, change: 1 | -1): void {
    const ring = this.#ringOf(lane);
    ring.inFlight += change;
    if (this.#waiting.has(ring)) this.#waiting.put(ring, ring.inFlight);
    else if (ring.inFlight === 0) this.#rings.delete(ring.tenantId);
  }

  #ringOf({ tenantId }: Lane): Ring {
    const known = this.#rings.get(tenantId);
    if (known !== undefined) return known;
    const ring: Ring = { tenantId, lanes: new FairQueue(), inFlight: 0 };
    this.#rings.set(tenantId, ring);
    return ring;
  }
}
