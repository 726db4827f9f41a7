// A webhook shows that it wants its events: what is sent to ask, what an answer does, and what waits for it.

import { expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/domain/clock.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import { failure, messageOf, ok, running } from './running.ts';

const masterKey = new Uint8Array(32);
const paused = { kind: 'paused', since: 0 } as const;
const disabled = { kind: 'disabled', reason: 'client', since: 0 } as const;

test.each([{ kind: 'active' } as const, paused, disabled])(
  'the message goes out at once with the creation of a webhook that is $kind',
  async (state) => {
    const { create, clock, sent, statesOf, store } = await running(() => ok);
    const webhook = await create({ state });
    await clock.advance(1);
    const eventId = messageOf(webhook);
    expect(sent).toMatchObject([{ webhookId: webhook.id, eventId, type: 'webhook.verify', attempt: 1 }]);
    expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }]);
    expect((await store.getEvent('tnt_1', eventId))!.event.context).toEqual({
      actor: { id: 'usr_1', name: 'Ada' },
      purpose: 'verification',
    });
  },
);

test('the receiver calls back while the request is still open, and its own failure after that counts for nothing', async () => {
  const { create, clock, sent, statesOf, store, webhooks, world, signals } = await running(() => ok);
  let confirmed: boolean | undefined;
  world.receive = async ({ webhookId, eventId }) => {
    confirmed = await webhooks.confirmVerification('tnt_1', webhookId, eventId);
    return failure;
  };
  const webhook = await create();
  await clock.advance(hourMs);
  expect(confirmed).toBe(true);
  expect((await store.getWebhook('tnt_1', webhook.id))!.verification).toMatchObject({ kind: 'verified' });
  expect(sent).toHaveLength(1);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'cancelled', reason: 'superseded' }]);
  const told = signals.filter((signal) => signal.kind === 'delivery.attempted');
  expect(told.map(({ delivery }) => delivery.state)).toMatchObject([
    { kind: 'cancelled', reason: 'superseded' },
  ]);

  world.receive = async (arrived) => {
    await webhooks.confirmVerification('tnt_1', arrived.webhookId, arrived.eventId);
    return ok;
  };
  const second = await create();
  await clock.advance(hourMs);
  expect(await statesOf(messageOf(second))).toMatchObject([{ kind: 'delivered' }]);
});

test('the message keeps its id and comes again on the schedule, until the webhook is verified', async () => {
  const { create, clock, sent, statesOf, webhooks } = await running(() => failure);
  const webhook = await create();
  const messageId = messageOf(webhook);
  await clock.advance(2 * minuteMs);
  expect(sent.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(new Set(sent.map(({ eventId }) => eventId))).toEqual(new Set([messageId]));
  expect(await webhooks.confirmVerification('tnt_1', webhook.id, messageId)).toBe(true);
  await clock.advance(dayMs);
  expect(sent).toHaveLength(2);
  expect(await statesOf(messageId)).toMatchObject([{ kind: 'cancelled', reason: 'superseded' }]);
});

test('a newer message takes the place of one that waits, and only the newer one can be answered', async () => {
  const { create, clock, sent, statesOf, webhooks, caller } = await running(() => failure);
  const webhook = await create();
  await clock.advance(1);
  const renewed = await webhooks.renewVerification(caller, webhook.id);
  await clock.advance(1);
  expect(sent.map(({ eventId }) => eventId)).toEqual([messageOf(webhook), messageOf(renewed)]);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'cancelled', reason: 'superseded' }]);
  expect(await webhooks.confirmVerification('tnt_1', webhook.id, messageOf(webhook))).toBe(false);
  expect(await webhooks.confirmVerification('tnt_1', webhook.id, messageOf(renewed))).toBe(true);
});

test('a message is not tried again once its time is over, and then ends by age', async () => {
  const schedule = [23 * hourMs, 23 * hourMs];
  const jitter = { unit: 'share', from: 0, to: 0 } as const;
  const { create, clock, sent, statesOf } = await running(() => failure, { rules: { schedule, jitter } });
  const webhook = await create();
  await clock.advance(22 * hourMs);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'scheduled' }]);
  await clock.advance(5 * dayMs);
  expect(sent).toHaveLength(2);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'exhausted', reason: 'age' }]);
});

