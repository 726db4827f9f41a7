// Brings the schema to the version that this program knows, one transaction per step, so that a kill leaves the version
// before a step or the one after it.

import { StoreRefusal } from '../store-refusal.ts';
import { migrations, type Migration } from './migrations/migrations.ts';
import type { Connection } from './session.ts';

/** Marks the file as ours: `posthorn` squeezed into 32 bits. */
export const applicationId = 0x706f7374;

/** `steps` is a parameter so that tests can bring their own. */
export function migrate(connection: Connection, now: number, steps: readonly Migration[] = migrations): void {
  refuseNewer(connection, steps);
  const version = versionOf(connection);
  for (const [index, step] of steps.entries()) {
    if (index + 1 > version) apply(connection, index + 1, step, now);
  }
}

/** Refuses a schema that a newer program wrote. */
export function refuseNewer(connection: Connection, steps: readonly Migration[] = migrations): void {
  const version = versionOf(connection);
  if (version <= steps.length) return;
  throw new StoreRefusal(
    'newer_schema',
    `The database ${connection.name} has schema version ${version}, written by a newer Posthorn; this one knows version ${steps.length}: start the newer one, or restore a backup from before the upgrade`,
  );
}

/** 0 for a database without a schema. */
export function versionOf(connection: Connection): number {
  const table = connection
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'")
    .get();
  if (table === undefined) return 0;
  const { version } = connection.prepare('SELECT max(version) AS version FROM migrations').get() as {
    version: number | null;
  };
  return version ?? 0;
}

function apply(
  connection: Connection,
  version: number,
  { name, sql, writesSchema }: Migration,
  now: number,
): void {
  const step = connection.transaction(() => {
    if (version === 1) {
      connection.exec(
        'CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
      );
      connection.pragma(`application_id = ${applicationId}`);
    }
    connection.exec(sql);
    connection
      .prepare('INSERT INTO migrations (version, name, applied_at) VALUES (?, ?, ?)')
      .run(version, name, now);
  });
  connection.unsafeMode(writesSchema === true);
  try {
    step.immediate();
  } finally {
    connection.unsafeMode(false);
  }
}
