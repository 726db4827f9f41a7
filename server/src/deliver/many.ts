// What a person does to many deliveries at once: cancel them, or have them tried again now.
//
// Each call is one transaction and takes a thousand deliveries at most; `more` tells that there are others.

import type { Caller } from '../domain/access.ts';
import { entryBy } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import {
  deliveredAgain,
  isBehindOthers,
  isScheduled,
  type Delivery,
  type DeliveryId,
} from '../domain/delivery.ts';
import type { Ids } from '../domain/id.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Change, DeliveryFilter, ListedDelivery, Page, Position, Store } from '../storage/store.ts';

export const manyMax = 1_000;

/** These, at most `manyMax`; or the newest that a filter finds. */
export type Chosen =
  | { readonly kind: 'listed'; readonly ids: readonly DeliveryId[] }
  | { readonly kind: 'found'; readonly filter: DeliveryFilter };

export type CancelledMany = { readonly cancelled: number; readonly more: boolean };

/**
 * `retried` are due now instead of later, `redelivered` had ended and have new deliveries, `skipped` is what could be
 * neither: due already, in line behind another, a message, gone, or of a webhook that is gone or disabled.
 */
export type RetriedMany = {
  readonly retried: number;
  readonly redelivered: number;
  readonly skipped: number;
  readonly more: boolean;
};

/** The answer that a repetition gets says what was decided: what ends in the same moment counts in it as well. */
type Remember<Result> = (result: Result) => NonNullable<Change['idempotency']>;

export interface Many {
  /** Cancels what is scheduled of the chosen events' deliveries. */
  cancel(caller: Caller, chosen: Chosen, remember?: Remember<CancelledMany>): Promise<CancelledMany>;
  /** What is scheduled is due at once; of what is listed and has ended, new deliveries are made. */
  retry(caller: Caller, chosen: Chosen, remember?: Remember<RetriedMany>): Promise<RetriedMany>;
}

export type ManyParts = {
  readonly store: Pick<Store, 'listDeliveries' | 'getWebhook' | 'cancelScheduled' | 'retryNow'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly probe: (webhookId: WebhookId) => void;
  /** Tells the engine that deliveries which it may hold have ended in the store. */
  readonly reload: (webhookId: WebhookId) => void;
  readonly emit: Emit;
};

