// What the dialect asks of the store: lists, one webhook by its number, and how its deliveries went.

import type { Attempt } from '../../domain/attempt.ts';
import type { Instant } from '../../domain/clock.ts';
import type { Counts } from '../../domain/statistics.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { Webhook, WebhookId } from '../../domain/webhook.ts';

type Position = { readonly at: number; readonly id: string };

/** The store's own methods, named here because a dialect knows no storage. */
export interface Reads {
  listWebhooks(
    tenantId: TenantId,
    filter: { readonly dialect: 'confluence' },
    page: { readonly limit: number; readonly after: Position | null; readonly before: null },
  ): Promise<{ readonly rows: readonly Webhook[]; readonly next: Position | null }>;
  getWebhookByWireId(tenantId: TenantId, dialect: 'confluence', wireId: number): Promise<Webhook | undefined>;
  webhookStatistics(webhookId: WebhookId, from: Instant, to: Instant): Promise<readonly EventCounts[]>;
  lastExchanges(webhookId: WebhookId): Promise<readonly LastExchange[]>;
}

export type EventCounts = { readonly eventType: string; readonly minute: Instant; readonly counts: Counts };

export type LastExchange = {
  readonly attempt: Attempt;
  /** Ascends per tenant: the invocation's id on this wire. */
  readonly attemptNumber: number;
  readonly requestBody: Uint8Array;
};

const pageSize = 500;

/** Every Confluence webhook of a tenant, by ascending number. */
export async function allConfluenceWebhooks(
  reads: Pick<Reads, 'listWebhooks'>,
  tenantId: TenantId,
): Promise<Webhook[]> {
  const webhooks: Webhook[] = [];
  let after: Position | null = null;
  do {
    const page = await reads.listWebhooks(
      tenantId,
      { dialect: 'confluence' },
      { limit: pageSize, after, before: null },
    );
    webhooks.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return webhooks.toSorted((a, b) => Number(a.wireId) - Number(b.wireId));
}
