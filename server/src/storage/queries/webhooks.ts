// Webhooks: the control plane's statements, shared by both databases.

import { sql, type Kysely } from 'kysely';
import { matchesType } from '../../domain/event-type.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { LimitsNow, WebhookCount, WebhookFilter } from '../port/webhook-store.ts';
import { LimitReached, PolicyMissing } from '../port/store-errors.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import { isFailing } from './activity.ts';
import type { PublishedEventRows } from '../rows/publish-rows.ts';
import type { Schema, WebhookRow } from '../schema.ts';
import { always, changing } from './change.ts';
import { insertDeliveries } from './deliveries.ts';
import { createdIn, pageOf, pageOfMatching } from './keyset.ts';
import { nextInSequence } from './sequences.ts';
import { cancelDeliveries } from './waiting.ts';
import { getPolicy } from './webhook-policies.ts';

/** How a webhook gets its number on the dialect's wire: the sequence to draw from, or null when it needs none. */
export type WireSequence = string | null;

const cancelledAtOnceMax = 1_000;

export function createWebhook(
  db: Kysely<Schema>,
  row: WebhookRow,
  sequence: WireSequence,
  change: ChangeRows,
  message?: PublishedEventRows,
  limits?: LimitsNow,
): Promise<WebhookRow> {
  return changing(
    db,
    change,
    async () => {
      if (await lacksPolicy(db, row)) throw policyMissing();
      if (limits !== undefined) await keepLimits(db, row, undefined, limits);
      const wire_number = sequence === null ? row.wire_number : await nextInSequence(db, sequence);
      const created = { ...row, wire_number };
      await db.insertInto('webhooks').values(created).execute();
      if (message !== undefined) await addMessage(db, message);
      return created;
    },
    always,
  );
}

export function updateWebhook(
  db: Kysely<Schema>,
  row: WebhookRow,
  expectedVersion: number,
  change: ChangeRows,
  message?: PublishedEventRows,
  limits?: LimitsNow,
): Promise<WebhookRow | undefined> {
  const {
    id,
    tenant_id,
    dialect: _dialect,
    created_at: _created,
    wire_number: _n,
    wire_text: _t,
    ...rest
  } = row;
  return changing(
    db,
    change,
    async () => {
      if (await lacksPolicy(db, row)) {
        // A change that came late is told so: it may not know of the policy's end.
        if ((await getWebhook(db, tenant_id, id))?.version === expectedVersion) throw policyMissing();
        return undefined;
      }
      if (limits !== undefined) {
        const before = await getWebhook(db, tenant_id, id);
        if (before?.version !== expectedVersion) return undefined;
        await keepLimits(db, row, before, limits);
      }
      const updated = await db
        .updateTable('webhooks')
        .set({ ...rest, version: expectedVersion + 1 })
        .where('id', '=', id)
        .where('tenant_id', '=', tenant_id)
        .where('version', '=', expectedVersion)
        .returningAll()
        .executeTakeFirst();
      if (updated !== undefined && message !== undefined) await addMessage(db, message);
      return updated;
    },
    (updated) => updated !== undefined,
  );
}

/** Whether the webhook would sign by a policy that its tenant doesn't have. Asked before anything is written. */
async function lacksPolicy(
  db: Kysely<Schema>,
  { tenant_id, policy_id }: Pick<WebhookRow, 'tenant_id' | 'policy_id'>,
): Promise<boolean> {
  return policy_id !== null && (await getPolicy(db, tenant_id, policy_id)) === undefined;
}

function policyMissing(): PolicyMissing {
  return new PolicyMissing('the webhook policy does not exist');
}

/** Throws `LimitReached` when the webhook may not become as the row says; `before` is what it was. */
async function keepLimits(
  db: Kysely<Schema>,
  row: WebhookRow,
  before: WebhookRow | undefined,
  { allMax, activeMax, now }: LimitsNow,
): Promise<void> {
  const others = await db
    .selectFrom('webhooks')
    .select(['name_key', 'state', 'expires_at'])
    .where('tenant_id', '=', row.tenant_id)
    .where('dialect', '=', row.dialect)
    .where('id', '<>', row.id)
    .execute();
  if (others.some(({ name_key }) => name_key === row.name_key)) throw new LimitReached('name_taken');
  if (before === undefined && others.length >= allMax) throw new LimitReached('all_max');
  const becomesActive = isActive(row, now) && !(before !== undefined && isActive(before, now));
  const active = others.filter((other) => isActive(other, now)).length;
  if (becomesActive && active >= activeMax) throw new LimitReached('active_max');
}

function isActive({ state, expires_at }: Pick<WebhookRow, 'state' | 'expires_at'>, now: number): boolean {
  return state === 'active' && (expires_at === null || expires_at > now);
}

