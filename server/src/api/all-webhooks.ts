// Every webhook of one dialect in a tenant: for wires whose lists are sorted, filtered and counted as a whole.

import type { TenantId } from '../domain/tenant.ts';
import type { DialectName, Webhook } from '../domain/webhook.ts';
import type { Position, Reads } from './reads.ts';

const pageSize = 500;

/** By ascending number on the wire. */
export async function allWebhooks(
  reads: Pick<Reads, 'listWebhooks'>,
  tenantId: TenantId,
  dialect: DialectName,
): Promise<Webhook[]> {
  const webhooks: Webhook[] = [];
  let after: Position | null = null;
  do {
    const request = { limit: pageSize, after, before: null };
    const page: Awaited<ReturnType<Reads['listWebhooks']>> = await reads.listWebhooks(
      tenantId,
      { dialect },
      request,
    );
    webhooks.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return webhooks.toSorted((a, b) => Number(a.wireId) - Number(b.wireId));
}
