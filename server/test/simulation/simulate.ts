// One simulated run: publishers, operators, receivers, crashes and full disks on virtual time, all drawn from one seed.

import { createHash } from 'node:crypto';
import type { Engine } from '../../src/deliver/engine-port.ts';
import { makeEngine } from '../../src/deliver/engine.ts';
import { makeCancel } from '../../src/deliver/cancel.ts';
import { makeMany } from '../../src/deliver/many.ts';
import { makeRedeliver } from '../../src/deliver/redeliver.ts';
import { allPermissions, type Caller } from '../../src/domain/access.ts';
import { dayMs, hourMs, minuteMs, secondMs, type Clock } from '../../src/domain/clock.ts';
import { durableRules, type RulesOf } from '../../src/domain/delivery-rules.ts';
import { messageTo } from '../../src/domain/express-delivery.ts';
import { makeIds } from '../../src/domain/id.ts';
import { orderings } from '../../src/domain/ordering.ts';
import type { Format } from '../../src/domain/outgoing-request.ts';
import type { Random } from '../../src/domain/random.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import type { Signal } from '../../src/domain/signal.ts';
import { askedNow, verificationEventType } from '../../src/domain/verification.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { noPolicies } from '../../src/domain/webhook-policy.ts';
import { makeAudit } from '../../src/manage/audit.ts';
import { makeWebhooks, type Webhooks } from '../../src/manage/webhooks.ts';
import { makePublish, type Publish } from '../../src/publish/publish.ts';
import { startSubscriptions } from '../../src/publish/subscriptions.ts';
import { StoreFull, StoreUnavailable } from '../../src/storage/port/store-errors.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { sampleWebhook } from '../sample-webhook.ts';
import { seededRandom, testClock, testEpoch, type TestClock } from '../test-clock.ts';
import { fallibleStore, mortalClock, type Life } from './fallible.ts';
import { judge, type Ledger } from './invariants.ts';
import { simulatedConcurrency, simulatedRateLimit, simulatedSchedule } from './plan.ts';
import { moods, Receivers } from './receivers.ts';

export type Report = {
  readonly problems: readonly string[];
  readonly traceHash: string;
  readonly arrivals: number;
};

/** Faults are drawn during this long; then everything heals and the rest must come to an end. */
const faultyMs = 10 * minuteMs;
const settleMsMax = 3 * hourMs;

export const tenantId = 'tnt_simulated';
const caller: Caller = {
  principal: {
    kind: 'system',
    id: 'sys',
    name: 'simulation',
    tenantId,
    permissions: new Set(allPermissions),
  },
  address: null,
};

export const format: Format = ({ delivery, event, webhook }) => ({
  method: 'POST',
  url: webhook.endpoint.url,
  headers: {
    'x-delivery': delivery.id,
    'x-webhook': webhook.id,
    'x-event': event.id,
    'x-purpose': delivery.purpose,
  },
  body: event.data,
});

/** Events of an unverified webhook wait. */
const rules: RulesOf = (webhook, schedule) => ({
  ...durableRules(webhook, schedule),
  whenUnverified: 'wait',
});

type Process = {
  readonly number: number;
  readonly life: Life;
  readonly engine: Engine;
  readonly publish: Publish;
  readonly webhooks: Webhooks;
  readonly store: Store;
};

/** What the engine runs on, and when nothing is under way in it: time stands still until then. */
export type Database = { open(clock: Clock): Promise<Store>; idle(): Promise<void> };

const sqlite: Database = {
  open: async () => openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) }),
  idle: () => Promise.resolve(),
};

