// What nearly everything else takes: time, chance, ids, the store, the audit, and where signals go.

import type { Clock } from '../domain/clock.ts';
import { makeIds, type Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import type { Emit } from '../domain/signal.ts';
import { makeAudit, type Audit } from '../manage/audit.ts';
import type { Store } from '../storage/store.ts';

export type Foundation = {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly store: Store;
  readonly audit: Audit;
  readonly emit: Emit;
};

export function lay(parts: Omit<Foundation, 'ids' | 'audit'>): Foundation {
  const ids = makeIds(parts.clock, parts.random);
  return { ...parts, ids, audit: makeAudit({ clock: parts.clock, ids }) };
}
