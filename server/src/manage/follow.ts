// Keeps what is in memory as the store has it: takes all that is there, and every change from then on.

import type { Id } from '../domain/id.ts';

export type Followed<Item> = {
  /** Everything that is there, in batches. */
  readonly all: () => AsyncIterable<readonly Item[]>;
  /** Calls the listener for every change from now on, with null for what is gone; the answer stops it. */
  readonly onChange: (listener: (id: Id, item: Item | null) => void) => () => void;
};

/** `take` has seen everything when it resolves; the answer stops it and may be called twice. */
export async function follow<Item extends { readonly id: Id }>(
  { all, onChange }: Followed<Item>,
  take: (id: Id, item: Item | null) => void,
): Promise<() => void> {
  // What changes while the store is being read is newer than what is read.
  const changedMeanwhile = new Set<Id>();
  let loading = true;

  const stop = onChange((id, item) => {
    if (loading) changedMeanwhile.add(id);
    take(id, item);
  });
  for await (const batch of all()) {
    for (const item of batch) {
      if (!changedMeanwhile.has(item.id)) take(item.id, item);
    }
  }
  loading = false;
  changedMeanwhile.clear();
  return stop;
}
