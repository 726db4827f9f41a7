// Removes what is over: a day of the history as a whole, and what lies in no day row by row, in small steps.

import { dayMs, type Instant } from '../../domain/clock.ts';
import { lowestIdAt } from '../../domain/id.ts';
import type { Purged } from '../port/maintenance-store.ts';
import { makeDays, oldestDaysBefore, partitionOf } from './days.ts';
import { isLockedOut } from './failure.ts';
import { locks } from './migrate.ts';
import { routingLagMs } from './publish.ts';
import { alongIndexes, inTransaction, setLocally, type Session } from './session.ts';

/** To wait for a lock is to make all others wait behind: better tried again later. */
const gently = { lock_timeout: '300', statement_timeout: '60000' };
const withinMs = 61_000;
/** So many events of a day may have to stay for the day to be dropped without them. */
const staysMax = 10_000;
/** How long other processes may take to read what changed. */
const changesKeptMs = 7 * dayMs;

const none: Count = { events: 0, deliveries: 0, attempts: 0 };

/** One step: a day that is over, or else at most `limit` of each kind of row. Of several nodes one does it. */
export async function purge(session: Session, before: Instant, now: Instant, limit: number): Promise<Purged> {
  await asOnlyOne(session, () => makeDays(session, now));
  for (const startsAt of await oldestDaysBefore(session, before)) {
    const dropped = await asOnlyOne(session, () => dropDay(session, startsAt, before));
    if (dropped !== undefined) return { ...dropped, keys: 0, more: true };
  }
  const count = await asOnlyOne(session, () => purgeEvents(session, before, limit));
  if (count === undefined || count.events >= limit)
    return { ...none, ...count, keys: 0, more: count !== undefined };
  const rest = await asOnlyOne(session, () => purgeRest(session, before, now, limit));
  return { ...count, ...(rest ?? { keys: 0, more: false }) };
}

/** Undefined when another node is at it, or others are in the way for too long: then it is done at the next round. */
async function asOnlyOne<Result>(session: Session, act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await inTransaction(session, async () => {
      await setLocally(session, gently);
      const { rows } = await session.query<{ only: boolean }>(
        'SELECT pg_try_advisory_xact_lock($1, $2) AS only',
        locks.chores,
      );
      return rows[0]!.only ? act() : undefined;
    });
  } catch (error) {
    if (isLockedOut(error)) return undefined;
    throw error;
  }
}

type Count = { readonly events: number; readonly deliveries: number; readonly attempts: number };

/**
 * What of the day has to stay (something waits, or was settled too lately) moves to the default partitions, the rest
 * goes with the day's tables. Undefined when so much has to stay that the day is better kept for longer.
 */
async function dropDay(session: Session, startsAt: Instant, before: Instant): Promise<Count | undefined> {
  const [from, to] = [lowestIdAt('evt', startsAt), lowestIdAt('evt', startsAt + dayMs)];
  const [events, deliveries, attempts, statistics] = (
    ['events', 'deliveries_settled', 'attempts', 'statistics'] as const
  ).map((parent) => partitionOf(parent, startsAt));
  const stays = `SELECT event_id FROM ${deliveries} WHERE settled_at >= ${before}
    UNION SELECT event_id FROM deliveries_waiting WHERE event_id >= '${from}' AND event_id < '${to}'`;
  const isOver = await one<{ over: boolean }>(
    session,
    `SELECT count(*) <= ${staysMax} AS over FROM (${stays} LIMIT ${staysMax + 1}) AS stays`,
  );
  if (!isOver.over) return undefined;
  const gone = await one<Count>(
    session,
    `WITH stays AS (${stays})
     SELECT (SELECT count(*) FROM ${events} WHERE id NOT IN (SELECT event_id FROM stays)) AS events,
       (SELECT count(*) FROM ${deliveries} WHERE event_id NOT IN (SELECT event_id FROM stays)) AS deliveries,
       (SELECT count(*) FROM ${attempts} WHERE event_id NOT IN (SELECT event_id FROM stays)) AS attempts`,
  );

  // In the order in which publishes and records take theirs, so that none waits for the other in a circle.
  await session.query('LOCK TABLE attempts, statistics IN ACCESS EXCLUSIVE MODE');
  await session.query('LOCK TABLE deliveries_waiting IN SHARE MODE');
  await session.query('LOCK TABLE events, deliveries_settled IN ACCESS EXCLUSIVE MODE');
  await setLocally(session, alongIndexes);
  await session.query(`CREATE TEMPORARY TABLE stays ON COMMIT DROP AS ${stays}`, [], withinMs);
  await session.query(
    `CREATE TEMPORARY TABLE staying_deliveries ON COMMIT DROP AS
     SELECT id FROM ${deliveries} WHERE event_id IN (SELECT event_id FROM stays)
     UNION ALL SELECT id FROM deliveries_waiting WHERE event_id IN (SELECT event_id FROM stays)`,
    [],
    withinMs,
  );
  for (const [parent, name, which] of [
    ['events', events, 'id IN (SELECT event_id FROM stays)'],
    ['deliveries_settled', deliveries, 'event_id IN (SELECT event_id FROM stays)'],
    ['attempts', attempts, 'delivery_id IN (SELECT id FROM staying_deliveries)'],
  ]) {
    await session.query(`ALTER TABLE ${parent} DETACH PARTITION ${name}`);
    await session.query(`INSERT INTO ${parent} SELECT * FROM ${name} WHERE ${which}`, [], withinMs);
    await session.query(`DROP TABLE ${name}`);
  }
  await session.query(`DROP TABLE ${statistics}`);
  await session.query('DELETE FROM history_days WHERE starts_at = $1', [startsAt]);
  return gone;
}

