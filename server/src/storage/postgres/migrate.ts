// Brings the schema to the version that this program knows, one transaction per step. Of several nodes that start
// together one migrates, and the others wait for it.

import { StoreRefusal } from '../store-refusal.ts';
import { migrations, type Migration } from './migrations/migrations.ts';
import { inTransaction, setLocally, type Session } from './session.ts';

/** Advisory locks of this program in a database: `posthorn` squeezed into 32 bits, and what for. */
export const locks = {
  migrating: [0x706f7374, 1],
  changing: [0x706f7374, 2],
  chores: [0x706f7374, 3],
} as const;

/** A migration of a grown database may take its time. */
const patience = { statement_timeout: '0', lock_timeout: '60000' };
const withinMs = 24 * 60 * 60 * 1_000;

/** `steps` is a parameter so that tests can bring their own. */
export async function migrate(
  session: Session,
  now: number,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  for (;;) {
    const done = await inTransaction(session, async () => {
      await setLocally(session, patience);
      await session.query('SELECT pg_advisory_xact_lock($1, $2)', locks.migrating, withinMs);
      const version = await versionOf(session);
      if (version > steps.length) throw newer(version, steps.length);
      const step = steps[version];
      if (step === undefined) return true;
      await apply(session, version + 1, step, now);
      return false;
    });
    if (done) return;
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
  await session.query(sql, [], withinMs);
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