test('a message whose schedule is used up ends by its attempts', async () => {
  const { create, clock, sent, statesOf } = await running(() => failure);
  const webhook = await create();
  await clock.advance(5 * dayMs);
  expect(sent).toHaveLength(4);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'exhausted', reason: 'attempts' }]);
});

test('neither its failures nor its successes say anything about the webhook’s traffic', async () => {
  const { create, clock, engine, store, sent } = await running(() => failure, {
    rules: { schedule: Array.from({ length: 30 }, () => secondMs) },
  });
  const webhook = await create();
  const untouched = engine.health(webhook.id);
  await clock.advance(10 * minuteMs);
  expect(sent).toHaveLength(31);
  expect(engine.health(webhook.id)).toBe(untouched);
  expect((await store.loadHealth()).size).toBe(0);
  expect(await store.webhookStatistics(webhook.id, 0, clock.now() + 1)).toEqual([]);
  expect(await store.lastExchanges(webhook.id)).toEqual([]);
});

test('a test message goes out once in any state of the webhook, and is never tried again', async () => {
  const { create, clock, sent, statesOf, sendTest, caller } = await running(() => failure);
  const webhook = await create({ state: disabled, verification: null });
  const message = { type: 'problem.update', data: new TextEncoder().encode('{}'), context: {} };
  const eventId = await sendTest(caller, webhook, message);
  await clock.advance(dayMs);
  expect(sent).toMatchObject([{ eventId, type: 'problem.update', attempt: 1 }]);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'exhausted', reason: 'attempts' }]);
});

test('who tries a test learns how its attempt ended, once that is recorded', async () => {
  const { create, store, tryTest, caller, world } = await running(() => failure);
  const webhook = await create({ verification: null });
  const message = { type: 'a', data: new TextEncoder().encode('{}'), context: {} };
  const states = async () => {
    const page = { limit: 9, after: null, before: null };
    return (await store.listDeliveries('tnt_1', {}, page)).rows.map(({ delivery }) => delivery.state.kind);
  };
  expect(await tryTest(caller, webhook, message)).toEqual(failure);
  expect(await states()).toEqual(['exhausted']);
  world.receive = () => ok;
  expect(await tryTest(caller, webhook, message)).toEqual(ok);
  expect(await states()).toEqual(['delivered', 'exhausted']);
});

test('a test that will have no attempt is told so: its webhook is gone, or the server stops, and then it never goes out', async () => {
  const { create, clock, engine, store, sent, webhooks, tryTest, caller, world } = await running(() => ok);
  const message = { type: 'a', data: new TextEncoder().encode('{}'), context: {} };
  const gone = await create({ verification: null });
  await webhooks.remove(caller, gone.id);
  expect(await tryTest(caller, gone, message)).toEqual({ kind: 'none' });
  const webhook = await create({ verification: null });
  world.receive = () => new Promise(() => undefined);
  const waiting = Array.from({ length: 10 }, () => tryTest(caller, webhook, message));
  await clock.advance(1);
  const inFlight = sent.length;
  void engine.stop(0);
  expect(await waiting.at(-1)!).toEqual({ kind: 'none' });
  expect(await tryTest(caller, webhook, message)).toEqual({ kind: 'none' });
  await Promise.all(waiting.slice(inFlight));
  const left = (await store.waitingExpress()).filter(({ delivery }) => delivery.webhookId === webhook.id);
  expect(left).toHaveLength(inFlight + 1);
});

test('a receiver that hangs holds up its own tests alone, and so many may wait for it', async () => {
  const { create, clock, sent, sendTest, caller, world } = await running(() => ok);
  world.receive = ({ webhookId }) => (webhookId === hanging.id ? new Promise(() => undefined) : ok);
  const message = { type: 'a', data: new TextEncoder().encode('{}'), context: {} };
  const hanging = await create({ verification: null });
  for (let count = 0; count < 20; count++) await sendTest(caller, hanging, message);
  await expect(sendTest(caller, hanging, message)).rejects.toMatchObject({ code: 'too_many_requests' });
  const well = await create({ verification: null });
  await sendTest(caller, well, message);
  await clock.advance(1);
  expect(sent.filter(({ webhookId }) => webhookId === hanging.id)).toHaveLength(2);
  expect(sent.filter(({ webhookId }) => webhookId === well.id)).toHaveLength(1);
});

