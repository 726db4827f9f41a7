// Replays on a store with a test clock: the control plane's part and the chore, and receivers that take what is due when
// they are told to.

import type { Caller } from '../src/domain/access.ts';
import { firstDelivery, type DeliveryState, type ScheduledDelivery } from '../src/domain/delivery.ts';
import type { Event } from '../src/domain/event.ts';
import { makeIds } from '../src/domain/id.ts';
import type { Replay, ReplayPlan } from '../src/domain/replay.ts';
import type { Signal } from '../src/domain/signal.ts';
import type { Webhook } from '../src/domain/webhook.ts';
import { startChores } from '../src/maintain/chores.ts';
import { replaying } from '../src/maintain/replaying.ts';
import { makeAudit } from '../src/manage/audit.ts';
import { makeReplays, type ReplayDraft } from '../src/manage/replays.ts';
import { openSqliteInline, type InlineOptions } from '../src/storage/sqlite/open.ts';
import { sampleWebhook } from './sample-webhook.ts';
import { seededRandom, testClock } from './test-clock.ts';

const tenantId = 'tnt_1';
export const caller: Caller = {
  principal: { kind: 'user', id: 'usr_1', name: 'Ada', tenantId, permissions: new Set() },
  address: null,
};

const exhausted: ReplayPlan['what'] = {
  kind: 'deliveries',
  states: ['exhausted'],
  outcome: null,
  statusClass: null,
  status: null,
  error: null,
};

export function aDraft(more: Partial<ReplayDraft> = {}): ReplayDraft {
  return { webhookId: null, from: null, to: null, eventTypes: [], what: exhausted, ...more };
}

/** `image` is what a crash left behind. */
export async function givenReplaying(
  options: Pick<InlineOptions, 'failures' | 'image'> & { seed?: number; countMax?: number } = {},
) {
  const { seed = 1, countMax, ...opening } = options;
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32), ...opening });
  const clock = testClock();
  const ids = makeIds(clock, seededRandom(seed));
  const signals: Signal[] = [];
  const woken = new Set<string>();
  const audit = makeAudit({ clock, ids });
  const emit = (signal: Signal) => void signals.push(signal);
  const parts = { store, clock, ids, audit, emit, skipsUnverified: () => false };
  const replays = makeReplays(parts, countMax);
  const chore = replaying({ ...parts, owns: () => true, wake: (id) => void woken.add(id) });
  const chores = startChores([chore], 0, clock, emit);

  async function publish(count: number, owed: readonly Webhook[], more: Partial<Event> = {}) {
    const made: ScheduledDelivery[] = [];
    const events = Array.from({ length: count }, () => {
      const now = clock.now();
      const event: Event = {
        id: ids.next('evt'),
        tenantId,
        type: 'invoice.paid',
        occurredAt: now,
        acceptedAt: now,
        data: new TextEncoder().encode('{}'),
        context: {},
        ...more,
      };
      const deliveries = owed.map(({ id: webhookId }) =>
        firstDelivery(
          { tenantId, webhookId, eventId: event.id, eventType: event.type, orderingKey: null },
          ids.next('dlv'),
          now,
        ),
      );
      made.push(...deliveries);
      const routing = { id: 'r', tenantId, decidedAt: 1, deliveredTo: [], notDeliveredTo: [], filtered: [] };
      return { event, deliveries, routing, takenBy: [], publisherKey: null };
    });
    await store.publish({ tenantId, events, idempotency: null });
    return made;
  }

  /** What is due for a webhook ends like this; answers of which events. */
  async function end(webhookId: string, state: DeliveryState, limit = 100_000): Promise<string[]> {
    const { due } = await store.loadDue(webhookId, clock.now(), { count: limit, bytes: Infinity });
    const results = due.map(({ delivery }) => ({
      before: delivery,
      after: { ...delivery, attempts: 1, state },
      attempt: null,
      lastExchange: null,
    }));
    await store.record({ results, health: new Map() });
    return due.map(({ delivery }) => delivery.eventId);
  }

  const given = {
    store,
    clock,
    ids,
    replays,
    signals,
    woken,
    publish,
    /** Of the events that came again, by webhook. */
    received: new Map<string, string[]>(),

    async webhook(more: Partial<Webhook> = {}): Promise<Webhook> {
      const webhook = sampleWebhook({ ...more, id: ids.next('wh'), tenantId });
      return store.createWebhook(webhook, { kind: 'none' }, given.change());
    },

    change: () => ({
      audit: audit.by(caller, tenantId, {
        action: 'thing.changed',
        subject: { kind: 'thing', id: 'thing_1' },
        before: null,
        after: null,
      }),
    }),

    async exhaust(count: number, owed: readonly Webhook[]): Promise<ScheduledDelivery[]> {
      const made = await publish(count, owed);
      await clock.advance(1);
      for (const { id } of owed) await end(id, { kind: 'exhausted', at: clock.now(), reason: 'attempts' });
      return made;
    },

    async receive(...webhooks: readonly Webhook[]): Promise<void> {
      for (const { id } of webhooks) {
        const events = await end(id, { kind: 'delivered', at: clock.now() });
        given.received.set(id, [...(given.received.get(id) ?? []), ...events]);
      }
    },

    waiting: async ({ id }: Webhook) => (await store.countWaiting(id, clock.now(), 100_000)).waiting,

    replay: async ({ id }: Replay): Promise<Replay> => (await store.getReplay(tenantId, id))!,

    /** While receivers take all that is due, until it is over and everything has arrived. */
    async finish(replay: Replay, ...webhooks: readonly Webhook[]): Promise<Replay> {
      for (let time = 0; time < 20_000; time++) {
        await clock.advance(300);
        await given.receive(...webhooks);
        const now = await given.replay(replay);
        if (now.state.kind === 'completed') return now;
      }
      throw new Error('the replay does not end');
    },

    async [Symbol.asyncDispose]() {
      await Promise.race([chores.stop(), clock.advance(1_000)]);
      await store.close();
    },
  };
  return given;
}