export function countWebhooks(db: Kysely<Schema>, tenantId: string, now: number): Promise<WebhookCount[]> {
  return db
    .selectFrom('webhooks')
    .select(({ fn }) => [
      'dialect',
      fn.countAll<number>().as('all'),
      fn
        .countAll<number>()
        .filterWhere('state', '=', 'active')
        .filterWhere((webhook) =>
          webhook.or([webhook('expires_at', 'is', null), webhook('expires_at', '>', now)]),
        )
        .as('active'),
    ])
    .where('tenant_id', '=', tenantId)
    .groupBy('dialect')
    .execute();
}

/** What the webhook's own administration sends because of a change. */
async function addMessage(
  db: Kysely<Schema>,
  { event, deliveries, routing }: PublishedEventRows,
): Promise<void> {
  if (routing !== null) {
    await db
      .insertInto('routings')
      .values(routing)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ used_at: later('routings.used_at', 'excluded.used_at') }),
      )
      .execute();
  }
  await db.insertInto('events').values(event).execute();
  await insertDeliveries(db, deliveries);
}

/** The later of two columns, in words that every database knows. */
function later(a: string, b: string) {
  return sql<number>`CASE WHEN ${sql.ref(a)} > ${sql.ref(b)} THEN ${sql.ref(a)} ELSE ${sql.ref(b)} END`;
}

/** The webhook, its health and last exchanges go; its waiting deliveries are cancelled, the first thousand of them now. */
export function deleteWebhook(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  now: number,
  change: ChangeRows,
  expectedVersion?: number,
): Promise<boolean> {
  return changing(
    db,
    change,
    async () => {
      const { numDeletedRows } = await db
        .deleteFrom('webhooks')
        .where('id', '=', id)
        .where('tenant_id', '=', tenantId)
        .$if(expectedVersion !== undefined, (query) => query.where('version', '=', expectedVersion!))
        .executeTakeFirst();
      if (numDeletedRows === 0n) return false;
      await db.deleteFrom('last_exchanges').where('webhook_id', '=', id).execute();
      await cancelDeliveries(db, id, now, cancelledAtOnceMax);
      return true;
    },
    (deleted) => deleted,
  );
}

export function getWebhook(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
): Promise<WebhookRow | undefined> {
  return db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function getWebhookByWireId(
  db: Kysely<Schema>,
  tenantId: string,
  dialect: WebhookRow['dialect'],
  wireId: number | string,
): Promise<WebhookRow | undefined> {
  return db
    .selectFrom('webhooks')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('dialect', '=', dialect)
    .where(typeof wireId === 'number' ? 'wire_number' : 'wire_text', '=', wireId)
    .executeTakeFirst();
}

/** Whichever tenant's: the oldest, where numbers are given per tenant. */
export function getWebhookByNumber(
  db: Kysely<Schema>,
  dialect: WebhookRow['dialect'],
  number: number,
): Promise<WebhookRow | undefined> {
  return db
    .selectFrom('webhooks')
    .selectAll()
    .where('dialect', '=', dialect)
    .where('wire_number', '=', number)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

export function listWebhooks(
  db: Kysely<Schema>,
  tenantId: string,
  filter: WebhookFilter,
  request: PageRequest,
): Promise<Page<WebhookRow>> {
  let query = db.selectFrom('webhooks').selectAll().where('tenant_id', '=', tenantId);
  if (filter.dialect !== undefined) query = query.where('dialect', '=', filter.dialect);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.failing === true) {
    query = query.where((is) =>
      is.exists(
        is
          .selectFrom('webhook_health')
          .select('webhook_id')
          .whereRef('webhook_id', '=', 'webhooks.id')
          .where(isFailing),
      ),
    );
  }
  const created = createdIn(query, filter);
  const key = { at: 'created_at', id: 'id', newestFirst: false } as const;
  if (filter.text === undefined && filter.eventType === undefined) return pageOf(created, key, request);
  return pageOfMatching(created, key, request, (row) => isFound(row, filter));
}

function isFound({ id, definition }: WebhookRow, { text, eventType }: WebhookFilter): boolean {
  const { name, description, endpoint, subscription } = JSON.parse(definition) as Searched;
  const wanted = text?.toLowerCase();
  const has = (part: string) => wanted === undefined || part.toLowerCase().includes(wanted);
  const takes = (pattern: string) => eventType === undefined || matchesType(pattern, eventType);
  return [name, description, endpoint.url, id].some(has) && subscription.eventTypes.some(takes);
}

type Searched = Pick<Webhook, 'name' | 'description' | 'subscription'> & {
  readonly endpoint: Pick<Webhook['endpoint'], 'url'>;
};

/** The next batch of all webhooks, by id after `afterId`. */
export function webhooksAfter(db: Kysely<Schema>, afterId: string, limit: number): Promise<WebhookRow[]> {
  return db.selectFrom('webhooks').selectAll().where('id', '>', afterId).orderBy('id').limit(limit).execute();
}
