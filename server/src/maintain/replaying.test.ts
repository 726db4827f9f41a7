import { expect, test } from 'vitest';
import { aDraft, caller, givenReplaying } from '../../test/replaying.ts';

test('a dry run counts what a replay then makes, each once, oldest first, and tells how it went', async () => {
  await using given = await givenReplaying();
  const webhook = await given.webhook();
  const lost = await given.exhaust(730, [webhook]);
  await given.publish(5, [webhook]);
  await given.receive(webhook);

  expect(await given.replays.count(caller, aDraft())).toEqual({ count: 730, exact: true });
  expect(await given.waiting(webhook)).toBe(0);
  given.received.clear();
  const replay = await given.replays.create(caller, aDraft());
  const done = await given.finish(replay, webhook);

  expect(done).toMatchObject({ made: 730, skipped: 0, counted: { count: 730 } });
  expect(given.received.get(webhook.id)).toEqual(lost.map(({ eventId }) => eventId));
  expect(given.woken).toEqual(new Set([webhook.id]));
  const told = given.signals.filter(({ kind }) => kind === 'replay.changed');
  expect(told).toMatchObject([
    { state: 'running', made: 0, counted: { count: 730, exact: true } },
    { state: 'completed', made: 730, skipped: 0 },
  ]);
  expect(await given.replays.count(caller, aDraft())).toEqual({ count: 0, exact: true });
});

test('few wait for a receiver that takes nothing, and other webhooks do not wait for it', async () => {
  await using given = await givenReplaying();
  const [stuck, quick] = [await given.webhook(), await given.webhook()];
  await given.exhaust(900, [stuck, quick]);
  const replay = await given.replays.create(caller, aDraft());
  for (let time = 0; time < 100; time++) {
    await given.clock.advance(300);
    await given.receive(quick);
    expect(await given.waiting(stuck)).toBeLessThanOrEqual(250);
  }
  expect(given.received.get(quick.id)).toHaveLength(900);
  expect(await given.replay(replay)).toMatchObject({ state: { kind: 'running' }, made: 900 + 250 });
  const done = await given.finish(replay, stuck);
  expect(done.made).toBe(1_800);
});

test('a webhook whose attempts fail gets no heap of retries', async () => {
  await using given = await givenReplaying();
  const webhook = await given.webhook();
  await given.exhaust(2_000, [webhook]);
  await given.replays.create(caller, aDraft());
  for (let time = 0; time < 100; time++) {
    await given.clock.advance(300);
    const { due } = await given.store.loadDue(webhook.id, given.clock.now(), {
      count: 10_000,
      bytes: Infinity,
    });
    const dueAt = given.clock.now() + 86_400_000;
    const results = due.map(({ delivery }) => ({
      before: delivery,
      after: { ...delivery, attempts: 1, state: { kind: 'scheduled', dueAt } as const },
      attempt: null,
      lastExchange: null,
    }));
    await given.store.record({ results, health: new Map() });
  }
  expect(await given.waiting(webhook)).toBe(1_000);
});

test('paused it makes nothing, resumed it goes on where it was, cancelled it is over', async () => {
  await using given = await givenReplaying();
  const webhook = await given.webhook();
  await given.exhaust(600, [webhook]);
  const { id } = await given.replays.create(caller, aDraft());
  await given.clock.advance(5_000);
  const before = (await given.store.getReplay('tnt_1', id))!;
  expect(before.made).toBe(250);

  expect(await given.replays.act(caller, id, 'pause')).toMatchObject({
    state: { kind: 'paused', by: { id: 'usr_1' } },
    made: 250,
  });
  await given.receive(webhook);
  await given.clock.advance(10_000);
  expect(await given.replay(before)).toMatchObject({ made: 250 });

  await given.replays.act(caller, id, 'resume');
  await given.clock.advance(5_000);
  expect(await given.replay(before)).toMatchObject({ made: 500 });
  await given.replays.act(caller, id, 'cancel');
  await given.receive(webhook);
  await given.clock.advance(10_000);
  expect(await given.replay(before)).toMatchObject({ state: { kind: 'cancelled' }, made: 500 });
  expect(new Set(given.received.get(webhook.id)).size).toBe(500);
  await expect(given.replays.act(caller, id, 'resume')).rejects.toMatchObject({ code: 'conflict' });
  const actions = (await given.store.listAudit('tnt_1', {}, { limit: 9, after: null, before: null })).rows;
  expect(actions.map(({ action }) => action).slice(0, 4)).toEqual([
    'replay.cancelled',
    'replay.resumed',
    'replay.paused',
    'replay.created',
  ]);
});