/** Runs a seed to its end and reports every broken promise; on SQLite the same seed gives the same trace. */
export async function simulate(seed: number, database: Database = sqlite): Promise<Report> {
  const random = seededRandom(seed);
  const clock = testClock(testEpoch, () => database.idle());
  const store = await database.open(clock);
  const receivers = new Receivers(clock, random);
  const ledger: Ledger = {
    acked: [],
    crashes: [],
    cancelled: new Set(),
    hastened: new Set(),
    deleted: new Set(),
    verifiedAt: new Map(),
    endedAt: new Map(),
    signals: [],
    trace: [],
  };
  const world = { clock, random, store, receivers, ledger, ids: makeIds(clock, random) };
  const webhooks = await createWebhooks(world, {
    count: 1 + Math.floor(random.fraction() * 3),
    asks: random.fraction() < 0.5,
  });
  for (const { id, verification } of webhooks)
    if (verification !== null) receivers.setMood(id, pick(random, moods));
  followVerifications(world, webhooks);

  let process = await startProcess(world, 0, { alive: true, diskFull: false });
  const density = random.fraction();

  const disturb = async (): Promise<void> => {
    const draw = random.fraction();
    const webhook = webhooks[Math.floor(random.fraction() * webhooks.length)]!;
    if (draw < 0.5) receivers.setMood(webhook.id, pick(random, moods));
    else if (draw < 0.6) process.life.diskFull = !process.life.diskFull;
    else if (draw < 0.75) await changeState(world, webhook, random.fraction() < 0.5 ? 'paused' : 'active');
    else if (draw < 0.78) void process.engine.resetBreaker(webhook.id);
    else if (draw < 0.8) void renew(process, webhook);
    else if (draw < 0.83) void askAgain(world, process);
    else if (draw < 0.86) void retryNow(world, process, webhook);
    else if (draw < 0.9) void giveUp(world, process);
    else if (draw < 0.93) clock.setWall(clock.wall() + (random.fraction() - 0.5) * 2 * dayMs);
    else if (draw < 0.98) process = await crash(world, process);
    else process = await cleanRestart(world, process);
  };

  const publishes = 5 + Math.floor(random.fraction() * 25);
  const publishing = Array.from({ length: publishes }, (_, number) => ({
    at: random.fraction() * faultyMs,
    act: () => {
      void publishUntilAcked(world, () => process, number);
      if (random.fraction() >= 0.2) return;
      // While the lanes take up what is published.
      const webhook = pick(random, webhooks);
      clock.after(random.fraction() * 20, () => {
        if (process.life.alive) void retryNow(world, process, webhook);
      });
    },
  }));
  const disturbing = Array.from({ length: Math.floor(density * 40) }, () => ({
    at: random.fraction() * faultyMs,
    act: disturb,
  }));
  const all: { readonly at: number; readonly act: () => void | Promise<void> }[] = [
    ...publishing,
    ...disturbing,
  ];
  for (const { at, act } of all.toSorted((a, b) => a.at - b.at)) {
    await clock.advance(Math.max(0, at - clock.monotonicMs()));
    await act();
  }

  await clock.advance(Math.max(0, faultyMs - clock.monotonicMs()));
  process.life.diskFull = false;
  for (const webhook of webhooks) {
    receivers.setMood(webhook.id, 'healthy');
    await changeState(world, webhook, 'active');
  }
  for (const webhook of webhooks) await renew(process, webhook, clock);
  await untilQuiet(clock, store);
  await stopProcess(clock, process);
  const problems = await judge(ledger, receivers, store, tenantId, webhooks);
  await store.close();
  const traceHash = createHash('sha256')
    .update(JSON.stringify([ledger.trace, receivers.arrivals]))
    .digest('hex');
  return { problems, traceHash, arrivals: receivers.arrivals.length };
}

export type World = {
  readonly clock: TestClock;
  readonly random: Random;
  readonly store: Store;
  readonly receivers: Receivers;
  readonly ledger: Ledger;
  readonly ids: ReturnType<typeof makeIds>;
};

/** `asks` to be verified. */
export async function createWebhooks(
  { clock, random, store, ids }: World,
  { count, asks }: { readonly count: number; readonly asks: boolean },
): Promise<Webhook[]> {
  const now = clock.now();
  const tenant = {
    id: tenantId,
    uuid: '00000000-0000-4000-8000-000000000000',
    name: 'simulated',
    createdAt: now,
    updatedAt: now,
  };
  await store.createTenant(tenant, change(ids, clock));
  const webhooks: Webhook[] = [];
  for (let number = 0; number < count; number++) {
    const webhook: Webhook = sampleWebhook(
      {
        id: ids.next('wh'),
        tenantId,
        name: `webhook ${number}`,
        subscription: {
          eventTypes: number === 0 ? ['*'] : ['order.*'],
          channels: [],
          only: null,
          filter: null,
        },
        retrySchedule: simulatedSchedule,
        ordering: pick(random, orderings),
        verification: asks ? askedNow(ids.next('evt'), clock.wall()) : null,
        createdAt: now,
        updatedAt: now,
      },
      {
        url: `https://receiver-${number}.example/`,
        concurrencyMax: simulatedConcurrency,
        rateLimit: number % 2 === 1 ? simulatedRateLimit : null,
      },
    );
    const message = firstMessage(webhook, ids, clock);
    webhooks.push(await store.createWebhook(webhook, { kind: 'none' }, change(ids, clock), message));
  }
  return webhooks;
}

/** Its creator has died before the engine heard of it, so that only a start finds it. */
function firstMessage(webhook: Webhook, ids: World['ids'], clock: TestClock) {
  if (webhook.verification?.kind !== 'pending') return undefined;
  const message = {
    id: webhook.verification.messageId,
    deliveryId: ids.next('dlv'),
    purpose: 'verification',
    type: verificationEventType,
    data: new TextEncoder().encode('{}'),
    context: {},
  } as const;
  return messageTo(webhook, message, clock.now(), clock.wall());
}

