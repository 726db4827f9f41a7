// Replays: what they take, and their steps. How much is looked at is bounded, whatever a plan takes of it.

import { sql, type Kysely, type RawBuilder } from 'kysely';
import { behindOthers } from '../../domain/ordering.ts';
import type { ReplayPlan, ReplayState, Waiting } from '../../domain/replay.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { AfterPart, ReplayFilter, ReplayStepped } from '../port/replay-store.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { EventColumns } from '../rows/event-row.ts';
import type { PartKey, ReplayableRow, ReplayStateColumns, ReplayStepRows } from '../rows/replay-row.ts';
import type { ReplayPartRow, ReplayRow, Schema } from '../schema.ts';
import { always, changing } from './change.ts';
import { insertOwed } from './deliveries.ts';
import { createdIn, pageOf } from './keyset.ts';

/** So many of a webhook's deliveries, or a tenant's events, are looked at in one go. */
const looksMax = 2_000;
const rowsPerStatement = 1_000;

type Where = { readonly at: number; readonly id: string } | null;

/** A page of what a part takes: `cursor` is where it was looked up to, `over` tells that this is the end of its window. */
export type FoundRows<Row> = {
  readonly rows: readonly Row[];
  readonly cursor: Where;
  readonly over: boolean;
};

/** How many deliveries a plan takes of each webhook; of one more than `max` there is no telling. */
export async function countReplay(
  db: Kysely<Schema>,
  tenantId: string,
  plan: ReplayPlan,
  max: number,
): Promise<{ webhookId: string; count: number }[]> {
  const { rows } = await sql<{ webhookId: string; count: number }>`
    SELECT webhook_id AS "webhookId", count(*) AS count FROM (
      SELECT d.webhook_id FROM deliveries d
      WHERE d.tenant_id = ${tenantId} AND ${conditions(plan, (name) => sql.ref(name))}
        AND EXISTS (SELECT 1 FROM webhooks w WHERE w.id = d.webhook_id AND w.state <> 'disabled')
      LIMIT ${max + 1}
    ) AS taken GROUP BY webhook_id ORDER BY webhook_id`.execute(db);
  return rows;
}

/** The next deliveries that a plan takes of a webhook, oldest first. */
export async function deliveriesToReplay(
  db: Kysely<Schema>,
  tenantId: string,
  webhookId: string,
  plan: ReplayPlan,
  cursor: Where,
  limit: number,
): Promise<FoundRows<ReplayableRow>> {
  const ofWebhook = sql<boolean>`d.webhook_id = ${webhookId} AND ${inWindow('d.created_at', plan)}
    AND ${after('d.created_at', cursor)}`;
  const end =
    plan.what.kind === 'listed' ? null : await lastLookedAt(db, 'deliveries', 'created_at', ofWebhook);
  const { rows } = await sql<ReplayableRow>`
    SELECT d.id, d.tenant_id, d.webhook_id, d.event_id, d.event_type, d.created_at,
      (SELECT context FROM events e WHERE e.id = d.event_id) AS context FROM deliveries d
    WHERE ${beside('d.tenant_id')} = ${tenantId} AND ${ofWebhook} AND ${upTo('d.created_at', end)}
      AND ${conditions(plan, beside)}
    ORDER BY d.created_at, d.id LIMIT ${limit}`.execute(db);
  return found(rows, end, limit, (row) => row.created_at);
}

