// Does one thing after another, in bounded room.

export type Queue<Item> = {
  /** False when as many wait as may. */
  add(item: Item): boolean;
  /** Takes out what waits. */
  takeAll(): readonly Item[];
  /** Resolves when nothing waits and nothing is being done. */
  idle(): Promise<void>;
  readonly size: number;
};

/** `work` never rejects. */
export function makeQueue<Item>(waitingMax: number, work: (item: Item) => Promise<void>): Queue<Item> {
  let waiting: Item[] = [];
  let working: Promise<void> | null = null;

  async function workAll(): Promise<void> {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
    working = null;
  }

  return {
    add(item) {
      if (waiting.length >= waitingMax) return false;
      waiting.push(item);
      working ??= workAll();
      return true;
    },
    takeAll() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    async idle() {
      await working;
    },
    get size() {
      return waiting.length;
    },
  };
}
