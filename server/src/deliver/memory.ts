// How much the lanes hold in memory together; beyond the watermark deliveries wait in the store, where they are anyway.

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

  get roomy(): boolean {
    return this.#bytes < this.#bytesMax;
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