test('receivers that hang hold up the messages of their own tenant only, and a bounded number at once', async () => {
  const { create, clock, sent, sendTest, caller, store } = await running(() => new Promise(() => undefined));
  const webhook = await create({ verification: null });
  const message = { type: 'a', data: new TextEncoder().encode('{}'), context: {} };
  for (let each = 0; each < 10; each++) {
    const hanging = each === 0 ? webhook : await create({ verification: null });
    for (let count = 0; count < 10; count++) await sendTest(caller, hanging, message);
  }
  await clock.advance(1);
  expect(sent.length).toBeLessThan(20);
  const other = await store.createWebhook(
    { ...webhook, id: 'wh_00000000000000000000000002', tenantId: 'tnt_2' },
    { kind: 'none' },
    { audit: (await store.listAudit('tnt_1', {}, { limit: 1, after: null, before: null })).rows[0]! },
  );
  const eventId = await sendTest(caller, other, message);
  await clock.advance(1);
  expect(sent.at(-1)).toMatchObject({ eventId });
});

test('tenants whose receivers hang and have more to come give way to a tenant that has nothing in flight', async () => {
  const { create, clock, sent, sendTest, caller, store, world } = await running(() => ok);
  world.receive = () => new Promise((resolve) => clock.after(10 * secondMs, () => resolve(failure)));
  const webhook = await create({ verification: null });
  const message = { type: 'a', data: new TextEncoder().encode('{}'), context: {} };
  const { rows } = await store.listAudit('tnt_1', {}, { limit: 1, after: null, before: null });
  const ofTenant = (number: number, each = 0) =>
    store.createWebhook(
      { ...webhook, id: `wh_000000000000000000000001${each}${number}`, tenantId: `tnt_1${number}` },
      { kind: 'none' },
      { audit: rows[0]! },
    );
  for (let tenant = 0; tenant < 8; tenant++) {
    for (let each = 0; each < 6; each++) {
      const hanging = await ofTenant(tenant, each);
      for (let count = 0; count < 4; count++) await sendTest(caller, hanging, message);
    }
  }
  await clock.advance(1);
  const eventId = await sendTest(caller, await ofTenant(8), message);
  await clock.advance(11 * secondMs);
  expect(sent.map((each) => each.eventId)).toContain(eventId);
});

test('what a kill left is sent by the next start: a committed message is never lost', async () => {
  const first = await running(() => new Promise(() => undefined));
  const webhook = await first.create();
  await first.clock.advance(1);
  expect(first.sent).toHaveLength(1);
  const image = first.store.crash();

  const store = openSqliteInline({ path: ':memory:', masterKey, image });
  const { sent, statesOf, clock } = await running(() => ok, { store, clock: first.clock, seed: 2 });
  await clock.advance(1);
  expect(sent).toMatchObject([{ webhookId: webhook.id, eventId: messageOf(webhook), attempt: 1 }]);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'delivered' }]);
});

test('a message that was answered while no server ran ends without another attempt', async () => {
  const first = await running(() => failure);
  const webhook = await first.create();
  await first.clock.advance(1);
  await first.engine.stop(0);
  expect(await first.webhooks.confirmVerification('tnt_1', webhook.id, messageOf(webhook))).toBe(true);
  const { sent, statesOf, clock } = await running(() => ok, {
    store: first.store,
    clock: first.clock,
    seed: 2,
  });
  await clock.advance(hourMs);
  expect(sent).toEqual([]);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'cancelled', reason: 'superseded' }]);
});

test('after its webhook is deleted no attempt of a message starts, and nothing waits', async () => {
  const { create, clock, sent, statesOf, webhooks, caller, store } = await running(() => failure);
  const webhook = await create();
  await clock.advance(1);
  await webhooks.remove(caller, webhook.id);
  await clock.advance(dayMs);
  expect(sent).toHaveLength(1);
  expect(await statesOf(messageOf(webhook))).toMatchObject([
    { kind: 'cancelled', reason: 'webhook_deleted' },
  ]);
  expect(await store.backlog()).toEqual({ pending: 0, oldestDueAt: null });
});

test('a stop lets an open request end and records it, and starts no other', async () => {
  const { create, clock, sent, statesOf, world, engine } = await running(() => failure);
  world.receive = () => new Promise((resolve) => clock.after(5 * secondMs, () => resolve(ok)));
  const webhook = await create();
  await clock.advance(1);
  const stopped = engine.stop(10 * secondMs);
  const late = await create();
  await clock.advance(6 * secondMs);
  await stopped;
  expect(sent).toHaveLength(1);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'delivered' }]);
  expect(await statesOf(messageOf(late))).toMatchObject([{ kind: 'scheduled' }]);
});

