// Brings the schema to the version that this program knows, one transaction per step. Of several nodes that start
// together one migrates, and the others wait for it; whoever works on the database goes on meanwhile.

import { setTimeout } from 'node:timers/promises';
import { type Clock, minuteMs, secondMs } from '../../domain/clock.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { isLockedOut } from './failure.ts';
import { migrations, type Migration } from './migrations/migrations.ts';
import { inTransaction, setLocally, type Session } from './session.ts';

/** Advisory locks of this program in a database: `posthorn` squeezed into 32 bits, and what for. */
export const locks = {
  migrating: [0x706f7374, 1],
  changing: [0x706f7374, 2],
  chores: [0x706f7374, 3],
} as const;

/** What the schema has to wait for. */
export type SchemaWaits = 'another node' | 'a transaction';

export type MigrateOptions = {
  /** For tests that bring their own. */
  readonly steps?: readonly Migration[];
  /** Told once of each that is waited for. */
  readonly onWait?: (waitsFor: SchemaWaits) => void;
  /** Gives up between two tries. */
  readonly signal?: AbortSignal;
  /** How long to wait for others, in milliseconds. */
  readonly withinMs?: number;
};

/** A migration of a grown database may take its time, and so may a pause before it is tried again. */
const patience = {
  statement_timeout: '0',
  idle_in_transaction_session_timeout: String(minuteMs),
  lock_timeout: String(5 * secondMs),
};
const answerMs = 24 * 60 * minuteMs;
const firstPauseMs = 500;
const pauseMsMax = 5 * secondMs;

/**
 * Rejects with a `StoreRefusal` where the schema is newer, or others were in the way for all of the time; of a step that
 * was not done nothing is there.
 */
export async function migrate(
  session: Session,
  clock: Pick<Clock, 'wall' | 'monotonicMs'>,
  { steps = migrations, onWait = () => {}, signal, withinMs = 10 * minuteMs }: MigrateOptions = {},
): Promise<void> {
  const until = clock.monotonicMs() + withinMs;
  const told = new Set<SchemaWaits>();
  while (!(await patiently('another node', () => inTransaction(session, nextStep))));

  /** True once there is none. Its turn is kept from try to try, so that however many nodes start, one is in the way. */
  async function nextStep(): Promise<boolean> {
    await setLocally(session, patience);
    await session.query('SELECT pg_advisory_xact_lock($1, $2)', locks.migrating, answerMs);
    const version = await versionOf(session);
    if (version > steps.length) throw newer(version, steps.length);
    const step = steps[version];
    if (step === undefined) return true;
    await patiently('a transaction', (tried) =>
      briefly(session, tried, () => apply(session, version + 1, step, clock.wall())),
    );
    return false;
  }

  async function patiently<Result>(
    waitsFor: SchemaWaits,
    act: (tried: number) => Promise<Result>,
  ): Promise<Result> {
    for (let tried = 1; ; tried++) {
      try {
        return await act(tried);
      } catch (error) {
        if (!isLockedOut(error)) throw error;
        if (clock.monotonicMs() >= until) throw inTheWay(waitsFor, withinMs, error);
      }
      if (!told.has(waitsFor)) onWait(waitsFor);
      told.add(waitsFor);
      await setTimeout(Math.min(pauseMsMax, firstPauseMs * 2 ** (tried - 1)), undefined, { signal });
    }
  }
}

/** 0 for a database without a schema. */
export async function versionOf(session: Session): Promise<number> {
  const { rows } = await session.query<{ found: string | null }>("SELECT to_regclass('migrations') AS found");
  if (rows[0]!.found === null) return 0;
  const newest = await session.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM migrations',
  );
  return newest.rows[0]!.version ?? 0;
}

/** To wait for a lock is to make all others wait behind, so between two tries they have their turn. */
const brieflyMs = 300;
/**
 * Autovacuum leaves a table to whoever has waited for as long as the server takes to look for deadlocks, and a little
 * more; the nodes at work wait for a lock for longer, but for those who look something up in these very moments.
 */
const untilVacuumYields = `SELECT set_config('lock_timeout', least(setting::bigint + 200, 1500)::text, true)
  FROM pg_settings WHERE name = 'deadlock_timeout'`;

/** What fails is undone, and its locks are let go of, while the transaction goes on. */
async function briefly(session: Session, tried: number, act: () => Promise<void>): Promise<void> {
  await session.query('SAVEPOINT step');
  try {
    if (tried % 10 === 4) await session.query(untilVacuumYields);
    else await setLocally(session, { lock_timeout: String(brieflyMs) });
    await act();
  } catch (error) {
    if (isLockedOut(error)) await session.query('ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step');
    throw error;
  }
}

async function apply(
  session: Session,
  version: number,
  { name, sql }: Migration,
  now: number,
): Promise<void> {
  if (version === 1) {
    await session.query(
      'CREATE TABLE migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
    );
  }
  await session.query(sql, [], answerMs);
  await session.query('INSERT INTO migrations (version, name, applied_at) VALUES ($1, $2, $3)', [
    version,
    name,
    now,
  ]);
}

function newer(version: number, known: number): StoreRefusal {
  return new StoreRefusal(
    'newer_schema',
    `The database has schema version ${version}, written by a newer Posthorn; this one knows version ${known}: start the newer one, or restore a backup from before the upgrade`,
  );
}

function inTheWay(waitsFor: SchemaWaits, withinMs: number, cause: unknown): StoreRefusal {
  const advice =
    waitsFor === 'another node'
      ? 'another node brings it up to date and is not done yet: start this one again later'
      : 'a transaction holds tables of it, such as a backup: start again once it is over (pg_stat_activity shows it by its xact_start)';
  const message = `The schema was not brought up to date within ${Math.round(withinMs / secondMs)} s: ${advice}`;
  return new StoreRefusal('failed', message, { cause });
}