/** The next events of the plan's types and the webhook's that it has no delivery of, oldest first. */
export async function missedEvents(
  db: Kysely<Schema>,
  plan: ReplayPlan,
  webhook: { readonly id: string; readonly tenantId: string; readonly eventTypes: readonly string[] },
  cursor: Where,
  limit: number,
  withData: boolean,
): Promise<FoundRows<EventColumns>> {
  const ofTenant = sql<boolean>`d.tenant_id = ${webhook.tenantId} AND ${inWindow('d.accepted_at', plan)}
    AND ${after('d.accepted_at', cursor)}`;
  const end = await lastLookedAt(db, 'events', 'accepted_at', ofTenant);
  const { rows } = await sql<EventColumns>`
    SELECT d.id, d.tenant_id, d.type, d.occurred_at, d.accepted_at, d.context
      ${withData ? sql`, d.data` : sql``} FROM events d
    WHERE ${ofTenant} AND ${upTo('d.accepted_at', end)}
      AND ${ofTypes(sql.ref('d.type'), plan.eventTypes)} AND ${ofTypes(sql.ref('d.type'), webhook.eventTypes)}
      AND NOT EXISTS (SELECT 1 FROM deliveries own WHERE own.event_id = d.id AND own.webhook_id = ${webhook.id})
    ORDER BY d.accepted_at, d.id LIMIT ${limit}`.execute(db);
  return found(rows, end, limit, (row) => row.accepted_at);
}

/** Where the last of the rows lies that may be looked at now; null when there are fewer. */
async function lastLookedAt(
  db: Kysely<Schema>,
  table: string,
  at: string,
  which: RawBuilder<boolean>,
): Promise<Where> {
  const { rows } = await sql<{ at: number; id: string }>`
    SELECT d.${sql.ref(at)} AS at, d.id FROM ${sql.table(table)} d WHERE ${which}
    ORDER BY d.${sql.ref(at)}, d.id LIMIT 1 OFFSET ${looksMax - 1}`.execute(db);
  return rows[0] ?? null;
}

function found<Row extends { readonly id: string }>(
  rows: readonly Row[],
  end: Where,
  limit: number,
  at: (row: Row) => number,
): FoundRows<Row> {
  if (rows.length < limit) return { rows, cursor: end, over: end === null };
  const last = rows.at(-1)!;
  return { rows, cursor: { at: at(last), id: last.id }, over: false };
}

/** How a condition names a column. */
type Column = (name: string) => RawBuilder<unknown>;

/**
 * As a value that no index has, so that the planner follows the webhook's own index, which bounds what is looked at:
 * others go through all of the tenant's deliveries of a kind.
 */
function beside(name: string): RawBuilder<unknown> {
  return sql`(${sql.ref(name)} || '')`;
}

/** What a plan asks of a delivery besides whose it is. */
function conditions(plan: ReplayPlan, column: Column): RawBuilder<boolean> {
  const { what } = plan;
  switch (what.kind) {
    case 'listed':
      return sql<boolean>`d.purpose = 'event' AND d.state <> 'scheduled' AND d.id IN (${sql.join(what.deliveryIds)})`;
    case 'missed':
      throw new Error('missed events have no deliveries');
    case 'deliveries':
      return all(
        sql<boolean>`d.purpose = 'event'`,
        inStates(what.states, column),
        inWindow('d.created_at', plan),
        ofTypes(column('d.event_type'), plan.eventTypes),
        plan.webhookId === null ? null : sql<boolean>`d.webhook_id = ${plan.webhookId}`,
        what.outcome === null ? null : sql<boolean>`${column('d.last_outcome')} = ${what.outcome}`,
        what.error === null ? null : sql<boolean>`${column('d.last_error')} = ${what.error}`,
        what.statusClass === null
          ? null
          : sql<boolean>`d.last_status >= ${what.statusClass * 100} AND d.last_status < ${(what.statusClass + 1) * 100}`,
        what.status === null ? null : sql<boolean>`d.last_status = ${what.status}`,
        isNewest,
      );
  }
}

/** Of one event and webhook no later delivery is there. */
const isNewest = sql<boolean>`NOT EXISTS (SELECT 1 FROM deliveries later
  WHERE later.event_id = d.event_id AND later.webhook_id = d.webhook_id
    AND (later.created_at > d.created_at OR (later.created_at = d.created_at AND later.id > d.id)))`;

/** A partial index is chosen only where its own condition stands in the query, word for word. */
function inStates(states: readonly string[], column: Column): RawBuilder<boolean> {
  const asked = sql<boolean>`d.state <> 'scheduled' AND ${column('d.state')} IN (${sql.join(states)})`;
  if (column === beside || states.includes('delivered')) return asked;
  return sql<boolean>`d.state IN ('exhausted', 'cancelled', 'skipped') AND ${asked}`;
}

