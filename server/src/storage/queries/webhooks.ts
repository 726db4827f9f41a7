// Webhooks: the control plane's statements, shared by both databases.

import type { Kysely } from 'kysely';
import type { Page, PageRequest } from '../port/page.ts';
import type { WebhookFilter } from '../port/webhook-store.ts';
import { PolicyMissing } from '../port/store-errors.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { Schema, WebhookRow } from '../schema.ts';
import { always, changing } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';
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
): Promise<WebhookRow> {
  return changing(
    db,
    change,
    async () => {
      if (await lacksPolicy(db, row)) throw policyMissing();
      const wire_number = sequence === null ? row.wire_number : await nextInSequence(db, sequence);
      const created = { ...row, wire_number };
      await db.insertInto('webhooks').values(created).execute();
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
      return db
        .updateTable('webhooks')
        .set({ ...rest, version: expectedVersion + 1 })
        .where('id', '=', id)
        .where('tenant_id', '=', tenant_id)
        .where('version', '=', expectedVersion)
        .returningAll()
        .executeTakeFirst();
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

export function listWebhooks(
  db: Kysely<Schema>,
  tenantId: string,
  filter: WebhookFilter,
  request: PageRequest,
): Promise<Page<WebhookRow>> {
  let query = db.selectFrom('webhooks').selectAll().where('tenant_id', '=', tenantId);
  if (filter.dialect !== undefined) query = query.where('dialect', '=', filter.dialect);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: false }, request);
}

/** The next batch of all webhooks, by id after `afterId`. */
export function webhooksAfter(db: Kysely<Schema>, afterId: string, limit: number): Promise<WebhookRow[]> {
  return db.selectFrom('webhooks').selectAll().where('id', '>', afterId).orderBy('id').limit(limit).execute();
}
