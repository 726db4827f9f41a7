// How much the lanes hold in memory together; beyond the watermark deliveries wait in the store, where they are anyway.

import type { QueuedDelivery } from '../storage/store.ts';

/** What a held delivery takes besides its payload, roughly. */
const besidesPayload = 1_024;
/** A lane takes at most so much of what is free: however many lanes stand still, there is room left for those that move. */
const shareOfFree = 1 / 8;

/** What a held delivery counts for, in bytes. */
export function weightOf({ event }: QueuedDelivery): number {
  return event.data.length + besidesPayload;
}

export class HeldMemory {
  readonly #bytesMax: number;
  #deliveries = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /** How much more a lane may take that holds so many bytes; not above zero when nothing. */
  roomFor(laneBytes: number): number {
    return (this.#bytesMax - this.#bytes) * shareOfFree - laneBytes;
  }

  take(bytes: number): void {
    this.#deliveries++;
    this.#bytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#deliveries--;
    this.#bytes -= bytes;
  }
}
