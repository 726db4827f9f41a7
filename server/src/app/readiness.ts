// Whether this node can do its work, and what each part says: `/ready`.

import type { Readiness } from '../api/server.ts';
import { minuteMs, type Clock } from '../domain/clock.ts';
import type { EngineState } from '../deliver/engine-port.ts';
import type { OwnershipSummary } from '../maintain/shard-ownership.ts';
import type { Store } from '../storage/store.ts';
import { readinessOf } from './sharing.ts';

export type ReadinessParts = {
  readonly started: boolean;
  readonly store: Pick<Store, 'check' | 'backlog'>;
  readonly engine: { state(): EngineState };
  readonly clock: Clock;
  /** What this node owns; undefined where nobody shares the database. */
  readonly owned: OwnershipSummary | undefined;
};

/** Not ready only while nothing could be accepted, deliveries wait for this node to take them over, or it owns none since its clock is wrong; what merely delays deliveries is told in the checks. */
export async function readiness({
  started,
  store,
  engine,
  clock,
  owned,
}: ReadinessParts): Promise<Readiness> {
  const database = await store.check();
  const shards = readinessOf(owned);
  const { recording, platformFault, inFlight } = engine.state();
  return {
    ready: started && database.ok && shards.ready,
    checks: {
      server: started ? 'ok' : 'starting',
      database: database.ok ? 'ok' : database.problem,
      shards: shards.text,
      recording: recording === 'ok' ? 'ok' : 'waiting for the database to take results',
      sending: platformFault === null ? `ok, ${inFlight} in flight` : `degraded: ${platformFault}`,
      backlog: database.ok ? await backlogText(store, clock) : 'unknown',
      clock: clockText(clock, owned),
    },
  };
}

async function backlogText(store: Pick<Store, 'backlog'>, clock: Clock): Promise<string> {
  const { pending, oldestDueAt } = await store.backlog();
  const overdueMs = oldestDueAt === null ? 0 : Math.max(0, clock.now() - oldestDueAt);
  return `ok, ${pending} pending, the oldest due for ${Math.round(overdueMs / 1_000)} s`;
}

/** Schedules follow the steady clock; a system clock far from it was set while Posthorn ran. */
function clockText(clock: Clock, owned: OwnershipSummary | undefined): string {
  const aheadMs = owned?.clockAheadMs ?? null;
  if (aheadMs !== null) {
    const way = aheadMs > 0 ? 'ahead of' : 'behind';
    return `wrong: ${Math.round(Math.abs(aheadMs) / 1_000)} s ${way} the database's`;
  }
  const offsetMs = clock.wall() - clock.now();
  return Math.abs(offsetMs) < minuteMs
    ? 'ok'
    : `the system clock was set by ${Math.round(offsetMs / 1_000)} s`;
}
