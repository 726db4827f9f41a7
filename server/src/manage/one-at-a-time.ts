// Lets changes that read before they write take turns, so that none decides on what another is about to change.

export type OneAtATime = <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;

/** Acts of one key run one after another, in order of their asking; those of different keys don't wait for each other. */
export function oneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(act, act);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
