import { expect, test } from 'vitest';
import { seededRandom, testClock, type TestClock } from '../../test/test-clock.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { dayMs, minuteMs, secondMs } from '../domain/clock.ts';
import type { ScheduledDelivery } from '../domain/delivery.ts';
import { durableRules } from '../domain/delivery-rules.ts';
import type { Exchange } from '../domain/exchange.ts';
import { makeIds } from '../domain/id.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import type { Outcome } from '../domain/outcome.ts';
import { defaultRetrySchedule } from '../domain/retry-schedule.ts';
import { Secret } from '../domain/secret.ts';
import type { Signal } from '../domain/signal.ts';
import type { Webhook } from '../domain/webhook.ts';
import { noPolicies } from '../domain/webhook-policy.ts';
import { openSqliteInline } from '../storage/sqlite/open.ts';
import type { Change, QueuedDelivery, Store } from '../storage/store.ts';
import type { Engine } from './engine-port.ts';
import { makeEngine } from './engine.ts';

const tenantId = 'tnt_00000000000000000000000000';
const ok: Outcome = { kind: 'success', status: 200 };
const staleConnection: Outcome = { kind: 'error', reason: 'connection_lost', detail: 'stale' };
const failed: Outcome = { kind: 'failure', status: 500 };

type Answer = (request: OutgoingRequest, clock: TestClock) => Outcome | Promise<Outcome>;

/** An engine on a real store and a test clock, with a receiver that answers as told. */
async function setup(
  answer: Answer,
  given: { store?: Store; clock?: TestClock; inFlightMax?: number; seed?: number } = {},
) {
  const clock = given.clock ?? testClock();
  const store = given.store ?? openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const random = seededRandom(given.seed ?? 1);
  const ids = makeIds(clock, random);
  const signals: Signal[] = [];
  const sent: { delivery: string; webhook: string; at: number }[] = [];
  const world = { answer };
  const engine: Engine = makeEngine({
    formats: { native: format, confluence: undefined, xurrent: undefined, entrust: undefined },
    rules: { native: durableRules, confluence: undefined, xurrent: undefined, entrust: undefined },
    keepsLastExchange: () => false,
    policyOf: noPolicies,
    marks: { begun: () => undefined, unmark: () => undefined },
    clock,
    random,
    ids,
    store,
    schedule: defaultRetrySchedule,
    inFlightMax: given.inFlightMax ?? 100,
    heldBytesMax: 1_000_000,
    emit: (signal) => signals.push(signal),
    onBroken: () => undefined,
    disable: async (_tenantId, id, reason) => {
      const current = (await store.getWebhook(tenantId, id))!;
      await store.updateWebhook(
        { ...current, state: { kind: 'disabled', reason, since: clock.now() } },
        current.version,
        change(),
      );
    },
    send: async (request): Promise<Exchange> => {
      const startedMs = clock.monotonicMs();
      sent.push({
        delivery: request.headers['x-delivery']!,
        webhook: request.headers['x-webhook']!,
        at: clock.now(),
      });
      const outcome = await world.answer(request, clock);
      const exchange = { outcome, response: null, timing: {}, durationMs: clock.monotonicMs() - startedMs };
      return outcome === staleConnection ? { ...exchange, staleConnection: true } : exchange;
    },
  });
  store.onWebhookChange((changed) => engine.webhookChanged(changed.id, changed.webhook));

  function change(): Change {
    return {
      audit: {
        id: ids.next('aud'),
        tenantId,
        at: clock.wall(),
        actor: { kind: 'system', id: 'sys', name: 'test' },
        address: null,
        action: 'test',
        subject: { kind: 'test', id: 'x' },
        before: null,
        after: null,
      },
    };
  }

  async function webhook(more: Partial<Webhook> = {}): Promise<Webhook> {
    const now = clock.now();
    return store.createWebhook(
      sampleWebhook(
        { id: ids.next('wh'), tenantId, createdAt: now, updatedAt: now, ...more },
        { concurrencyMax: 64 },
      ),
      { kind: 'none' },
      change(),
    );
  }

  /** Publishes `count` events to the webhooks and hands them over, as the publish stage does. */
  async function publish(webhooks: readonly Webhook[], count = 1): Promise<string[]> {
    const fresh: QueuedDelivery[] = [];
    for (let number = 0; number < count; number++) {
      const now = clock.now();
      const event = {
        id: ids.next('evt'),
        tenantId,
        type: 'order.paid',
        occurredAt: now,
        acceptedAt: now,
        data: new TextEncoder().encode('{}'),
        context: {},
      };
      const deliveries = webhooks.map((each): ScheduledDelivery => ({
        id: ids.next('dlv'),
        tenantId,
        webhookId: each.id,
        eventId: event.id,
        eventType: event.type,
        attempts: 0,
        state: { kind: 'scheduled', dueAt: now },
        createdAt: now,
        purpose: 'event',
        redeliveryOf: null,
        orderingKey: null,
      }));
      const routing = {
        id: 'r',
        tenantId,
        decidedAt: now,
        deliveredTo: webhooks.map(({ id }) => id),
        notDeliveredTo: [],
        filtered: [],
      };
      await store.publish({
        tenantId,
        events: [{ event, deliveries, routing, takenBy: [], publisherKey: null }],
        idempotency: null,
      });
      fresh.push(...deliveries.map((delivery) => ({ delivery, event })));
    }
    engine.handOver(fresh);
    return fresh.map(({ delivery }) => delivery.id);
  }

  async function state(id: string) {
    return (await store.getDelivery(tenantId, id))!.delivery;
  }

  await engine.start(store.allWebhooks());
  return { clock, store, engine, signals, sent, world, webhook, publish, state, change };
}

