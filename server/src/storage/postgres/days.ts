// The days of the history: each has a partition of every table that grows, made before it begins.

import { dayMs, type Instant } from '../../domain/clock.ts';
import { lowestIdAt } from '../../domain/id.ts';
import { locks } from './migrate.ts';
import { setLocally, type Session } from './session.ts';

/** Today and so many more days are always there: enough for a cleaner that fails over a weekend. */
const daysAhead = 4;
/** To wait for a lock is to make all others wait behind: better tried again later. */
const briefly = { lock_timeout: '300' };

/** The tables that lie in days, and where in a day's terms a partition of each begins. */
const inDays = [
  { parent: 'events', bound: boundOfId },
  { parent: 'deliveries_settled', bound: boundOfId },
  { parent: 'attempts', bound: boundOfId },
  { parent: 'statistics', bound: String },
] as const;

function boundOfId(at: Instant): string {
  return `'${lowestIdAt('evt', at)}'`;
}

function startOfDay(at: Instant): Instant {
  return Math.floor(at / dayMs) * dayMs;
}

/** The partition of a table for the day that begins at an instant, such as `events_d20271231`. */
export function partitionOf(parent: string, startsAt: Instant): string {
  return `${parent}_d${new Date(startsAt).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** Makes the partitions of today and the days after it, in the caller's transaction, one node at a time. */
export async function makeDays(session: Session, now: Instant): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock($1, $2)', locks.chores);
  const { rows } = await session.query<{ starts_at: number }>('SELECT starts_at FROM history_days');
  const known = new Set(rows.map(({ starts_at }) => starts_at));
  for (let ahead = 0; ahead <= daysAhead; ahead++) {
    const startsAt = startOfDay(now) + ahead * dayMs;
    if (!known.has(startsAt)) await makeDay(session, startsAt);
  }
}

/**
 * A table of its own is attached, so that nobody waits who reads or writes other days. What came for the day before it
 * was made lies in the default partition: then the day stays without one.
 */
async function makeDay(session: Session, startsAt: Instant): Promise<void> {
  await setLocally(session, briefly);
  if (await isTakenByOthers(session, startsAt)) return;
  for (const { parent, bound } of inDays) {
    const name = partitionOf(parent, startsAt);
    await session.query(`CREATE TABLE ${name} (LIKE ${parent} INCLUDING ALL)`);
    await session.query(
      `ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM (${bound(startsAt)}) TO (${bound(startsAt + dayMs)})`,
    );
  }
  await session.query('INSERT INTO history_days (starts_at) VALUES ($1)', [startsAt]);
}

async function isTakenByOthers(session: Session, startsAt: Instant): Promise<boolean> {
  const [from, to] = [boundOfId(startsAt), boundOfId(startsAt + dayMs)];
  const { rows } = await session.query<{ taken: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM events_other WHERE id >= ${from} AND id < ${to})
       OR EXISTS (SELECT 1 FROM deliveries_other WHERE event_id >= ${from} AND event_id < ${to})
       OR EXISTS (SELECT 1 FROM attempts_other WHERE event_id >= ${from} AND event_id < ${to})
       OR EXISTS (SELECT 1 FROM statistics_other WHERE minute >= ${startsAt} AND minute < ${startsAt + dayMs})
       AS taken`,
  );
  return rows[0]!.taken;
}

/** The whole days before `before` that are there still, oldest first. */
export async function oldestDaysBefore(session: Session, before: Instant): Promise<readonly Instant[]> {
  const { rows } = await session.query<{ starts_at: number }>(
    'SELECT starts_at FROM history_days WHERE starts_at <= $1 ORDER BY starts_at',
    [before - dayMs],
  );
  return rows.map(({ starts_at }) => starts_at);
}
