// Removes what is over, in steps small enough that no commit waits long for one.

import type { Purged } from '../port/maintenance-store.ts';
import { routingLagMs } from './publish.ts';
import type { Session } from './session.ts';

/** A step ends after so many rows, however many events they belong to; and looks at so many events that must stay. */
const rowsMax = 5_000;
const looksPerRemoval = 10;

type Count = { events: number; deliveries: number; attempts: number };

/**
 * The search for finished events goes on where the last step ended, so that events which must stay are looked at once
 * per round. A round ends with the keys, ended sessions, statistics, routings and replays, and then `more` is false.
 */
export function purge(session: Session, before: number, now: number, limit: number): Purged {
  const count: Count = { events: 0, deliveries: 0, attempts: 0 };
  const roundIsOver = purgeEvents(session, before, limit, count);
  if (!roundIsOver) return { ...count, keys: 0, more: true };

  const keys = purgeKeys(session, now, limit);
  const sessions = purgeSessions(session, now, limit);
  const statistics = purgeStatistics(session, before, limit);
  const routings = purgeRoutings(session, before, limit);
  const replays = purgeReplays(session, before, limit);
  const rest = [keys, sessions, statistics, routings, replays];
  return { ...count, keys, more: rest.some((removed) => removed >= limit) };
}

/** True when every event older than `before` has been looked at. */
function purgeEvents(session: Session, before: number, limit: number, count: Count): boolean {
  let cursor = session.purgedUpTo ?? startOf(nextTenant(session, ''));
  let looks = 0;
  while (cursor !== null) {
    const candidates = finishedBefore(session, cursor, before, limit);
    for (const { id, accepted_at } of candidates) {
      if (
        count.events >= limit ||
        count.deliveries + count.attempts >= rowsMax ||
        looks >= limit * looksPerRemoval
      ) {
        session.purgedUpTo = cursor;
        return false;
      }
      looks++;
      cursor = { tenantId: cursor.tenantId, at: accepted_at, id };
      if (!mustStay(session, id, before)) removeEvent(session, id, count);
    }
    if (candidates.length === 0) cursor = startOf(nextTenant(session, cursor.tenantId));
  }
  session.purgedUpTo = null;
  return true;
}

type Cursor = NonNullable<Session['purgedUpTo']>;

function startOf(tenantId: string | null): Cursor | null {
  return tenantId === null ? null : { tenantId, at: Number.MIN_SAFE_INTEGER, id: '' };
}

function nextTenant({ statement }: Session, after: string): string | null {
  const { id } = statement('SELECT min(tenant_id) AS id FROM events WHERE tenant_id > ?').get(after) as {
    id: string | null;
  };
  return id;
}

function finishedBefore(
  { statement }: Session,
  cursor: Cursor,
  before: number,
  limit: number,
): { id: string; accepted_at: number }[] {
  return statement(
    `SELECT id, accepted_at FROM events
     WHERE tenant_id = ? AND accepted_at < ? AND (accepted_at, id) > (?, ?) ORDER BY accepted_at, id LIMIT ?`,
  ).all(cursor.tenantId, before, cursor.at, cursor.id, limit) as { id: string; accepted_at: number }[];
}

/** A delivery waits, or was settled too lately: it is kept for the retention time from then on. */
function mustStay({ statement }: Session, eventId: string, before: number): boolean {
  const keeping = statement(
    "SELECT 1 FROM deliveries WHERE event_id = ? AND (state = 'scheduled' OR settled_at >= ?) LIMIT 1",
  );
  return keeping.get(eventId, before) !== undefined;
}

function removeEvent({ statement }: Session, id: string, count: Count): void {
  count.attempts += statement(
    'DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE event_id = ?)',
  ).run(id).changes;
  count.deliveries += statement('DELETE FROM deliveries WHERE event_id = ?').run(id).changes;
  count.events += statement('DELETE FROM events WHERE id = ?').run(id).changes;
}

function purgeKeys({ statement }: Session, now: number, limit: number): number {
  return statement('DELETE FROM idempotency_keys WHERE expires_at <= ? LIMIT ?').run(now, limit).changes;
}

function purgeSessions({ statement }: Session, now: number, limit: number): number {
  return statement('DELETE FROM ended_sessions WHERE expires_at <= ? LIMIT ?').run(now, limit).changes;
}

function purgeReplays({ statement }: Session, before: number, limit: number): number {
  const remove = statement(
    "DELETE FROM replays WHERE state IN ('completed', 'cancelled') AND state_at < ? LIMIT ?",
  );
  return remove.run(before, limit).changes;
}

/** Minutes that are too old, and everything of webhooks that are gone. */
function purgeStatistics({ statement }: Session, before: number, limit: number): number {
  let removed = 0;
  let webhook = nextCounted({ statement }, '');
  while (webhook !== null && removed < limit) {
    const isGone = statement('SELECT 1 FROM webhooks WHERE id = ?').get(webhook) === undefined;
    const until = isGone ? Number.MAX_SAFE_INTEGER : before;
    const remove = statement('DELETE FROM statistics WHERE webhook_id = ? AND minute < ? LIMIT ?');
    removed += remove.run(webhook, until, limit - removed).changes;
    webhook = nextCounted({ statement }, webhook);
  }
  return removed;
}

function nextCounted({ statement }: Pick<Session, 'statement'>, after: string): string | null {
  const { id } = statement('SELECT min(webhook_id) AS id FROM statistics WHERE webhook_id > ?').get(
    after,
  ) as {
    id: string | null;
  };
  return id;
}

/**
 * A routing was used last at `used_at`, give or take the lag; so none of the tenant's events points to one from before
 * its oldest event. That saves an index from events to routings on the hot path.
 */
function purgeRoutings(session: Session, before: number, limit: number): number {
  const { changes } = session
    .statement(
      `DELETE FROM routings
       WHERE used_at < min(?, coalesce(
         (SELECT min(accepted_at) FROM events WHERE events.tenant_id = routings.tenant_id), ?)) - ?
       LIMIT ?`,
    )
    .run(before, before, routingLagMs, limit);
  if (changes > 0) session.routingsUsedAt.clear();
  return changes;
}

/** Removes about `limit` rows of deleted tenants, waiting or not; answers how many. Audit entries stay. */
export function purgeTenants(session: Session, limit: number): number {
  let removed = 0;
  const deleted = session.statement('SELECT id FROM tenants WHERE deleted_at IS NOT NULL').all();
  for (const { id } of deleted as { id: string }[]) {
    removed += removeEventsOf(session, id, limit - removed);
    for (const table of ['idempotency_keys', 'routings', 'last_exchanges']) {
      if (removed >= limit) break;
      const remove = session.statement(`DELETE FROM ${table} WHERE tenant_id = ? LIMIT ?`);
      removed += remove.run(id, limit - removed).changes;
    }
  }
  if (removed > 0) session.routingsUsedAt.clear();
  return removed;
}

function removeEventsOf(session: Session, tenantId: string, limit: number): number {
  const count: Count = { events: 0, deliveries: 0, attempts: 0 };
  const rows = () => count.events + count.deliveries + count.attempts;
  const events = session.statement('SELECT id FROM events WHERE tenant_id = ? LIMIT ?').all(tenantId, limit);
  for (const { id } of events as { id: string }[]) {
    if (rows() >= limit) break;
    removeEvent(session, id, count);
  }
  return rows();
}