/** Nobody adds a delivery of an event while it is removed. */
async function purgeEvents(session: Session, before: Instant, limit: number): Promise<Count> {
  await session.query('LOCK TABLE deliveries_waiting IN SHARE MODE');
  const { rows } = await session.query<{ id: string }>(
    `SELECT id FROM events_other e WHERE accepted_at < $1
       AND NOT EXISTS (SELECT 1 FROM deliveries_waiting w WHERE w.event_id = e.id)
       AND NOT EXISTS (SELECT 1 FROM deliveries_other d WHERE d.event_id = e.id AND d.settled_at >= $1)
     ORDER BY accepted_at, id LIMIT $2`,
    [before, limit],
    withinMs,
  );
  return removeEvents(
    session,
    rows.map(({ id }) => id),
  );
}

/** Keys, ended sessions, statistics, routings, replays that are over and told changes; statistics of webhooks that are gone too, which nobody is shown. */
async function purgeRest(
  session: Session,
  before: Instant,
  now: Instant,
  limit: number,
): Promise<{ keys: number; more: boolean }> {
  const keys = await remove(session, 'idempotency_keys', 'expires_at <= $1', [now], limit);
  const rest = [
    await remove(session, 'ended_sessions', 'expires_at <= $1', [now], limit),
    await remove(session, 'statistics_other', 'minute < $1', [before], limit),
    await remove(session, 'publisher_keys', goneEvents, [lowestIdAt('evt', Math.max(0, before))], limit),
    await remove(session, 'routings', unusedRoutings, [before, routingLagMs], limit),
    await remove(session, 'replays', overReplays, [before], limit),
    await remove(session, 'changes', "at < clock_timestamp() - $1 * interval '1 ms'", [changesKeptMs], limit),
  ];
  return { keys, more: [keys, ...rest].some((removed) => removed >= limit) };
}

const overReplays = "state IN ('completed', 'cancelled') AND state_at < $1";
const goneEvents =
  'event_id < $1 AND NOT EXISTS (SELECT 1 FROM events WHERE events.id = publisher_keys.event_id)';

/**
 * A routing was used last at `used_at`, give or take the lag; so none of the tenant's events points to one from before
 * its oldest event. That saves an index from events to routings on the hot path.
 */
const unusedRoutings = `used_at < least($1::bigint,
  (SELECT min(accepted_at) FROM events WHERE events.tenant_id = routings.tenant_id)) - $2::bigint`;

/** Removes at most `limit` rows; answers how many. */
async function remove(
  session: Session,
  table: string,
  which: string,
  values: readonly unknown[],
  limit: number,
): Promise<number> {
  const { rowCount } = await session.query(
    `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} WHERE ${which} LIMIT ${limit})`,
    values,
    withinMs,
  );
  return rowCount ?? 0;
}

/** By ids alone, which tell the days and have indexes. */
async function removeEvents(session: Session, ids: readonly string[]): Promise<Count> {
  if (ids.length === 0) return none;
  const deliveries = await session.query<{ id: string }>(
    'DELETE FROM deliveries WHERE event_id = ANY ($1::text[]) RETURNING id',
    [ids],
    withinMs,
  );
  const attempts = await session.query(
    'DELETE FROM attempts WHERE event_id = ANY ($1::text[]) AND delivery_id = ANY ($2::text[])',
    [ids, deliveries.rows.map(({ id }) => id)],
    withinMs,
  );
  await session.query('DELETE FROM publisher_keys WHERE event_id = ANY ($1::text[])', [ids], withinMs);
  const events = await session.query('DELETE FROM events WHERE id = ANY ($1::text[])', [ids], withinMs);
  return {
    events: events.rowCount ?? 0,
    deliveries: deliveries.rowCount ?? 0,
    attempts: attempts.rowCount ?? 0,
  };
}

/** Removes about `limit` rows of deleted tenants, waiting or not; answers how many. Audit entries stay. */
export async function purgeTenants(session: Session, limit: number): Promise<number> {
  const removed = await asOnlyOne(session, async () => {
    const { rows } = await session.query<{ id: string }>(
      'SELECT id FROM tenants WHERE deleted_at IS NOT NULL',
    );
    let sum = 0;
    for (const { id } of rows) sum += await purgeTenant(session, id, limit - sum);
    return sum;
  });
  return removed ?? 0;
}

async function purgeTenant(session: Session, tenantId: string, limit: number): Promise<number> {
  if (limit <= 0) return 0;
  const ids = await session.query<{ id: string }>('SELECT id FROM events WHERE tenant_id = $1 LIMIT $2', [
    tenantId,
    limit,
  ]);
  const count = await removeEvents(
    session,
    ids.rows.map(({ id }) => id),
  );
  let removed = count.events + count.deliveries + count.attempts;
  for (const table of ['idempotency_keys', 'publisher_keys', 'routings', 'last_exchanges']) {
    if (removed >= limit) break;
    removed += await remove(session, table, 'tenant_id = $1', [tenantId], limit - removed);
  }
  return removed;
}

async function one<Row extends object>(session: Session, sql: string): Promise<Row> {
  const { rows } = await session.query<Row & Record<string, unknown>>(sql, [], withinMs);
  return rows[0]!;
}