test.each(['deleted', 'disabled'] as const)(
  'a webhook that is %s midway is skipped from then on, and the others go on',
  async (how) => {
    await using given = await givenReplaying();
    const [gone, stays] = [await given.webhook(), await given.webhook()];
    await given.exhaust(600, [gone, stays]);
    const replay = await given.replays.create(caller, aDraft());
    await given.clock.advance(5_000);
    if (how === 'deleted')
      await given.store.deleteWebhook('tnt_1', gone.id, given.clock.now(), given.change());
    else {
      const state = { kind: 'disabled', reason: 'failing', since: given.clock.now() } as const;
      await given.store.updateWebhook({ ...gone, state }, 1, given.change());
    }
    const done = await given.finish(replay, stays);
    expect(done).toMatchObject({ made: 850, skipped: 350, counted: { count: 1_200 } });
    expect(given.received.get(stays.id)).toHaveLength(600);
  },
);

test('what somebody redelivers in the meantime is not made twice', async () => {
  await using given = await givenReplaying();
  const webhook = await given.webhook();
  const lost = await given.exhaust(400, [webhook]);
  const replay = await given.replays.create(caller, aDraft());
  await given.clock.advance(5_000);
  const [last] = lost.slice(-1);
  const now = given.clock.now();
  const again = { ...last!, id: given.ids.next('dlv'), createdAt: now, redeliveryOf: last!.id };
  await given.store.addDeliveries([{ ...again, state: { kind: 'scheduled', dueAt: now } }], given.change());
  const done = await given.finish(replay, webhook);
  expect(done).toMatchObject({ made: 399, skipped: 1 });
  expect(given.received.get(webhook.id)).toHaveLength(400);
  expect(new Set(given.received.get(webhook.id)).size).toBe(400);
});

test('the events that a webhook missed come as its first deliveries, as its subscription is now', async () => {
  await using given = await givenReplaying();
  const [had, late] = [
    await given.webhook(),
    await given.webhook({
      subscription: { eventTypes: ['invoice.*'], channels: ['eu'], only: null, filter: null },
    }),
  ];
  const eu = { context: { channels: ['eu'] } };
  const missed = await given.publish(130, [had], eu);
  await given.publish(20, [had]);
  await given.publish(20, [had], { ...eu, type: 'order.paid' });
  await given.publish(20, [had], { context: { channels: ['eu'], purpose: 'test' } });
  await given.publish(7, [had, late], eu);
  await given.clock.advance(1);
  await given.receive(had, late);
  given.received.clear();

  const draft = aDraft({ webhookId: late.id, what: { kind: 'missed' } });
  expect(await given.replays.count(caller, draft)).toEqual({ count: 130, exact: true });
  const done = await given.finish(await given.replays.create(caller, draft), late);
  expect(done).toMatchObject({ made: 130, skipped: 0 });
  expect(given.received.get(late.id)).toEqual(missed.map(({ eventId }) => eventId));
  const page = { limit: 1, after: null, before: null };
  const { rows } = await given.store.listDeliveries('tnt_1', { webhookId: late.id }, page);
  expect(rows[0]!.delivery.redeliveryOf).toBeNull();
  expect(await given.replays.count(caller, draft)).toEqual({ count: 0, exact: true });
});

