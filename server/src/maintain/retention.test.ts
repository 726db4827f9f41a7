import { expect, test } from 'vitest';
import { testClock, type TestClock } from '../../test/test-clock.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { dayMs, hourMs, minuteMs } from '../domain/clock.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { ScheduledDelivery } from '../domain/delivery.ts';
import { durableRules } from '../domain/delivery-rules.ts';
import { defaultRetrySchedule } from '../domain/retry-schedule.ts';
import { routingTo } from '../domain/routing.ts';
import { nothingHoldsBack, type WaitsFor } from '../domain/waiting.ts';
import type { Signal } from '../domain/signal.ts';
import type { Webhook } from '../domain/webhook.ts';
import { openSqliteInline } from '../storage/sqlite/open.ts';
import type { PublishEntry, Store } from '../storage/store.ts';
import { startChores } from './chores.ts';
import { orphans } from './orphans.ts';
import { retention } from './retention.ts';
import { tooOld } from './too-old.ts';

const tenantId = 'tnt_1';

test('DUR-17: what is finished is removed once its retention time is over, and not before', async () => {
  const { clock, store, signals, end } = await given('retention');
  await publish(store, clock, 'evt_old', 'delivered');
  await clock.advance(2 * dayMs);
  await publish(store, clock, 'evt_young', 'delivered');

  await clock.advance(89 * dayMs - 2 * dayMs);
  expect(await store.getEvent(tenantId, 'evt_old')).toBeDefined();

  await clock.advance(dayMs + 2 * hourMs);
  expect(await store.getEvent(tenantId, 'evt_old')).toBeUndefined();
  expect(await store.getDelivery(tenantId, 'dlv_of_evt_old')).toBeUndefined();
  expect(await store.getEvent(tenantId, 'evt_young')).toBeDefined();
  expect(signals.filter(({ kind }) => kind === 'retention.purged')).toMatchObject([
    { events: 1, deliveries: 1 },
  ]);
  await end();
});

test('DUR-17: what still waits for an attempt is kept however old it is', async () => {
  const { clock, store, end } = await given('retention');
  await publish(store, clock, 'evt_waiting', 'scheduled');
  await clock.advance(100 * dayMs);
  expect(await store.getDelivery(tenantId, 'dlv_of_evt_waiting')).toMatchObject({
    delivery: { state: { kind: 'scheduled' } },
  });
  await end();
});

test('a delivery of a webhook that lets nothing pass is exhausted by age, and its lane is told', async () => {
  const { clock, store, signals, reloaded, end } = await given('too-old');
  await publish(store, clock, 'evt_waiting', 'scheduled');
  await clock.advance(9 * dayMs);
  expect(await stateOf(store, 'dlv_of_evt_waiting')).toBe('scheduled');
  await clock.advance(dayMs);
  expect(await stateOf(store, 'dlv_of_evt_waiting')).toBe('exhausted');
  expect(signals).toContainEqual({ kind: 'deliveries.exhausted', webhookId: 'wh_1', count: 1 });
  expect(reloaded).toEqual(['wh_1']);
  await end();
});

test('a webhook that lets pass, if slowly or in order, gives up nothing for its age', async () => {
  const { clock, store, end } = await given('too-old', { ...nothingHoldsBack, rateLimitedUntil: Infinity });
  await publish(store, clock, 'evt_1', 'scheduled');
  await clock.advance(30 * dayMs);
  expect(await store.backlog()).toMatchObject({ pending: 1 });
  await end();
});

test('what a deleted webhook left behind is cancelled', async () => {
  const { clock, store, end } = await given('orphans');
  await publish(store, clock, 'evt_1', 'scheduled', 1_500);
  await store.deleteWebhook(tenantId, 'wh_1', clock.now(), { audit: auditEntry(clock) });
  await clock.advance(2 * minuteMs);
  expect(await store.backlog()).toMatchObject({ pending: 0 });
  await end();
});

const heldBack: WaitsFor = { ...nothingHoldsBack, state: { kind: 'paused', since: 0 } };

async function given(chore: string, waitsFor = heldBack) {
  const clock = testClock();
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const signals: Signal[] = [];
  const reloaded: string[] = [];
  const emit = (signal: Signal) => void signals.push(signal);
  await store.createWebhook(webhook(clock), { kind: 'none' }, { audit: auditEntry(clock) });
  const reload = (id: string) => void reloaded.push(id);
  const all = [
    retention(store, 90, clock, emit),
    orphans(store, clock),
    tooOld({
      store,
      rulesOf: durableRules,
      schedule: defaultRetrySchedule,
      owns: () => true,
      waitsFor: () => waitsFor,
      reload,
      clock,
      emit,
    }),
  ];
  const chosen = all.filter(({ name }) => name === chore);
  const chores = startChores(chosen, minuteMs, clock, emit);
  const end = async () => {
    await chores.stop();
    await store.close();
    expect(signals.filter(({ kind }) => kind === 'store.failed')).toEqual([]);
  };
  return { clock, store, signals, reloaded, end };
}

async function publish(
  store: Store,
  clock: TestClock,
  eventId: string,
  state: 'scheduled' | 'delivered',
  count = 1,
): Promise<void> {
  const now = clock.now();
  const deliveries = Array.from({ length: count }, (_, index): ScheduledDelivery => ({
    id: `dlv_of_${eventId}${index === 0 ? '' : index}`,
    tenantId,
    webhookId: 'wh_1',
    eventId,
    eventType: 'invoice.paid',
    attempts: 0,
    state: { kind: 'scheduled', dueAt: now },
    createdAt: now,
    purpose: 'event',
    redeliveryOf: null,
    orderingKey: null,
  }));
  const entry: PublishEntry = {
    tenantId,
    idempotency: null,
    events: [
      {
        event: {
          id: eventId,
          tenantId,
          type: 'invoice.paid',
          occurredAt: now,
          acceptedAt: now,
          data: Buffer.from('{}'),
          context: {},
        },
        deliveries,
        routing: routingTo('wh_1', tenantId, now),
        takenBy: [],
        publisherKey: null,
      },
    ],
  };
  await store.publish(entry);
  if (state === 'scheduled') return;
  await store.record({
    results: deliveries.map((before) => ({
      before,
      after: { ...before, attempts: 1, state: { kind: 'delivered', at: now } },
      attempt: null,
      lastExchange: null,
    })),
    health: new Map(),
  });
}

async function stateOf(store: Store, deliveryId: string): Promise<string | undefined> {
  return (await store.getDelivery(tenantId, deliveryId))?.delivery.state.kind;
}

function webhook(clock: TestClock): Webhook {
  const now = clock.now();
  return sampleWebhook({ tenantId, state: { kind: 'paused', since: now }, createdAt: now, updatedAt: now });
}

let audits = 0;

function auditEntry(clock: TestClock): AuditEntry {
  return {
    id: `aud_${++audits}`,
    tenantId,
    at: clock.now(),
    actor: { kind: 'system', id: 'system', name: 'test' },
    address: null,
    action: 'webhook.created',
    subject: { kind: 'webhook', id: 'wh_1' },
    before: null,
    after: null,
  };
}