/** Notes when a webhook was verified, and when a message was needed no longer. */
function followVerifications({ store, clock, ledger }: World, webhooks: readonly Webhook[]): void {
  const newest = new Map<string, string>();
  const note = ({ id, verification }: Webhook): void => {
    const before = newest.get(id);
    const now = verification?.kind === 'pending' ? verification.messageId : undefined;
    if (before !== undefined && before !== now) ledger.endedAt.set(before, clock.now());
    if (now === undefined) newest.delete(id);
    else newest.set(id, now);
    if (verification?.kind === 'pending') ledger.verifiedAt.set(id, Number.POSITIVE_INFINITY);
    if (verification?.kind === 'verified' && ledger.verifiedAt.get(id) === Number.POSITIVE_INFINITY)
      ledger.verifiedAt.set(id, clock.now());
  };
  for (const webhook of webhooks) note(webhook);
  store.onWebhookChange(({ webhook }) => webhook !== null && note(webhook));
}

/** Until the store takes it where a clock is given; else a full disk refuses it. */
async function renew(process: Process, { id }: Webhook, clock?: TestClock): Promise<void> {
  let done = false;
  void process.webhooks.renewVerification(caller, id).then(() => {
    done = true;
  }, refusedOrFull);
  for (let waits = 0; clock !== undefined && !done && waits < 60; waits++) await clock.advance(secondMs);
}

async function startProcess(world: World, number: number, life: Life): Promise<Process> {
  const { receivers, random, ledger, ids } = world;
  const clock = mortalClock(world.clock, life);
  const store = fallibleStore(world.store, life, world.clock, random);
  const emit = (signal: Signal): void => {
    if (life.alive) ledger.signals.push(signal);
  };
  const engine = makeEngine({
    formats: { native: format, confluence: undefined, xurrent: undefined, entrust: undefined },
    rules: { native: rules, confluence: undefined, xurrent: undefined, entrust: undefined },
    keepsLastExchange: () => false,
    policyOf: noPolicies,
    marks: { begun: () => undefined, unmark: () => undefined },
    send: receivers.sender(number, life, async (webhookId, messageId) => {
      await webhooks.confirmVerification(tenantId, webhookId, messageId).catch(refusedOrFull);
    }),
    clock,
    random,
    ids,
    emit,
    store,
    schedule: simulatedSchedule,
    inFlightMax: 4,
    heldBytesMax: 30_000,
    disable: () => Promise.resolve(),
    onBroken: (cause) => ledger.trace.push(`broken ${String(cause)}`),
  });
  const webhooks = makeWebhooks({
    store,
    limitsOf: () => undefined,
    audit: makeAudit({ clock, ids }),
    clock,
    ids,
    random,
    emit,
    resetBreaker: (id) => engine.resetBreaker(id),
    handOver: (fresh) => engine.handOver(fresh),
  });
  const subscriptions = await startSubscriptions(world.store, () => false);
  world.store.onWebhookChange(({ id, webhook }) => {
    if (life.alive) engine.webhookChanged(id, webhook);
  });
  const publish = makePublish({
    store,
    subscriptions,
    ids,
    clock,
    handOver: (fresh) => engine.handOver(fresh),
    emit,
  });
  ledger.trace.push(`start ${number} at ${world.clock.now()}`);
  void engine.start(world.store.allWebhooks());
  return { number, life, engine, publish, webhooks, store };
}

/** A publisher that repeats the same event under the same id until it gets an answer, whatever the server goes through. */
export async function publishUntilAcked(
  world: World,
  current: () => Pick<Process, 'publish'>,
  number: number,
): Promise<void> {
  const { clock, random, ledger } = world;
  const askedAt = clock.now();
  const orderingKey = pick(random, ['a', 'b', undefined]);
  const type = pick(random, ['order.paid', 'order.sent', 'user.created']);
  const data = new TextEncoder().encode(
    `{"number":${number},"padding":"${'x'.repeat(Math.floor(random.fraction() * 300))}"}`,
  );
  const submission = {
    type,
    occurredAt: null,
    data,
    context: { publisherId: `event-${number}`, ...(orderingKey !== undefined && { orderingKey }) },
    bodyHash: () => `hash-${number}`,
    idPointer: '/id',
  };
  for (let tries = 0; tries < 50; tries++) {
    const answer = await Promise.race([
      current().publish(caller, [submission], null).catch(refusedOrFull),
      new Promise<'timeout'>((resolve) => clock.after(10 * secondMs, () => resolve('timeout'))),
    ]);
    if (typeof answer !== 'string') {
      const accepted = answer.accepted[0]!;
      ledger.acked.push({ ...accepted, number, type, askedAt, ackedAt: clock.now() });
      ledger.trace.push(`acked ${number} at ${clock.now()}`);
      return;
    }
    await new Promise<void>((resolve) => clock.after(secondMs, resolve));
  }
}

