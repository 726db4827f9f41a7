// Accepts events: deduplicate → match → store, in one transaction; then hands the fresh deliveries to the lanes.

import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import { firstDelivery, type ScheduledDelivery } from '../domain/delivery.ts';
import type { Event, EventContext } from '../domain/event.ts';
import type { Ids } from '../domain/id.ts';
import { routedOf } from '../domain/match.ts';
import { orderingKeyOf } from '../domain/ordering.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Accepted, IdempotencyKey, QueuedDelivery, RoutedEvent, Store } from '../storage/store.ts';
import { deduplicate, publisherIdReused, publisherKeyOf } from './deduplicate.ts';
import type { Subscriptions } from './subscriptions.ts';

/** An event as a dialect has read it from its wire: checked, with the bytes of its data. */
export type Submission = {
  readonly type: string;
  readonly occurredAt: number | null;
  readonly data: Uint8Array;
  readonly context: EventContext;
  /** SHA-256 in hex of the event as submitted: the same publisher's id with another hash is a conflict. */
  readonly bodyHash: () => string;
  /** Where the publisher's id stands in the request, for a refusal: `/id`, `/3/id`, `header/ce-id`. */
  readonly idPointer: string;
};

/** One answer per submission, in order. `repeated` when the idempotency key was used before: then nothing was stored. */
type Published = { readonly accepted: readonly Accepted[]; readonly repeated: boolean };

/**
 * Resolves once the events and all their deliveries are committed and survive power loss. Refuses with `conflict` when
 * a publisher's id comes again with another body, and with `idempotency_key_reuse`; rejects as the store does when it is
 * full (then nothing is stored) or does not answer (then the same request again finds out).
 */
export type Publish = (
  caller: Caller,
  submissions: readonly Submission[],
  idempotency: IdempotencyKey | null,
) => Promise<Published>;

/** Takes fresh deliveries straight from the commit into their lanes. */
type HandOver = (fresh: readonly QueuedDelivery[]) => void;

export type PublishParts = {
  readonly store: Pick<Store, 'publish'>;
  readonly subscriptions: Pick<Subscriptions, 'route' | 'webhook'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly handOver: HandOver;
  readonly emit: Emit;
};

/** One event may reach every webhook there is; a batch must not multiply that beyond what one commit can hold. */
const batchDeliveriesMax = 100_000;
/** Deliveries are made for so long before other requests have their turn. */
const deliveriesAtOnce = 10_000;

export function makePublish({ store, subscriptions, ids, clock, handOver, emit }: PublishParts): Publish {
  return async ({ principal: { tenantId } }, submissions, idempotency) => {
    const { distinct, places } = deduplicate(submissions);
    const routed = await matchAll(tenantId, distinct);
    const result = await store.publish({ tenantId, events: routed, idempotency });

    switch (result.kind) {
      case 'stored':
        follow(routed.filter((_, index) => result.fresh[index]));
        return published(result.accepted, false);
      case 'repeated':
        return published(result.accepted, true);
      case 'key_reused':
        throw keyReused();
      case 'publisher_id_reused':
        throw publisherIdReused(distinct[result.index]!);
    }

    function published(accepted: readonly Accepted[], repeated: boolean): Published {
      return { accepted: places.map((place) => accepted[place]!), repeated };
    }
  };

  async function matchAll(tenantId: TenantId, distinct: readonly Submission[]): Promise<RoutedEvent[]> {
    const routed: RoutedEvent[] = [];
    let deliveries = 0;
    let sinceOthers = 0;
    for (const submission of distinct) {
      const event = match(tenantId, submission);
      routed.push(event);
      deliveries += event.deliveries.length;
      if (distinct.length > 1 && deliveries > batchDeliveriesMax) throw tooManyDeliveries();
      sinceOthers += event.deliveries.length;
      if (sinceOthers >= deliveriesAtOnce) {
        sinceOthers = 0;
        await othersTurn();
      }
    }
    return routed;
  }

  function match(tenantId: TenantId, submission: Submission): RoutedEvent {
    const event = eventOf(tenantId, submission);
    const { routing, takenBy, owedTo } = subscriptions.route(tenantId, routedOf(event), clock.now());
    const deliveries = owedTo.map((webhookId) => deliveryOf(event, webhookId));
    return { event, deliveries, routing, takenBy, publisherKey: publisherKeyOf(submission) };
  }

  function eventOf(tenantId: TenantId, { type, occurredAt, data, context }: Submission): Event {
    const acceptedAt = clock.wall();
    return {
      id: ids.next('evt'),
      tenantId,
      type,
      occurredAt: occurredAt ?? acceptedAt,
      acceptedAt,
      data,
      context,
    };
  }

  function deliveryOf(event: Event, webhookId: string): ScheduledDelivery {
    const { tenantId, id: eventId, type: eventType, context } = event;
    const ordering = subscriptions.webhook(tenantId, webhookId)?.ordering ?? 'none';
    const orderingKey = orderingKeyOf(ordering, context);
    const owed = { tenantId, webhookId, eventId, eventType, orderingKey };
    return firstDelivery(owed, ids.next('dlv'), clock.now());
  }

  function follow(fresh: readonly RoutedEvent[]): void {
    handOver(fresh.flatMap(({ event, deliveries }) => deliveries.map((delivery) => ({ delivery, event }))));
    for (const { event, deliveries } of fresh) {
      emit({
        kind: 'event.published',
        tenantId: event.tenantId,
        eventId: event.id,
        type: event.type,
        deliveries: deliveries.length,
      });
    }
  }
}

function keyReused(): Refusal {
  return new Refusal('idempotency_key_reuse', 'This Idempotency-Key was used before with a different body');
}

function tooManyDeliveries(): Refusal {
  const message = `The batch would make more than ${batchDeliveriesMax} deliveries; publish it in smaller batches`;
  return new Refusal('payload_too_large', message);
}