const format = ({
  delivery,
  event,
  webhook,
}: {
  delivery: { id: string };
  event: { data: Uint8Array };
  webhook: Webhook;
}) => ({
  method: 'POST' as const,
  url: webhook.endpoint.url,
  headers: { 'x-delivery': delivery.id, 'x-webhook': webhook.id },
  body: event.data,
});

/** Answers after a while, in virtual time. */
const after =
  (ms: number, outcome: Outcome): Answer =>
  (_request, clock) =>
    new Promise((resolve) => clock.after(ms, () => resolve(outcome)));

test('RTY-01: 18 attempts on the schedule, never earlier than it says, and then exhausted', async () => {
  const { webhook, publish, sent, clock, state } = await setup(() => failed);
  const [id] = await publish([await webhook()]);
  await clock.advance(10 * dayMs);
  expect(sent).toHaveLength(18);
  const waits = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
  for (const [index, base] of defaultRetrySchedule.entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(base);
    expect(waits[index]).toBeLessThanOrEqual(base * 1.2 + 1);
  }
  expect((await state(id!)).state).toMatchObject({ kind: 'exhausted', reason: 'attempts' });
});

test('RTY-05: after 10 failed deliveries in a row a single probe goes out at a time, and success lets all go', async () => {
  const { webhook, publish, sent, clock, world, state, engine } = await setup(after(10, failed));
  const target = await webhook();
  const ids = await publish([target], 40);
  await clock.advance(20 * secondMs);
  const beforeProbe = sent.length;
  expect(engine.health(target.id).breaker.kind).toBe('open');
  expect(beforeProbe).toBeLessThan(40);

  await clock.advance(15 * secondMs);
  expect(sent.length).toBe(beforeProbe + 1);
  world.answer = after(10, ok);
  await clock.advance(10 * minuteMs);
  expect(engine.health(target.id).breaker.kind).toBe('closed');
  for (const id of ids) expect((await state(id)).state.kind).toBe('delivered');
});

test('who asks for what waits gets a probe at once, and one that fails makes no later wait longer', async () => {
  const { webhook, publish, sent, clock, world, state, engine } = await setup(after(10, failed));
  const target = await webhook();
  const ids = await publish([target], 20);
  await clock.advance(20 * secondMs);
  const openUntil = () => {
    const { breaker } = engine.health(target.id);
    return breaker.kind === 'open' ? breaker.until : null;
  };
  const before = sent.length;
  expect(openUntil()).not.toBeNull();

  for (let asked = 1; asked <= 3; asked++) {
    engine.probe(target.id);
    await clock.advance(secondMs);
    expect(sent).toHaveLength(before + asked);
    expect(openUntil()).toBe(sent.at(-1)!.at + 10 + 30 * secondMs);
  }
  world.answer = after(10, ok);
  engine.probe(target.id);
  await clock.advance(secondMs);
  expect(engine.health(target.id).breaker.kind).toBe('closed');
  await clock.advance(10 * minuteMs);
  for (const id of ids) expect((await state(id)).state.kind).toBe('delivered');
});

