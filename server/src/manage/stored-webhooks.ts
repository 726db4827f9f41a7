// Webhooks as they are stored: each is changed by one at a time in this node, and again when another node came between.

import type { AuditEntry } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { RoutedEvent, Store } from '../storage/store.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { refusalOfStore, type LimitsOf } from './refusal-of-store.ts';
import type { Remember } from './remember.ts';

/** What goes with a change in its transaction. */
export type Company = {
  readonly audit: AuditEntry;
  readonly idempotency?: ReturnType<Remember<Webhook>> | undefined;
  /** Goes out once the change is stored. */
  readonly message?: RoutedEvent | undefined;
};

/** With `ifVersion`, each refuses with `precondition_failed` when the webhook has another version; `not_found` when there is none. */
export interface StoredWebhooks {
  get(tenantId: TenantId, id: WebhookId, ifVersion?: number): Promise<Webhook>;
  /** Stores what `change` makes of the webhook, one version later. The very same object stays as it is stored. */
  change(
    tenantId: TenantId,
    id: WebhookId,
    change: (current: Webhook) => Webhook,
    ifVersion: number | undefined,
    accompany: (before: Webhook, after: Webhook) => Company,
  ): Promise<Webhook>;
  remove(
    tenantId: TenantId,
    id: WebhookId,
    ifVersion: number | undefined,
    accompany: (current: Webhook) => Pick<Company, 'audit'>,
  ): Promise<void>;
}

export type StoredWebhooksParts = {
  readonly store: Pick<Store, 'updateWebhook' | 'deleteWebhook' | 'getWebhook'>;
  readonly clock: Clock;
  readonly resetBreaker: (id: WebhookId) => Promise<void>;
  readonly send: (message: RoutedEvent | undefined) => void;
  readonly limitsOf: LimitsOf;
};

/** So many changes in a row by other nodes are a fight that one more try won't win; this node's own take turns. */
const roundsMax = 20;

export function makeStoredWebhooks({
  store,
  clock,
  resetBreaker,
  send,
  limitsOf,
}: StoredWebhooksParts): StoredWebhooks {
  const inTurn = oneAtATime();

  return {
    get,
    change: (tenantId, id, ...by) => inTurn(id, () => changeNow(tenantId, id, ...by)),
    remove: (tenantId, id, ...by) => inTurn(id, () => removeNow(tenantId, id, ...by)),
  };

  async function get(tenantId: TenantId, id: WebhookId, ifVersion?: number): Promise<Webhook> {
    const webhook = await store.getWebhook(tenantId, id);
    if (webhook === undefined) throw notFound('webhook');
    if (ifVersion !== undefined && webhook.version !== ifVersion) throw changedBefore();
    return webhook;
  }

  async function changeNow(
    ...[tenantId, id, change, ifVersion, accompany]: Parameters<StoredWebhooks['change']>
  ): Promise<Webhook> {
    for (let round = 0; round < roundsMax; round++) {
      const current = await get(tenantId, id, ifVersion);
      const next = change(current);
      if (next === current) return current;
      const after = { ...next, version: current.version + 1 };
      const { message, ...accompanying } = accompany(current, after);
      const limits = limitsOf(after.dialect);
      const stored = await store
        .updateWebhook(
          after,
          current.version,
          accompanying,
          message,
          limits && { ...limits, now: clock.wall() },
        )
        .catch(refusalOfStore(limits));
      if (stored === undefined) continue;
      send(message);
      if (startsAnew(current, stored)) await resetBreaker(id);
      return stored;
    }
    throw new Refusal('conflict', 'Others keep changing this webhook; try again');
  }

  async function removeNow(
    ...[tenantId, id, ifVersion, accompany]: Parameters<StoredWebhooks['remove']>
  ): Promise<void> {
    const current = await get(tenantId, id, ifVersion);
    const deleted = await store.deleteWebhook(tenantId, id, clock.now(), accompany(current), ifVersion);
    if (deleted) return;
    // Another node deleted or changed it in the meantime: this tells which.
    await get(tenantId, id);
    throw changedBefore();
  }
}

/** Whether what is known about the old endpoint says nothing about the new one. */
function startsAnew(before: Webhook, after: Webhook): boolean {
  if (before.endpoint.url !== after.endpoint.url) return true;
  return before.state.kind === 'disabled' && after.state.kind === 'active';
}

function changedBefore(): Refusal {
  return new Refusal(
    'precondition_failed',
    'The webhook was changed in the meantime; get it again and repeat',
  );
}