export function makeMany({ store, ids, clock, probe, reload, emit }: ManyParts): Many {
  return {
    async cancel(caller, chosen, remember) {
      const { tenantId } = caller.principal;
      const { deliveries, more } = await find(tenantId, chosen, { state: 'scheduled' });
      const waiting = deliveries.filter(isEvent).map(({ id }) => id);
      const change = changeOf(caller, 'deliveries.cancelled', chosen, { count: waiting.length });
      const cancelled = await store.cancelScheduled(tenantId, waiting, clock.now(), {
        ...change,
        idempotency: remember?.({ cancelled: waiting.length, more }),
      });
      for (const id of webhooksOf(cancelled)) reload(id);
      tell(tenantId, cancelled);
      return { cancelled: cancelled.length, more };
    },

    async retry(caller, chosen, remember) {
      const { tenantId } = caller.principal;
      const now = clock.now();
      const only: DeliveryFilter = chosen.kind === 'found' ? { state: 'scheduled', dueAfter: now } : {};
      const { deliveries, more } = await find(tenantId, chosen, only);
      const asked = chosen.kind === 'listed' ? new Set(chosen.ids).size : deliveries.length;
      const events = deliveries.filter(isEvent);
      const later = events.filter(
        (delivery) => isScheduled(delivery) && delivery.state.dueAt > now && !isBehindOthers(delivery),
      );
      const ended = await deliverable(
        tenantId,
        events.filter((delivery) => !isScheduled(delivery)),
      );
      const again = ended.map((delivery) => deliveredAgain(delivery, ids.next('dlv'), now));
      const result = (retried: number, redelivered: number): RetriedMany => ({
        retried,
        redelivered,
        skipped: asked - retried - redelivered,
        more,
      });
      const counts = { retried: later.length, redelivered: again.length };
      const { hastened, added } = await store.retryNow(
        tenantId,
        later.map(({ id }) => id),
        again,
        now,
        {
          ...changeOf(caller, 'deliveries.retried', chosen, counts),
          idempotency: remember?.(result(later.length, again.length)),
        },
      );
      // A purge may have removed what the others were of in the meantime, and a person their webhook.
      const made = new Set(added);
      const changed = [...hastened, ...again.filter(({ id }) => made.has(id))];
      // What is due already may wait for a breaker.
      const waiting = webhooksOf([...changed, ...events.filter(isScheduled)]);
      for (const id of new Set([...waiting, ...(await chosenWebhook(tenantId, chosen))])) probe(id);
      tell(tenantId, changed);
      return result(hastened.length, added.length);
    },
  };

  function tell(tenantId: TenantId, changed: readonly Pick<Delivery, 'webhookId'>[]): void {
    if (changed.length === 0) return;
    const webhookIds = [...webhooksOf(changed)];
    emit({ kind: 'deliveries.changed', tenantId, webhookIds, count: changed.length });
  }

  async function find(
    tenantId: TenantId,
    chosen: Chosen,
    only: DeliveryFilter,
  ): Promise<{ deliveries: readonly Delivery[]; more: boolean }> {
    const filter = chosen.kind === 'listed' ? { ids: chosen.ids } : chosen.filter;
    const deliveries: Delivery[] = [];
    let after: Position | null = null;
    do {
      // A page may be short although others follow.
      const page: Page<ListedDelivery> = await store.listDeliveries(
        tenantId,
        { ...filter, ...only },
        { limit: manyMax - deliveries.length, after, before: null },
      );
      for (const { delivery } of page.rows) deliveries.push(delivery);
      after = page.next;
    } while (after !== null && deliveries.length < manyMax);
    return { deliveries, more: after !== null };
  }

  /** The one that the filter names, if it is the tenant's. */
  async function chosenWebhook(tenantId: TenantId, chosen: Chosen): Promise<readonly WebhookId[]> {
    const { webhookId } = chosen.kind === 'found' ? chosen.filter : {};
    if (webhookId === undefined) return [];
    return (await store.getWebhook(tenantId, webhookId)) === undefined ? [] : [webhookId];
  }

  /** Those whose webhook is there to get them. */
  async function deliverable(
    tenantId: TenantId,
    deliveries: readonly Delivery[],
  ): Promise<readonly Delivery[]> {
    const usable = new Set<WebhookId>();
    for (const id of webhooksOf(deliveries)) {
      const webhook = await store.getWebhook(tenantId, id);
      if (webhook !== undefined && webhook.state.kind !== 'disabled') usable.add(id);
    }
    return deliveries.filter(({ webhookId }) => usable.has(webhookId));
  }

  function changeOf(caller: Caller, action: string, chosen: Chosen, done: object): Pick<Change, 'audit'> {
    const { tenantId } = caller.principal;
    const { webhookId } = chosen.kind === 'found' ? chosen.filter : {};
    const subject =
      webhookId === undefined ? { kind: 'tenant', id: tenantId } : { kind: 'webhook', id: webhookId };
    const of = chosen.kind === 'found' ? { filter: chosen.filter } : { ids: chosen.ids };
    const change = { action, subject, before: null, after: { ...done, ...of } };
    return { audit: entryBy(caller, tenantId, change, { id: ids.next('aud'), at: clock.wall() }) };
  }
}

function isEvent({ purpose }: Delivery): boolean {
  return purpose === 'event';
}

function webhooksOf(deliveries: readonly Pick<Delivery, 'webhookId'>[]): ReadonlySet<WebhookId> {
  return new Set(deliveries.map(({ webhookId }) => webhookId));
}