test('RTY-06, RTY-07: an open breaker survives a restart, and waiting costs no attempts', async () => {
  const first = await setup(after(10, failed));
  const target = await first.webhook();
  await first.publish([target], 12);
  await first.clock.advance(20 * secondMs);
  const waiting = await first.publish([target]);
  await first.clock.advance(secondMs);
  await first.engine.stop(0);

  const { engine, state, clock, sent } = await setup(after(10, failed), {
    store: first.store,
    clock: first.clock,
    seed: 2,
  });
  expect(engine.health(target.id).breaker).toEqual(first.engine.health(target.id).breaker);
  await clock.advance(3 * dayMs);
  expect(sent.length).toBeLessThan(350);
  const { attempts, state: now } = await state(waiting[0]!);
  expect(now.kind).toBe('scheduled');
  expect(attempts).toBeLessThan(18);
});

test('P17: once an endpoint is back it gets 1, 2, 4 … requests at once', async () => {
  const { webhook, publish, clock, world, engine } = await setup(after(10, failed));
  const target = await webhook();
  await publish([target], 60);
  await clock.advance(5 * secondMs);
  let inFlight = 0;
  const peaks: number[] = [];
  world.answer = async (_request, now) => {
    inFlight++;
    peaks.push(inFlight);
    await new Promise<void>((resolve) => now.after(100, resolve));
    inFlight--;
    return ok;
  };
  await clock.advance(5 * minuteMs);
  expect(engine.health(target.id).breaker.kind).toBe('closed');
  expect(peaks.slice(0, 4)).toEqual([1, 1, 1, 2]);
  expect(Math.max(...peaks)).toBeGreaterThan(4);
});

test('DLV-06: 410 disables the webhook as gone, and what waits stays scheduled', async () => {
  const { webhook, publish, clock, store, state, sent } = await setup(() => ({
    kind: 'failure',
    status: 410,
  }));
  const target = await webhook();
  await publish([target]);
  await clock.advance(secondMs);
  expect((await store.getWebhook(tenantId, target.id))!.state).toMatchObject({
    kind: 'disabled',
    reason: 'gone',
  });
  const [later] = await publish([target]);
  await clock.advance(dayMs);
  expect(sent).toHaveLength(1);
  expect((await state(later!)).state.kind).toBe('scheduled');
});

test('RTY-10: five days without a success across 20 deliveries disable a webhook, with notices after 1 and 3 days', async () => {
  const { webhook, publish, clock, store, signals } = await setup(() => failed);
  const target = await webhook();
  for (let day = 0; day < 6; day++) {
    await publish([target], 5);
    await clock.advance(dayMs);
  }
  expect((await store.getWebhook(tenantId, target.id))!.state).toMatchObject({
    kind: 'disabled',
    reason: 'failing',
  });
  const notices = signals.filter((signal) => signal.kind === 'webhook.failing').map(({ notice }) => notice);
  expect(notices).toEqual(['1d', '3d']);
});

