// Knows every webhook's subscription in memory, so that a publish decides who gets its event without asking the store.

import type { Instant } from '../domain/clock.ts';
import { followWebhooks, type WebhookSource } from '../domain/follow.ts';
import type { Routed, SkipsUnverified } from '../domain/match.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import { makeTenantSubscriptions, type Decided, type TenantSubscriptions } from './tenant-subscriptions.ts';

export interface Subscriptions {
  /** The decision for every webhook of the tenant; its routing is the same one for equal events until a webhook changes. */
  route(tenantId: TenantId, event: Routed, now: Instant): Decided;
  /** The webhook as it is now, if the tenant has it. */
  webhook(tenantId: TenantId, id: WebhookId): Webhook | undefined;
  /** Stops following changes; may be called twice. */
  stop(): void;
}

/** Loads every webhook and follows all changes from then on; ready to route when it resolves. */
export async function startSubscriptions(
  store: WebhookSource,
  skipsUnverified: SkipsUnverified,
): Promise<Subscriptions> {
  const tenants = new Map<TenantId, TenantSubscriptions>();

  const stop = await followWebhooks(store, ({ id, tenantId, webhook }) =>
    subscriptionsOf(tenantId).replace(id, webhook),
  );

  return {
    route: (tenantId, event, now) => subscriptionsOf(tenantId).route(event, now),
    webhook: (tenantId, id) => tenants.get(tenantId)?.webhook(id),
    stop,
  };

  function subscriptionsOf(tenantId: TenantId): TenantSubscriptions {
    const known = tenants.get(tenantId);
    if (known !== undefined) return known;
    const fresh = makeTenantSubscriptions(tenantId, skipsUnverified);
    tenants.set(tenantId, fresh);
    return fresh;
  }
}
