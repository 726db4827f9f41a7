// All pages of a list at once: for wires whose lists are sorted, filtered and counted as a whole.

import { setImmediate } from 'node:timers/promises';
import type { TenantId } from '../domain/tenant.ts';
import type { DialectName, Webhook } from '../domain/webhook.ts';
import type { Page, PageRequest, Position, Reads } from './reads.ts';

const pageSize = 500;

/** In the list's own order. Between two pages everybody else has a turn, however many there are. */
export async function allRows<Row>(list: (page: PageRequest) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let after: Position | null = null;
  do {
    const page: Page<Row> = await list({ limit: pageSize, after, before: null });
    rows.push(...page.rows);
    after = page.next;
    if (after !== null) await setImmediate();
  } while (after !== null);
  return rows;
}

/** Every webhook of one dialect in a tenant, by ascending number on the wire. */
export async function allWebhooks(
  reads: Pick<Reads, 'listWebhooks'>,
  tenantId: TenantId,
  dialect: DialectName,
): Promise<Webhook[]> {
  const webhooks = await allRows((page) => reads.listWebhooks(tenantId, { dialect }, page));
  return webhooks.toSorted((a, b) => Number(a.wireId) - Number(b.wireId));
}
