// How many deliveries a lane brings from the store at once: more while they are soon gone, fewer while they last. Pure.

/**
 * What a lane knows when it asks for more. One that lies on what it has brought takes memory for nothing; and where many do so, they
 * run out together and bring it all at once, while publishers wait (decision 25).
 */
export type LoadSize = {
  readonly count: number;
  /** The load before, if it tells anything: whether it brought as many as it was to, and when, by the monotonic clock. */
  readonly last: { readonly full: boolean; readonly endedAtMs: number } | null;
};

const countMin = 16;
const countMax = 256;
/** What was brought should last for a few seconds. */
const soonMs = 2_000;
const lateMs = 8_000;

export const firstLoadSize: LoadSize = { count: countMin, last: null };

/** How many to bring for a lane that asks for more now. How long it waits for them then says nothing about the lane. */
export function countToLoad({ count, last }: LoadSize, askedAtMs: number): number {
  if (last === null) return count;
  const lastedMs = askedAtMs - last.endedAtMs;
  if (last.full && lastedMs < soonMs) return Math.min(countMax, count * 2);
  let fewer = count;
  for (let ms = lastedMs; ms > lateMs && fewer > countMin; ms /= 2) fewer /= 2;
  return fewer;
}

/** With fewer in the queue it is time to bring more. */
export function lowWater({ count }: LoadSize): number {
  return count / 4;
}
