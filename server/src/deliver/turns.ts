// Whose turn it is: round robin over the tenants, and within a tenant over its lanes, so that nobody waits for a busy neighbour.

import type { Lane } from './lane.ts';

type Ring = { readonly tenantId: string; readonly lanes: Lane[] };

export class Turns {
  /** Tenants with at least one lane that wants a turn, in the order of their turns. */
  readonly #rings: Ring[] = [];
  readonly #byTenant = new Map<string, Ring>();
  readonly #waiting = new Set<Lane>();

  /** Puts a lane at the end of its tenant's ring; once, however often it asks. */
  add(lane: Lane): void {
    if (this.#waiting.has(lane)) return;
    this.#waiting.add(lane);
    const ring = this.#byTenant.get(lane.tenantId);
    if (ring !== undefined) {
      ring.lanes.push(lane);
      return;
    }
    const first: Ring = { tenantId: lane.tenantId, lanes: [lane] };
    this.#byTenant.set(lane.tenantId, first);
    this.#rings.push(first);
  }

  /** The lane whose turn it is; it must be added again to get another. */
  next(): Lane | undefined {
    const ring = this.#rings.shift();
    if (ring === undefined) return undefined;
    const lane = ring.lanes.shift()!;
    this.#waiting.delete(lane);
    if (ring.lanes.length > 0) this.#rings.push(ring);
    else this.#byTenant.delete(ring.tenantId);
    return lane;
  }
}
