// A queue in which those who hold the fewest places come first, and equals take turns.

/** Counts are compared by their magnitude (0, 1, 2–3, 4–7 …), so that a place more or less does not reorder the queue. */
export class FairQueue<Item> {
  /** By magnitude; a Set keeps the order of arrival and removes in constant time. */
  readonly #levels: Set<Item>[] = [];
  readonly #levelOf = new Map<Item, number>();

  get size(): number {
    return this.#levelOf.size;
  }

  has(item: Item): boolean {
    return this.#levelOf.has(item);
  }

  /** Queues an item that holds `places`; one that waits already keeps its turn unless its magnitude changed. */
  put(item: Item, places: number): void {
    const level = 32 - Math.clz32(places);
    const before = this.#levelOf.get(item);
    if (before === level) return;
    if (before !== undefined) this.#levels[before]!.delete(item);
    this.#levelOf.set(item, level);
    (this.#levels[level] ??= new Set()).add(item);
  }

  /** Takes out the item whose turn it is. */
  take(): Item | undefined {
    for (const level of this.#levels) {
      for (const item of level ?? []) {
        level.delete(item);
        this.#levelOf.delete(item);
        return item;
      }
    }
    return undefined;
  }
}