function inWindow(column: string, { from, to }: ReplayPlan): RawBuilder<boolean> {
  const at = sql.ref(column);
  const before = sql<boolean>`${at} < ${to}`;
  return from === null ? before : sql<boolean>`${before} AND ${at} >= ${from}`;
}

function after(column: string, cursor: Where): RawBuilder<boolean> {
  return cursor === null ? anything : sql<boolean>`(${sql.ref(column)}, d.id) > (${cursor.at}, ${cursor.id})`;
}

function upTo(column: string, end: Where): RawBuilder<boolean> {
  return end === null ? anything : sql<boolean>`(${sql.ref(column)}, d.id) <= (${end.at}, ${end.id})`;
}

const anything = sql<boolean>`1 = 1`;

/** Types that meet one of the patterns; all where there are none. */
function ofTypes(type: RawBuilder<unknown>, patterns: readonly string[]): RawBuilder<boolean> {
  if (patterns.length === 0) return anything;
  const each = patterns.map((pattern) =>
    pattern.endsWith('*')
      ? sql<boolean>`substr(${type}, 1, ${pattern.length - 1}) = ${pattern.slice(0, -1)}`
      : sql<boolean>`${type} = ${pattern}`,
  );
  return sql<boolean>`(${sql.join(each, sql` OR `)})`;
}

