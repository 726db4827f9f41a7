// One tenant's subscriptions: finds the patterns that take an event's type, and remembers what they decided.
//
// A decision names every webhook of the tenant, which is long for ten thousand of them. It depends only on which of the
// subscribed patterns, channels and texts in its data an event meets, so it is made once for each such meeting and kept
// until a webhook changes; an event of a type never seen before costs a few look-ups. Filters look at what differs from event
// to event, so they decide each time, for the webhooks that have one and are met otherwise.

import { createHash } from 'node:crypto';
import type { Instant } from '../domain/clock.ts';
import {
  filterTakes,
  whyNotReady,
  whyNotSubscribed,
  type Routed,
  type SkipsUnverified,
} from '../domain/match.ts';
import type { Filtered, Routing } from '../domain/routing.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import { makeDataConditions } from './data-conditions.ts';

/** So many decisions are remembered, which name so many webhooks in all; beyond, they are forgotten and made again. */
const decisionsMax = 10_000;
const namedMax = 1_000_000;

export interface TenantSubscriptions {
  /** Puts a webhook in place of what was known under the id; null takes it out. */
  replace(id: WebhookId, webhook: Webhook | null): void;
  route(event: Routed, now: Instant): Decided;
  webhook(id: WebhookId): Webhook | undefined;
}

/** About one event: what was decided for all of its kind, whose filter takes it, and who is owed it in all. */
export type Decided = {
  readonly routing: Routing;
  readonly takenBy: readonly WebhookId[];
  readonly owedTo: readonly WebhookId[];
};

export function makeTenantSubscriptions(
  tenantId: TenantId,
  skipsUnverified: SkipsUnverified,
): TenantSubscriptions {
  const known = new Map<WebhookId, Known>();
  const subscribers: Index = new Map();
  const listeners: Index = new Map();
  const conditions = makeDataConditions();
  const decided = new Map<string, Routing>();

  return {
    replace(id, webhook) {
      decided.clear();
      const before = known.get(id)?.webhook.subscription;
      before?.eventTypes.forEach((pattern) => remove(subscribers, pattern, id));
      before?.channels.forEach((channel) => remove(listeners, channel, id));
      if (before !== undefined) conditions.remove(id, before);
      if (webhook === null) {
        known.delete(id);
        return;
      }
      known.set(id, { webhook, otherType: { webhookId: id, reason: 'type' } });
      webhook.subscription.eventTypes.forEach((pattern) => add(subscribers, pattern, id));
      webhook.subscription.channels.forEach((channel) => add(listeners, channel, id));
      conditions.add(id, webhook.subscription);
    },

    route(event, now) {
      const patterns = patternsTaking(event.type, subscribers);
      const channels = event.channels.filter((channel) => listeners.has(channel)).toSorted();
      const meeting = JSON.stringify([patterns, channels, conditions.met(patterns, event.data)]);
      const before = decided.get(meeting);
      if (before !== undefined) return filtered(before, event);

      const met = new Set(patterns.flatMap((pattern) => [...subscribers.get(pattern)!]));
      const routing = decide(tenantId, known, met, event, skipsUnverified, now);
      if (decided.size >= decisionsMax || (decided.size + 1) * known.size > namedMax) decided.clear();
      decided.set(meeting, routing);
      return filtered(routing, event);
    },

    webhook: (id) => known.get(id)?.webhook,
  };

  function filtered(routing: Routing, event: Routed): Decided {
    const { deliveredTo } = routing;
    if (routing.filtered.length === 0) return { routing, takenBy: [], owedTo: deliveredTo };
    const taking = routing.filtered.filter(({ webhookId }) =>
      filterTakes(known.get(webhookId)!.webhook, event),
    );
    const owed = taking.filter(({ against }) => against === null).map(idOf);
    return { routing, takenBy: taking.map(idOf), owedTo: [...deliveredTo, ...owed] };
  }
}

function idOf({ webhookId }: Filtered): WebhookId {
  return webhookId;
}

type Why = Routing['notDeliveredTo'][number];

/** A webhook, with the commonest reason against it: made once, since thousands of decisions point to it. */
type Known = { readonly webhook: Webhook; readonly otherType: Why };

/** Which webhooks subscribe with a pattern, or listen to a channel. */
type Index = Map<string, Set<WebhookId>>;

function add(index: Index, key: string, id: WebhookId): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

function remove(index: Index, key: string, id: WebhookId): void {
  const ids = index.get(key);
  if (ids?.delete(id) === true && ids.size === 0) index.delete(key);
}

/** The subscribed patterns that take a type: the type itself, and each of its beginnings with a final `*`. */
function patternsTaking(type: string, subscribers: Index): string[] {
  const taking = subscribers.has(type) ? [type] : [];
  for (let length = 0; length <= type.length; length++) {
    const pattern = `${type.slice(0, length)}*`;
    if (subscribers.has(pattern)) taking.push(pattern);
  }
  return taking;
}

function decide(
  tenantId: TenantId,
  known: ReadonlyMap<WebhookId, Known>,
  met: ReadonlySet<WebhookId>,
  event: Routed,
  skipsUnverified: SkipsUnverified,
  now: Instant,
): Routing {
  const deliveredTo: WebhookId[] = [];
  const notDeliveredTo: Why[] = [];
  const filtered: Filtered[] = [];
  for (const [webhookId, { webhook, otherType }] of known) {
    if (!met.has(webhookId)) {
      notDeliveredTo.push(otherType);
      continue;
    }
    const notSubscribed = whyNotSubscribed(webhook, event);
    const against = notSubscribed ?? whyNotReady(webhook, skipsUnverified) ?? null;
    if (notSubscribed === undefined && webhook.subscription.filter !== null)
      filtered.push({ webhookId, against });
    else if (against === null) deliveredTo.push(webhookId);
    else notDeliveredTo.push({ webhookId, ...against });
  }
  const content = JSON.stringify([tenantId, deliveredTo, notDeliveredTo, filtered]);
  const id = createHash('sha256').update(content).digest('base64url');
  return { id, tenantId, decidedAt: now, deliveredTo, notDeliveredTo, filtered };
}
