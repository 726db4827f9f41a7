// Tells the store's listeners of what other processes changed: what is in the database now, whatever it was meanwhile.

import type { StoreListeners } from '../parts/listeners.ts';
import { tenantOf } from '../rows/access-rows.ts';
import { policyOf } from '../rows/policy-row.ts';
import { webhookOf } from '../rows/webhook-row.ts';
import type { PolicyRow, TenantRow, WebhookRow } from '../schema.ts';
import type { Sealer } from '../seal.ts';
import type { ChangeRow } from './follow.ts';
import { newsOf } from './news.ts';
import type { Session } from './session.ts';

export async function tellOfChanges(
  session: Session,
  changes: readonly ChangeRow[],
  listeners: StoreListeners,
  sealer: Sealer,
): Promise<void> {
  const webhooks = await changed<WebhookRow>(session, changes, 'webhook', 'webhooks');
  const policies = await changed<PolicyRow>(session, changes, 'policy', 'webhook_policies');
  const tenants = await changed<TenantRow>(session, changes, 'tenant', 'tenants');
  for (const { id, row } of tenants) {
    const tenant = row === undefined || row.deleted_at !== null ? null : tenantOf(row);
    listeners.tenants.tell({ id, tenant });
  }
  // A policy before the webhooks that sign by it.
  for (const { id, tenantId, row } of policies) {
    listeners.policies.tell({ id, tenantId, policy: row === undefined ? null : policyOf(row, sealer) });
  }
  for (const { id, tenantId, row } of webhooks) {
    listeners.webhooks.tell({ id, tenantId, webhook: row === undefined ? null : webhookOf(row, sealer) });
  }
  for (const change of changes) {
    const news = newsOf(change);
    if (news !== undefined) listeners.news.tell(news);
  }
}

type Changed<Row> = { readonly id: string; readonly tenantId: string; readonly row: Row | undefined };

async function changed<Row extends { readonly id: string }>(
  session: Session,
  changes: readonly ChangeRow[],
  kind: string,
  table: string,
): Promise<Changed<Row>[]> {
  const tenantIds = new Map(
    changes.filter((change) => change.kind === kind).map((change) => [change.id, change.tenant_id]),
  );
  if (tenantIds.size === 0) return [];
  const sql = `SELECT * FROM ${table} WHERE id = ANY ($1::text[])`;
  const { rows } = await session.query<Row>(sql, [[...tenantIds.keys()]]);
  const found = new Map(rows.map((row) => [row.id, row]));
  return Array.from(tenantIds, ([id, tenantId]) => ({ id, tenantId, row: found.get(id) }));
}
