// What the dialect asks of the store: lists, one webhook by its number, and how its deliveries went.

import type { Position, Reads as AllReads } from '../../api/reads.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { Webhook } from '../../domain/webhook.ts';

export type Reads = Pick<
  AllReads,
  'listWebhooks' | 'getWebhookByWireId' | 'webhookStatistics' | 'lastExchanges'
>;

const pageSize = 500;

/** Every Confluence webhook of a tenant, by ascending number. */
export async function allConfluenceWebhooks(
  reads: Pick<Reads, 'listWebhooks'>,
  tenantId: TenantId,
): Promise<Webhook[]> {
  const webhooks: Webhook[] = [];
  let after: Position | null = null;
  do {
    const page: Awaited<ReturnType<Reads['listWebhooks']>> = await reads.listWebhooks(
      tenantId,
      { dialect: 'confluence' },
      { limit: pageSize, after, before: null },
    );
    webhooks.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return webhooks.toSorted((a, b) => Number(a.wireId) - Number(b.wireId));
}