export async function changeState(
  { store, clock, ids }: World,
  { id }: Webhook,
  kind: 'paused' | 'active',
): Promise<void> {
  const webhook = await store.getWebhook(tenantId, id);
  if (webhook === undefined) return;
  const state: Webhook['state'] = kind === 'paused' ? { kind, since: clock.now() } : { kind };
  await store.updateWebhook({ ...webhook, state }, webhook.version, change(ids, clock));
}

export async function askAgain(
  { clock, ids, random }: World,
  { store, engine }: Pick<Process, 'store' | 'engine'>,
): Promise<void> {
  const redeliver = makeRedeliver({ store, clock, ids, emit: () => {}, probe: (id) => engine.probe(id) });
  const { rows } = await store.listDeliveries(tenantId, {}, { limit: 50, after: null, before: null });
  if (rows.length === 0) return;
  await redeliver(caller, pick(random, rows).delivery.id).catch(refusedOrFull);
}

async function retryNow(
  { clock, ids, ledger }: World,
  { store, engine }: Pick<Process, 'store' | 'engine'>,
  { id }: Webhook,
): Promise<void> {
  const many = makeMany({
    store: new Proxy(store, {
      get: (target, name) => (name === 'retryNow' ? hastening(target, ledger) : target[name as keyof Store]),
    }),
    clock,
    ids,
    emit: () => {},
    probe: (webhookId) => engine.probe(webhookId),
    reload: (webhookId) => engine.reload(webhookId),
  });
  await many.retry(caller, { kind: 'found', filter: { webhookId: id } }).catch(refusedOrFull);
}

function hastening(store: Store, { hastened }: World['ledger']): Store['retryNow'] {
  return (tenant, later, ...rest) => {
    for (const id of later) hastened.add(id);
    return store.retryNow(tenant, later, ...rest);
  };
}

export async function giveUp(
  { clock, ids, random, ledger }: World,
  { store, engine }: Pick<Process, 'store' | 'engine'>,
): Promise<void> {
  const cancel = makeCancel({
    store,
    clock,
    ids,
    emit: () => {},
    forget: (id, deliveryId) => engine.forget(id, deliveryId),
  });
  const { rows } = await store.listDeliveries(
    tenantId,
    { state: 'scheduled' },
    { limit: 50, after: null, before: null },
  );
  if (rows.length === 0) return;
  const { id } = pick(random, rows).delivery;
  await cancel(caller, id).then(() => ledger.cancelled.add(id), refusedOrFull);
}

export function refusedOrFull(cause: unknown): 'refused' {
  const expected = [Refusal, StoreFull, StoreUnavailable];
  if (expected.some((kind) => cause instanceof kind)) return 'refused';
  throw cause;
}

async function crash(world: World, process: Process): Promise<Process> {
  process.life.alive = false;
  world.ledger.crashes.push({ process: process.number, inFlight: process.engine.state().inFlight });
  world.ledger.trace.push(`crash ${process.number} at ${world.clock.now()}`);
  await world.clock.advance(world.random.fraction() * 20 * secondMs);
  return startProcess(world, process.number + 1, { alive: true, diskFull: false });
}

async function cleanRestart(world: World, process: Process): Promise<Process> {
  process.life.diskFull = false;
  await stopProcess(world.clock, process);
  return startProcess(world, process.number + 1, { alive: true, diskFull: false });
}

async function stopProcess(clock: TestClock, process: Process): Promise<void> {
  let stopped = false;
  void process.engine.stop(30 * secondMs).then(() => {
    stopped = true;
  });
  for (let waits = 0; !stopped && waits < 600; waits++) await clock.advance(secondMs);
  if (!stopped) throw new Error('the engine did not stop');
  process.life.alive = false;
}

export async function untilQuiet(clock: TestClock, store: Store): Promise<void> {
  for (let waitedMs = 0; waitedMs < settleMsMax; waitedMs += minuteMs) {
    await clock.advance(minuteMs);
    if ((await store.backlog()).pending === 0) return;
  }
}

function change(
  ids: World['ids'],
  clock: TestClock,
): { audit: Parameters<Store['createTenant']>[1]['audit'] } {
  return {
    audit: {
      id: ids.next('aud'),
      tenantId,
      at: clock.wall(),
      actor: { kind: 'system', id: 'sys', name: 'simulation' },
      address: null,
      action: 'simulated',
      subject: { kind: 'simulation', id: 'x' },
      before: null,
      after: null,
    },
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random.fraction() * from.length)]!;
}