function all(...each: readonly (RawBuilder<boolean> | null)[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.join(
    each.filter((one) => one !== null),
    sql` AND `,
  )}`;
}

/** The events that wait for a webhook, those of them that are due by now, and those behind others, each counted up to `max`. */
export async function countWaiting(
  db: Kysely<Schema>,
  webhookId: string,
  now: number,
  max: number,
): Promise<Waiting> {
  const waiting = sql`SELECT due_at FROM deliveries
    WHERE webhook_id = ${webhookId} AND state = 'scheduled' AND purpose = 'event'`;
  const { rows } = await sql<Waiting>`SELECT
    (SELECT count(*) FROM (${waiting} AND due_at <= ${now} LIMIT ${max}) AS due) AS due,
    (SELECT count(*) FROM (${waiting} AND due_at < ${behindOthers} LIMIT ${max}) AS waiting) AS waiting,
    (SELECT count(*) FROM (${waiting} AND due_at = ${behindOthers} LIMIT ${max}) AS behind) AS behind`.execute(
    db,
  );
  return rows[0]!;
}

export function createReplay(
  db: Kysely<Schema>,
  row: ReplayRow,
  parts: readonly { readonly webhookId: string; readonly counted: number | null }[],
  change: ChangeRows,
): Promise<void> {
  return changing(
    db,
    change,
    async () => {
      await db.insertInto('replays').values(row).execute();
      for (let from = 0; from < parts.length; from += rowsPerStatement) {
        const values = parts.slice(from, from + rowsPerStatement).map(({ webhookId, counted }) => ({
          replay_id: row.id,
          webhook_id: webhookId,
          tenant_id: row.tenant_id,
          cursor_at: null,
          cursor_id: null,
          steps: 0,
          counted,
          made: 0,
        }));
        await db.insertInto('replay_parts').values(values).execute();
      }
    },
    always,
  );
}

export function getReplay(db: Kysely<Schema>, tenantId: string, id: string): Promise<ReplayRow | undefined> {
  return db
    .selectFrom('replays')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function listReplays(
  db: Kysely<Schema>,
  tenantId: string,
  filter: ReplayFilter,
  request: PageRequest,
): Promise<Page<ReplayRow>> {
  let query = db.selectFrom('replays').selectAll().where('tenant_id', '=', tenantId);
  if (filter.webhookId !== undefined) query = query.where('webhook_id', '=', filter.webhookId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: true }, request);
}

/** A cancelled replay has nothing left to do. */
export function changeReplay(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  from: ReplayState['kind'],
  to: ReplayStateColumns,
  change: ChangeRows,
): Promise<ReplayRow | undefined> {
  return changing(
    db,
    change,
    async () => {
      const changed = await db
        .updateTable('replays')
        .set(to)
        .where('id', '=', id)
        .where('tenant_id', '=', tenantId)
        .where('state', '=', from)
        .returningAll()
        .executeTakeFirst();
      if (changed !== undefined && to.state === 'cancelled')
        await db.deleteFrom('replay_parts').where('replay_id', '=', id).execute();
      return changed;
    },
    (changed) => changed !== undefined,
  );
}

/** Parts of running replays, whichever tenant's. */
export async function runningParts(
  db: Kysely<Schema>,
  afterPart: AfterPart | null,
  limit: number,
): Promise<(ReplayPartRow & Pick<ReplayRow, 'plan'>)[]> {
  const { replayId, webhookId } = afterPart ?? { replayId: '', webhookId: '' };
  return db
    .selectFrom('replay_parts')
    .innerJoin('replays', 'replays.id', 'replay_parts.replay_id')
    .selectAll('replay_parts')
    .select('replays.plan')
    .where('replays.state', '=', 'running')
    .where(sql<boolean>`(replay_parts.replay_id, replay_parts.webhook_id) > (${replayId}, ${webhookId})`)
    .orderBy('replay_parts.replay_id')
    .orderBy('replay_parts.webhook_id')
    .limit(limit)
    .execute();
}

/**
 * One step of a part, unless the replay does not run any more or another step came first. Who calls it sees to it that
 * nothing of this changes meanwhile.
 */
export async function stepReplay(
  db: Kysely<Schema>,
  key: PartKey,
  step: ReplayStepRows,
  now: number,
): Promise<ReplayStepped | undefined> {
  const part = await db
    .selectFrom('replay_parts')
    .innerJoin('replays', 'replays.id', 'replay_parts.replay_id')
    .selectAll('replay_parts')
    .where('replay_parts.replay_id', '=', key.replayId)
    .where('replay_parts.webhook_id', '=', key.webhookId)
    .where('replay_parts.steps', '=', key.steps)
    .where('replays.state', '=', 'running')
    .executeTakeFirst();
  if (part === undefined) return undefined;
  const made = (await insertOwed(db, step.deliveries)).length;
  const skipped = skippedBy(part, step, made);
  await moveOn(db, part, step, made);
  const completed = step.over && !(await hasParts(db, part.replay_id));
  await db
    .updateTable('replays')
    .set((row) => ({
      made: row('made', '+', made),
      skipped: row('skipped', '+', skipped),
      ...(completed ? { state: 'completed', state_at: now } : {}),
    }))
    .where('id', '=', part.replay_id)
    .execute();
  return { made, skipped, completed };
}

/** Of what was counted, all that was not made when its part is over; else what just could not be. */
function skippedBy(part: ReplayPartRow, { over, deliveries }: ReplayStepRows, made: number): number {
  if (part.counted === null) return deliveries.length - made;
  return over ? Math.max(0, part.counted - part.made - made) : 0;
}

async function moveOn(
  db: Kysely<Schema>,
  part: ReplayPartRow,
  { over, cursor_at, cursor_id }: ReplayStepRows,
  made: number,
): Promise<void> {
  const { replay_id, webhook_id, steps } = part;
  if (over) {
    await db
      .deleteFrom('replay_parts')
      .where('replay_id', '=', replay_id)
      .where('webhook_id', '=', webhook_id)
      .execute();
    return;
  }
  await db
    .updateTable('replay_parts')
    .set({ cursor_at, cursor_id, steps: steps + 1, made: part.made + made })
    .where('replay_id', '=', replay_id)
    .where('webhook_id', '=', webhook_id)
    .execute();
}

async function hasParts(db: Kysely<Schema>, replayId: string): Promise<boolean> {
  const left = await db
    .selectFrom('replay_parts')
    .select('webhook_id')
    .where('replay_id', '=', replayId)
    .limit(1)
    .executeTakeFirst();
  return left !== undefined;
}