test('DLV-12: after a pause or a deletion no new attempt starts, and what is in flight is recorded', async () => {
  const { webhook, publish, clock, store, sent, state, change } = await setup(after(5_000, ok));
  const [paused, deleted] = [await webhook(), await webhook()];
  const ids = await publish([paused, deleted], 100);
  await clock.advance(1);
  const inFlight = sent.length;
  expect(inFlight).toBeGreaterThan(0);
  await store.updateWebhook(
    { ...paused, state: { kind: 'paused', since: clock.now() } },
    paused.version,
    change(),
  );
  await store.deleteWebhook(tenantId, deleted.id, clock.now(), change());
  await clock.advance(dayMs);
  expect(sent).toHaveLength(inFlight);

  const states = await Promise.all(ids.map((id) => state(id)));
  const ofPaused = states.filter(({ webhookId }) => webhookId === paused.id).map((each) => each.state.kind);
  const ofDeleted = states.filter(({ webhookId }) => webhookId === deleted.id).map((each) => each.state.kind);
  expect(new Set(ofPaused)).toEqual(new Set(['delivered', 'scheduled']));
  expect(new Set(ofDeleted)).toEqual(new Set(['cancelled']));

  const current = (await store.getWebhook(tenantId, paused.id))!;
  await store.updateWebhook({ ...current, state: { kind: 'active' } }, current.version, change());
  await clock.advance(10 * minuteMs);
  for (const { id } of states.filter(({ webhookId }) => webhookId === paused.id)) {
    expect((await state(id)).state.kind).toBe('delivered');
  }
});

test('DLV-16: one event that always fails neither stops the others nor opens the breaker', async () => {
  let poison = '';
  const { webhook, publish, clock, world, engine, state } = await setup(() => ok);
  world.answer = (request) => (request.headers['x-delivery'] === poison ? failed : ok);
  const target = await webhook();
  const [first] = await publish([target]);
  poison = first!;
  // The poison is published again under its own id, so that it fails from its first attempt on.
  const [second] = await publish([target]);
  poison = second!;
  await clock.advance(10 * dayMs);
  const others = await publish([target], 50);
  await clock.advance(minuteMs);
  for (const id of others) expect((await state(id)).state.kind).toBe('delivered');
  expect(engine.health(target.id).breaker.kind).toBe('closed');
});

test('DLV-12: a delivery cancelled while its attempt is under way stays cancelled, with the attempt in its log', async () => {
  const { webhook, publish, clock, store, state, signals, change } = await setup(after(5_000, ok));
  const [id] = await publish([await webhook()]);
  await clock.advance(1);
  expect(await store.cancelDelivery(tenantId, id!, clock.now(), change())).toBe(true);
  await clock.advance(10 * secondMs);
  expect(await state(id!)).toMatchObject({ attempts: 1, state: { kind: 'cancelled' } });
  const told = signals.find((signal) => signal.kind === 'delivery.attempted');
  expect(told?.delivery.state).toMatchObject({ kind: 'cancelled', reason: 'person' });
  expect(signals.filter(({ kind }) => kind === 'delivery.stale' || kind === 'delivery.settled')).toEqual([]);
  expect(await store.listAttempts(tenantId, id!)).toHaveLength(1);
});

test('RTY-08: the platform’s own fault charges no attempt, opens no breaker, and is told until it is over', async () => {
  const platform: Outcome = { kind: 'platform', reason: 'resolver_down', detail: 'no resolver answers' };
  const { webhook, publish, clock, world, state, engine, sent } = await setup(() => platform);
  const target = await webhook();
  const ids = await publish([target], 20);
  await clock.advance(minuteMs);
  expect(engine.state().platformFault).toBe('resolver_down');
  expect(sent.length).toBeLessThan(20 * 14);
  expect((await state(ids[0]!)).attempts).toBe(0);
  world.answer = () => ok;
  await clock.advance(minuteMs);
  for (const id of ids) expect((await state(id)).state.kind).toBe('delivered');
  expect(engine.health(target.id).breaker.kind).toBe('closed');
  expect(engine.state().platformFault).toBeNull();
});

test('FAI-03: a healthy webhook is served within seconds while hundreds of others hang', async () => {
  const { webhook, publish, clock, world, state } = await setup(() => ok, { inFlightMax: 50 });
  const healthy = await webhook();
  const hanging: Webhook[] = [];
  for (let count = 0; count < 45; count++) hanging.push(await webhook());
  world.answer = async (request, now) => {
    if (request.headers['x-webhook'] === healthy.id) return ok;
    await new Promise<void>((resolve) => now.after(15_000, resolve));
    return { kind: 'error', reason: 'timeout_headers', detail: '' };
  };
  await publish(hanging, 10);
  const ids = await publish([healthy], 20);
  await clock.advance(2_500);
  for (const id of ids) expect((await state(id)).state.kind).toBe('delivered');
});