test('a fault of the platform charges a message nothing: it goes out when that is over', async () => {
  const platform = { kind: 'platform', reason: 'resolver_down', detail: '' } as const;
  const { create, clock, statesOf, world, sendTest, caller } = await running(() => platform);
  const webhook = await create();
  const message = { type: 'a', data: new TextEncoder().encode('{}'), context: {} };
  const testId = await sendTest(caller, webhook, message);
  await clock.advance(minuteMs);
  world.receive = () => ok;
  await clock.advance(minuteMs);
  for (const id of [messageOf(webhook), testId]) {
    expect(await statesOf(id)).toMatchObject([{ kind: 'delivered' }]);
  }
});

test('a person can give up on a message, and can not have one again', async () => {
  const { create, clock, sent, engine, store, redeliver, caller, signals } = await running(() => failure);
  const webhook = await create();
  await clock.advance(1);
  const page = { limit: 1, after: null, before: null };
  const { rows } = await store.listDeliveries('tnt_1', { eventId: messageOf(webhook) }, page);
  const { id } = rows[0]!.delivery;
  await expect(redeliver(caller, id)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('fresh'),
  });
  const [audit] = (await store.listAudit('tnt_1', {}, page)).rows;
  await store.cancelDelivery('tnt_1', id, clock.now(), { audit: audit! });
  engine.forget(webhook.id, id);
  await clock.advance(dayMs);
  expect(sent).toHaveLength(1);
  expect(signals.filter(({ kind }) => kind === 'delivery.stale')).toEqual([]);
});

test('where rules wait for it, events of an unverified webhook are kept, and go out once it is verified', async () => {
  const { create, publish, clock, sent, statesOf, webhooks, engine } = await running(() => ok, {
    rules: { whenUnverified: 'wait' },
  });
  const webhook = await create();
  const eventId = await publish();
  await clock.advance(hourMs);
  expect(sent.map(({ type }) => type)).toEqual(['webhook.verify']);
  expect(engine.waitsFor(webhook.id).awaitsVerification).toBe(true);
  await webhooks.confirmVerification('tnt_1', webhook.id, messageOf(webhook));
  await clock.advance(1);
  expect(engine.waitsFor(webhook.id).awaitsVerification).toBe(false);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }]);
});

test('where rules skip it, an unverified webhook is not owed events, and the reason is kept', async () => {
  const { create, publish, clock, sent, store, webhooks, caller } = await running(() => ok, {
    rules: { whenUnverified: 'skip' },
  });
  const webhook = await create();
  const before = await publish();
  await webhooks.markVerified(caller, webhook.id);
  const after = await publish();
  await clock.advance(minuteMs);
  const { routing } = (await store.getEvent('tnt_1', before))!;
  expect(routing.notDeliveredTo).toEqual([{ webhookId: webhook.id, reason: 'unverified' }]);
  expect(sent.map(({ eventId }) => eventId)).toContain(after);
  expect(sent.map(({ eventId }) => eventId)).not.toContain(before);
});

test('where rules skip it, a redelivery that a person asks for waits for the verification', async () => {
  const { create, publish, clock, statesOf, store, webhooks, redeliver, caller, world } = await running(
    () => ok,
  );
  const webhook = await create();
  await webhooks.markVerified(caller, webhook.id);
  const eventId = await publish();
  await clock.advance(1);
  world.rules = { whenUnverified: 'skip' };
  const pending = {
    kind: 'pending',
    messageId: 'evt_01kdvdna00aaaaaaaaaaaaaaaa',
    expiresAt: clock.now() + dayMs,
  } as const;
  await webhooks.update(caller, webhook.id, (current) => ({ ...current, verification: pending }));
  const { rows } = await store.listDeliveries('tnt_1', { eventId }, { limit: 1, after: null, before: null });
  await redeliver(caller, rows[0]!.delivery.id);
  await clock.advance(hourMs);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }, { kind: 'scheduled' }]);
  await webhooks.markVerified(caller, webhook.id);
  await clock.advance(1);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }, { kind: 'delivered' }]);
});

test('elsewhere an unverified webhook gets its events all the same', async () => {
  const { create, publish, clock, statesOf } = await running(() => ok);
  await create();
  const eventId = await publish();
  await clock.advance(1);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }]);
});
