// Knows every webhook's subscription in memory, so that a publish decides who gets its event without asking the store.

import type { Instant } from '../domain/clock.ts';
import type { Routed, SkipsUnverified } from '../domain/match.ts';
import type { Routing } from '../domain/routing.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Store } from '../storage/store.ts';
import { makeTenantSubscriptions, type TenantSubscriptions } from './tenant-subscriptions.ts';

export interface Subscriptions {
  /** The decision for every webhook of the tenant; the same one for equal events until a webhook changes. */
  route(tenantId: TenantId, event: Routed, now: Instant): Routing;
  /** Stops following changes; may be called twice. */
  stop(): void;
}

/** Loads every webhook and follows all changes from then on; ready to route when it resolves. */
export async function startSubscriptions(
  store: Pick<Store, 'allWebhooks' | 'onWebhookChange'>,
  skipsUnverified: SkipsUnverified,
): Promise<Subscriptions> {
  const tenants = new Map<TenantId, TenantSubscriptions>();
  // What changes while the store is being read is newer than what is read.
  const changedMeanwhile = new Set<WebhookId>();
  let loading = true;

  const stop = store.onWebhookChange(({ id, tenantId, webhook }) => {
    if (loading) changedMeanwhile.add(id);
    subscriptionsOf(tenantId).replace(id, webhook);
  });
  for await (const batch of store.allWebhooks()) {
    for (const webhook of batch) {
      if (!changedMeanwhile.has(webhook.id)) subscriptionsOf(webhook.tenantId).replace(webhook.id, webhook);
    }
  }
  loading = false;

  return {
    route: (tenantId, event, now) => subscriptionsOf(tenantId).route(event, now),
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
