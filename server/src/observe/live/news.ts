// News for people who look on: what happened to which of a tenant's things, so that their screens ask again for just that.

import type { DeliveryId } from '../../domain/delivery.ts';
import type { ReplayId } from '../../domain/replay.ts';
import type { Signal } from '../../domain/signal.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { WebhookId } from '../../domain/webhook.ts';

/** Of each list the first so many; counts are of all. */
export const listedMax = 100;

/** By topic; a topic without news is left out. */
export type LiveNews = {
  /** New, attempted, ended or cancelled; `ids` and `webhookIds` are those that are known at once. */
  readonly deliveries?: {
    readonly ids: readonly DeliveryId[];
    readonly webhookIds: readonly WebhookId[];
    readonly count: number;
  };
  /** Published. */
  readonly events?: { readonly types: readonly string[]; readonly count: number };
  /** Created, changed or deleted, or with another breaker or health. */
  readonly webhooks?: { readonly ids: readonly WebhookId[] };
  /** Whose issues have more deliveries, or fewer. */
  readonly issues?: { readonly webhookIds: readonly WebhookId[] };
  /** Begun, gone on, paused, resumed or over. */
  readonly replays?: { readonly ids: readonly ReplayId[] };
};
export type Topic = keyof LiveNews;

/** What a signal means to those who look on; undefined for what concerns no tenant. */
export function newsOf(signal: Signal): { readonly tenantId: TenantId; readonly news: LiveNews } | undefined {
  switch (signal.kind) {
    case 'event.published': {
      const { tenantId, type, deliveries: count } = signal;
      const events = { types: [type], count: 1 };
      const deliveries = { ids: [], webhookIds: [], count };
      return { tenantId, news: count === 0 ? { events } : { events, deliveries } };
    }
    case 'delivery.attempted':
      return ofDelivery(
        signal.delivery,
        signal.attempt.number > 1 || signal.attempt.outcome.kind !== 'success',
      );
    case 'delivery.cancelled':
      return ofDelivery(signal.delivery, signal.delivery.attempts > 0);
    case 'delivery.redelivered':
      return ofDelivery(signal.delivery, true);
    case 'deliveries.changed': {
      const { tenantId, webhookIds, count } = signal;
      return { tenantId, news: { deliveries: { ids: [], webhookIds, count }, issues: { webhookIds } } };
    }
    case 'delivery.settled':
      // One that was attempted has been told of by its attempt.
      return signal.delivery.state.kind === 'skipped' ? ofDelivery(signal.delivery, false) : undefined;
    case 'breaker.opened':
    case 'breaker.closed':
    case 'webhook.failing':
      return { tenantId: signal.tenantId, news: { webhooks: { ids: [signal.webhookId] } } };
    case 'replay.changed':
      return { tenantId: signal.tenantId, news: { replays: { ids: [signal.replayId] } } };
    case 'replay.stepped': {
      const { tenantId, replayId, webhookId, made: count } = signal;
      const replays = { ids: [replayId] };
      if (count === 0) return { tenantId, news: { replays } };
      const webhookIds = [webhookId];
      return {
        tenantId,
        news: { replays, deliveries: { ids: [], webhookIds, count }, issues: { webhookIds } },
      };
    }
    default:
      return undefined;
  }
}

function ofDelivery(
  {
    id,
    tenantId,
    webhookId,
  }: { readonly id: DeliveryId; readonly tenantId: TenantId; readonly webhookId: WebhookId },
  changesIssues: boolean,
): { readonly tenantId: TenantId; readonly news: LiveNews } {
  const deliveries = { ids: [id], webhookIds: [webhookId], count: 1 };
  return {
    tenantId,
    news: changesIssues ? { deliveries, issues: { webhookIds: [webhookId] } } : { deliveries },
  };
}

/** News added up until somebody takes them: never more than a few lists, however much happens. */
export class Gathering {
  readonly #deliveries = new Set<DeliveryId>();
  readonly #deliveredTo = new Set<WebhookId>();
  #deliveryCount = 0;
  readonly #types = new Set<string>();
  #eventCount = 0;
  readonly #webhooks = new Set<WebhookId>();
  readonly #issues = new Set<WebhookId>();
  readonly #replays = new Set<ReplayId>();

  get isEmpty(): boolean {
    const listed = this.#webhooks.size + this.#issues.size + this.#replays.size;
    return this.#deliveryCount + this.#eventCount + listed === 0;
  }

  add({ deliveries, events, webhooks, issues, replays }: LiveNews): void {
    if (deliveries !== undefined) {
      addTo(this.#deliveries, deliveries.ids);
      addTo(this.#deliveredTo, deliveries.webhookIds);
      this.#deliveryCount += deliveries.count;
    }
    if (events !== undefined) {
      addTo(this.#types, events.types);
      this.#eventCount += events.count;
    }
    if (webhooks !== undefined) addTo(this.#webhooks, webhooks.ids);
    if (issues !== undefined) addTo(this.#issues, issues.webhookIds);
    if (replays !== undefined) addTo(this.#replays, replays.ids);
  }

  /** All that was added since the last time. */
  take(): LiveNews {
    const news: LiveNews = {
      ...(this.#deliveryCount > 0 && {
        deliveries: {
          ids: [...this.#deliveries],
          webhookIds: [...this.#deliveredTo],
          count: this.#deliveryCount,
        },
      }),
      ...(this.#eventCount > 0 && { events: { types: [...this.#types], count: this.#eventCount } }),
      ...(this.#webhooks.size > 0 && { webhooks: { ids: [...this.#webhooks] } }),
      ...(this.#issues.size > 0 && { issues: { webhookIds: [...this.#issues] } }),
      ...(this.#replays.size > 0 && { replays: { ids: [...this.#replays] } }),
    };
    for (const set of [
      this.#deliveries,
      this.#deliveredTo,
      this.#types,
      this.#webhooks,
      this.#issues,
      this.#replays,
    ])
      set.clear();
    this.#deliveryCount = 0;
    this.#eventCount = 0;
    return news;
  }
}

function addTo<Item>(set: Set<Item>, items: readonly Item[]): void {
  for (const item of items) if (set.size < listedMax) set.add(item);
}