test('a replay of nothing is completed at once', async () => {
  await using given = await givenReplaying();
  const webhook = await given.webhook();
  for (const draft of [aDraft(), aDraft({ webhookId: webhook.id, what: { kind: 'missed' } })]) {
    const replay = await given.replays.create(caller, draft);
    expect(replay).toMatchObject({ state: { kind: 'completed' }, made: 0, counted: { count: 0 } });
  }
});

test.each(['before', 'after'] as const)(
  'a crash %s the commit of a step repeats nothing and loses nothing',
  async (when) => {
    let steps = 0;
    const crashed = Promise.withResolvers<void>();
    const first = await givenReplaying({
      failures: (moment, commands) => {
        if (!commands.some(({ name }) => name === 'stepReplay')) return undefined;
        if (moment !== (when === 'before' ? 'commit' : 'committed') || ++steps < 3) return undefined;
        crashed.resolve();
        return new Promise(() => {});
      },
    });
    const webhook = await first.webhook();
    const lost = await first.exhaust(600, [webhook]);
    const replay = await first.replays.create(caller, aDraft());
    for (let time = 0; time < 100 && steps < 3; time++) await first.clock.advance(100);
    await crashed.promise;
    const image = first.store.crash();

    await using second = await givenReplaying({ image, seed: 2 });
    const left = await second.replay(replay);
    expect(left).toMatchObject({ state: { kind: 'running' }, made: when === 'before' ? 200 : 250 });
    expect(await second.waiting(webhook)).toBe(left.made);
    second.clock.jump(3_600_000);
    const done = await second.finish(replay, webhook);
    expect(done).toMatchObject({ made: 600, skipped: 0 });
    expect(second.received.get(webhook.id)).toEqual(lost.map(({ eventId }) => eventId));
  },
);

test('what fails for one webhook is told, tried again, and holds up no other', async () => {
  let failing = '';
  await using given = await givenReplaying({
    failures: (moment, commands) => {
      const mine = failing !== '' && JSON.stringify(commands).includes(failing);
      return mine && moment === 'begin' && commands.some(({ name }) => name === 'stepReplay')
        ? { kind: 'unavailable', message: 'not now' }
        : undefined;
    },
  });
  const poor = await given.webhook();
  const other = await given.webhook();
  await given.exhaust(50, [poor, other]);
  failing = poor.id;
  const replay = await given.replays.create(caller, aDraft());
  await given.clock.advance(3_000);
  await given.receive(poor, other);
  expect(given.received.get(other.id)).toHaveLength(50);
  expect(given.received.get(poor.id)).toEqual([]);
  expect(given.signals).toContainEqual(
    expect.objectContaining({ kind: 'store.failed', operation: 'replay' }),
  );
  failing = '';
  expect(await given.finish(replay, poor)).toMatchObject({ made: 100 });
});

test('beyond what is counted there is an honest at least, and everything is replayed all the same', async () => {
  await using given = await givenReplaying({ countMax: 100 });
  const [one, two] = [await given.webhook(), await given.webhook()];
  await given.webhook({ state: { kind: 'disabled', reason: 'client', since: 1 } });
  await given.exhaust(90, [one, two]);
  expect(await given.replays.count(caller, aDraft())).toEqual({ count: 100, exact: false });
  const done = await given.finish(await given.replays.create(caller, aDraft()), one, two);
  expect(done).toMatchObject({ made: 180, skipped: 0 });

  const late = await given.webhook();
  const draft = aDraft({ webhookId: late.id, what: { kind: 'missed' } });
  const events = await given.publish(2_500, [one]);
  await given.clock.advance(1);
  const counted = await given.replays.count(caller, draft);
  expect(counted.exact).toBe(false);
  expect(counted.count).toBeLessThan(2_500);
  const all = await given.finish(await given.replays.create(caller, draft), one, late);
  expect(all).toMatchObject({ made: 2_590, skipped: 0 });
  expect(given.received.get(late.id)).toHaveLength(90 + events.length);
});
