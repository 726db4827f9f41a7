// A person wants one event delivered again: to the webhooks that were owed it, or to others, newer ones too.

import type { Caller } from '../domain/access.ts';
import { entryBy } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { deliveredAgain, firstDelivery, type Delivery, type ScheduledDelivery } from '../domain/delivery.ts';
import type { EventId } from '../domain/event.ts';
import type { Ids } from '../domain/id.ts';
import { invalid, notFound, Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { Change, ListedDelivery, Page, Position, Store } from '../storage/store.ts';

export const replayedWebhooksMax = 1_000;

export type ReplayedEvent = {
  readonly deliveries: readonly ScheduledDelivery[];
  /** Those that were owed it and can't get it. */
  readonly skipped: readonly { readonly webhookId: WebhookId; readonly reason: 'gone' | 'disabled' }[];
};

/**
 * Resolves with the new deliveries once they are committed. `webhookIds` null: those that were owed the event. Refuses
 * with `not_found`; with `invalid` a webhook that the tenant hasn't; with `conflict` one that is disabled, a message, and
 * what nobody is there to get.
 */
export type ReplayEvent = (
  caller: Caller,
  id: EventId,
  webhookIds: readonly WebhookId[] | null,
  remember?: (replayed: ReplayedEvent) => NonNullable<Change['idempotency']>,
) => Promise<ReplayedEvent>;

export function makeReplayEvent(parts: {
  readonly store: Pick<Store, 'getEvent' | 'listDeliveries' | 'getWebhook' | 'addDeliveries'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly probe: (webhookId: WebhookId) => void;
  readonly emit: Emit;
}): ReplayEvent {
  const { store, ids, clock, probe, emit } = parts;

  return async function replay(caller, id, webhookIds, remember) {
    const { tenantId } = caller.principal;
    const found = await store.getEvent(tenantId, id);
    if (found === undefined) throw notFound('event');
    const { event, routing } = found;
    if (event.context.purpose !== undefined)
      throw new Refusal('conflict', "A message of a webhook's own administration is not replayed");
    const { usable, skipped } =
      webhookIds === null
        ? await owed(tenantId, routing.deliveredTo)
        : { usable: await asked(tenantId, webhookIds), skipped: [] };
    const before = await newestDeliveries(tenantId, id);
    const now = clock.now();
    const deliveries = usable.map((webhookId) => {
      const next = ids.next('dlv');
      const newest = before.get(webhookId);
      const first = { tenantId, webhookId, eventId: id, eventType: event.type, orderingKey: null };
      return newest === undefined ? firstDelivery(first, next, now) : deliveredAgain(newest, next, now);
    });
    const replayed = { deliveries, skipped };
    const change = {
      action: 'event.replayed',
      subject: { kind: 'event', id },
      before: null,
      after: { deliveries: deliveries.length, webhookIds: webhookIds ?? 'owed' },
    };
    const audit = entryBy(caller, tenantId, change, { id: ids.next('aud'), at: clock.wall() });
    // A purge may have removed the event in the meantime, and a person a webhook: without it, it is another question.
    const added = await store.addDeliveries(deliveries, { audit, idempotency: remember?.(replayed) });
    if (added === 'event_gone') throw notFound('event');
    if (added === 'webhook_gone') return replay(caller, id, webhookIds, remember);
    for (const webhookId of usable) probe(webhookId);
    emit({ kind: 'deliveries.changed', tenantId, webhookIds: usable, count: usable.length });
    return replayed;
  };

  async function owed(
    tenantId: TenantId,
    deliveredTo: readonly WebhookId[],
  ): Promise<{ usable: readonly WebhookId[]; skipped: ReplayedEvent['skipped'] }> {
    if (deliveredTo.length > replayedWebhooksMax) {
      const message = `More than ${replayedWebhooksMax} webhooks were owed the event; name those that are to get it again`;
      throw new Refusal('conflict', message);
    }
    const webhooks = await webhooksOf(tenantId, deliveredTo);
    const skipped: ReplayedEvent['skipped'] = webhooks.flatMap(({ id, webhook }) => {
      if (webhook !== undefined && webhook.state.kind !== 'disabled') return [];
      return [{ webhookId: id, reason: webhook === undefined ? 'gone' : 'disabled' } as const];
    });
    const out = new Set(skipped.map(({ webhookId }) => webhookId));
    const usable = deliveredTo.filter((id) => !out.has(id));
    if (usable.length > 0) return { usable, skipped };
    throw new Refusal('conflict', 'No webhook that was owed the event is there to get it; name others');
  }

  async function asked(tenantId: TenantId, webhookIds: readonly WebhookId[]): Promise<readonly WebhookId[]> {
    const webhooks = await webhooksOf(tenantId, webhookIds);
    const [unknown, ...others] = webhooks.flatMap(({ webhook }, index) =>
      webhook === undefined
        ? [{ pointer: `/webhookIds/${index}`, rule: 'unknown', message: 'The tenant has no such webhook' }]
        : [],
    );
    if (unknown !== undefined) throw invalid([unknown, ...others]);
    const disabled = webhooks.find(({ webhook }) => webhook!.state.kind === 'disabled');
    if (disabled === undefined) return webhookIds;
    throw new Refusal('conflict', `The webhook ${disabled.id} is disabled; resume it before replaying`);
  }

  function webhooksOf(
    tenantId: TenantId,
    webhookIds: readonly WebhookId[],
  ): Promise<readonly { readonly id: WebhookId; readonly webhook: Webhook | undefined }[]> {
    return Promise.all(webhookIds.map(async (id) => ({ id, webhook: await store.getWebhook(tenantId, id) })));
  }

  /** Of each webhook that has any of the event. */
  async function newestDeliveries(
    tenantId: TenantId,
    eventId: EventId,
  ): Promise<ReadonlyMap<WebhookId, Delivery>> {
    const newest = new Map<WebhookId, Delivery>();
    let after: Position | null = null;
    do {
      const page: Page<ListedDelivery> = await store.listDeliveries(
        tenantId,
        { eventId },
        { limit: replayedWebhooksMax, after, before: null },
      );
      for (const { delivery } of page.rows)
        if (!newest.has(delivery.webhookId)) newest.set(delivery.webhookId, delivery);
      after = page.next;
    } while (after !== null);
    return newest;
  }
}