test('FAI-03: so is it when many that were quick until then hang all at once, with a hundred deliveries waiting for each', async () => {
  const { webhook, publish, clock, world, state, engine } = await setup(() => ok, { inFlightMax: 16 });
  const healthy = await webhook();
  const hanging: Webhook[] = [];
  for (let count = 0; count < 30; count++) hanging.push(await webhook());
  await publish(hanging, 100);
  await clock.advance(5 * secondMs);
  expect(engine.state().held).toBe(0);

  world.answer = async (request, now) => {
    if (request.headers['x-webhook'] === healthy.id) return ok;
    await new Promise<void>((resolve) => now.after(30_000, resolve));
    return { kind: 'error', reason: 'timeout_headers', detail: '' };
  };
  await publish(hanging, 100);
  await clock.advance(10 * secondMs);
  expect(engine.state().inFlight).toBeGreaterThan(32);
  const ids = await publish([healthy], 20);
  await clock.advance(2_500);
  for (const id of ids) expect((await state(id)).state.kind).toBe('delivered');
});

test('what a stop cuts is no fault of the platform', async () => {
  const cut: Outcome = { kind: 'platform', reason: 'stopped', detail: 'Posthorn is stopping' };
  const { webhook, publish, clock, engine, sent } = await setup(() => cut);
  await publish([await webhook()], 1);
  await clock.advance(1);
  expect(sent).toHaveLength(1);
  expect(engine.state().platformFault).toBeNull();
});

test('CON-10: a stop starts nothing new, lets what is in flight end and records it', async () => {
  const { webhook, publish, clock, engine, state, sent } = await setup(after(5_000, ok));
  const ids = await publish([await webhook()], 20);
  await clock.advance(1);
  const inFlight = sent.map(({ delivery }) => delivery);
  const stopped = engine.stop(30 * secondMs);
  await clock.advance(6 * secondMs);
  await stopped;
  await engine.stop(0);
  expect(sent).toHaveLength(inFlight.length);
  for (const id of ids)
    expect((await state(id)).state.kind).toBe(inFlight.includes(id) ? 'delivered' : 'scheduled');
});

test('SEC-03: a webhook whose secret can’t be decrypted fails for itself alone', async () => {
  const { webhook, publish, clock, engine, sent, state, store } = await setup(() => ok);
  const good = await webhook();
  const bad = await webhook();
  const unreadable = { secret: Secret.unreadable(), createdAt: 0, expiresAt: null };
  engine.webhookChanged(bad.id, { ...bad, signing: { scheme: 'standard-webhooks', keys: [unreadable] } });
  const ids = await publish([good, bad]);
  await clock.advance(secondMs);
  expect(sent.map((each) => each.webhook)).toEqual([good.id]);
  expect((await state(ids[0]!)).state.kind).toBe('delivered');
  const [attempt] = await store.listAttempts(tenantId, ids[1]!);
  expect(attempt!.outcome).toMatchObject({ kind: 'error', reason: 'secret_unreadable' });
});

test('FAI-02: a request that goes out once more counts for the rate limit', async () => {
  const { webhook, publish, clock, sent, world } = await setup(() => staleConnection);
  world.answer = () => (sent.length % 2 === 1 ? staleConnection : ok);
  const rateLimit = { requests: 10, perSeconds: 1 };
  await publish([await webhook({ endpoint: sampleWebhook({}, { rateLimit }).endpoint })], 100);
  await clock.advance(10 * secondMs);
  expect(sent.length).toBeGreaterThan(90);
  expect(sent.length).toBeLessThanOrEqual(102);
});

test('HOS-16: a request that met a closing connection goes out once more at once, signed again, and is told', async () => {
  const { webhook, publish, clock, sent, state, signals, world } = await setup(() => staleConnection);
  world.answer = () => (sent.length === 1 ? staleConnection : ok);
  const [id] = await publish([await webhook()]);
  await clock.advance(secondMs);
  expect(sent).toHaveLength(2);
  expect(await state(id!)).toMatchObject({ attempts: 1, state: { kind: 'delivered' } });
  expect(signals.filter(({ kind }) => kind === 'attempt.resent')).toHaveLength(1);
});
