// How much the lanes hold in memory together; beyond the watermark deliveries wait in the store, where they are anyway.

/** What a held delivery takes besides its payload, roughly. */
const besidesPayload = 1_024;
/** A lane takes at most so much of what is free: however many lanes stand still, there is room left for those that move. */
const shareOfFree = 1 / 8;

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

  /** Answers what the delivery weighs. */
  take(payloadBytes: number): number {
    const bytes = payloadBytes + besidesPayload;
    this.#deliveries++;
    this.#bytes += bytes;
    return bytes;
  }

  giveBack(bytes: number): void {
    this.#deliveries--;
    this.#bytes -= bytes;
  }
}
