// How many deliveries a lane brings from the store at once: more while they are soon gone, fewer while they last. Pure.

/**
 * A lane that lies on what it has brought takes memory for nothing; and where many do so, they run out together and bring
 * it all at once, while publishers wait.
 */
export type LoadSize = {
  readonly count: number;
  /** Whether the last load brought so many: there may be more. */
  readonly full: boolean;
};

export const firstLoadSize: LoadSize = { count: 32, full: false };

const countMin = 16;
const countMax = 256;
/** What was brought should last for a few seconds. */
const soonMs = 2_000;
const lateMs = 8_000;

/** How many to bring now, so long after the last load was begun. */
export function loadSizeAfter({ count, full }: LoadSize, elapsedMs: number): number {
  if (full && elapsedMs < soonMs) return Math.min(countMax, count * 2);
  return elapsedMs > lateMs ? Math.max(countMin, count / 2) : count;
}

/** With fewer in the queue it is time to bring more. */
export function lowWater({ count }: LoadSize): number {
  return count / 4;
}
