// Deliveries in a line: one after the other, whatever happens to those before.

import { expect, test } from 'vitest';
import { dayMs, minuteMs, secondMs } from '../../src/domain/clock.ts';
import { isScheduled } from '../../src/domain/delivery.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { waitingOf } from '../../src/domain/waiting.ts';
import type { WebhookDraft } from '../../src/manage/webhooks.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import { failure, ok, running } from './running.ts';

async function given(receive: Parameters<typeof running>[0], more: Partial<WebhookDraft>) {
  const run = await running(receive);
  const webhook = await run.create({ verification: null, ...more });
  const deliveryOf = async (eventId: string) => {
    const page = { limit: 1, after: null, before: null };
    return (await run.store.listDeliveries('tnt_1', { eventId }, page)).rows[0]!.delivery;
  };
  return {
    ...run,
    webhook,
    deliveryOf,
    /** One after the other, each with its ordering key. */
    publishAll: async (...keys: readonly (string | undefined)[]): Promise<string[]> => {
      const ids: string[] = [];
      for (const orderingKey of keys)
        ids.push(await run.publish('order.paid', orderingKey === undefined ? {} : { orderingKey }));
      return ids;
    },
    waitingFor: async (eventId: string) => {
      const delivery = await deliveryOf(eventId);
      return isScheduled(delivery)
        ? waitingOf(delivery, run.engine.waitsFor(delivery.webhookId), run.clock.now())
        : null;
    },
    events: () => run.sent.map(({ eventId }) => eventId),
  };
}

test('a line goes on once the first has been delivered, however many retries that takes', async () => {
  const { publishAll, clock, sent, world, events, waitingFor } = await given(() => failure, {
    ordering: 'webhook',
  });
  const [a, b, c] = await publishAll('x', 'y', undefined);
  await clock.advance(30 * secondMs);
  expect(events()).toEqual([a]);
  expect(await waitingFor(a!)).toMatchObject({ kind: 'time' });
  expect(await waitingFor(b!)).toEqual({ kind: 'order' });
  world.receive = ({ attempt }) => (attempt < 3 ? failure : ok);
  await clock.advance(10 * minuteMs);
  expect(events()).toEqual([a, a, a, b, b, b, c, c, c]);
  expect(sent.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
});

test('when the first is given up, the next in line is attempted', async () => {
  const { publishAll, clock, events, statesOf, world } = await given(() => failure, { ordering: 'webhook' });
  const [a, b, c] = await publishAll('x', 'x', 'x');
  world.receive = ({ eventId }) => (eventId === a ? failure : ok);
  await clock.advance(dayMs);
  expect(events()).toEqual([a, a, a, a, b, c]);
  expect(await statesOf(a!)).toMatchObject([{ kind: 'exhausted' }]);
});

test('a key waits for no other, and what has none for nobody', async () => {
  let broken: string | undefined;
  const { publishAll, clock, events } = await given(({ eventId }) => (eventId === broken ? failure : ok), {
    ordering: 'key',
  });
  [broken] = await publishAll('x');
  const [x, y, free, y2] = await publishAll('x', 'y', undefined, 'y');
  await clock.advance(secondMs);
  expect(new Set(events())).toEqual(new Set([broken, y, free, y2]));
  expect(events()).toHaveLength(4);
  expect(events().indexOf(y!)).toBeLessThan(events().indexOf(y2!));
  broken = undefined;
  await clock.advance(2 * minuteMs);
  expect(events().at(-1)).toBe(x);
});

test('at most one request of a line is under way, and of others as many as the webhook may have', async () => {
  const under = new Map<string, number>();
  let most = 0;
  const run = await given(() => new Promise<Outcome>(() => {}), { ordering: 'key' });
  run.world.receive = ({ eventId }) =>
    new Promise((resolve) => {
      const key = keys.get(eventId)!;
      under.set(key, (under.get(key) ?? 0) + 1);
      expect(under.get(key)).toBe(1);
      most = Math.max(
        most,
        [...under.values()].reduce((sum, each) => sum + each, 0),
      );
      run.clock.after(10, () => {
        under.set(key, 0);
        resolve(ok);
      });
    });
  const keys = new Map<string, string>();
  for (let number = 0; number < 40; number++) {
    const key = `k${number % 4}`;
    const [id] = await run.publishAll(key);
    keys.set(id!, key);
  }
  await run.clock.advance(minuteMs);
  expect(run.sent).toHaveLength(40);
  expect(most).toBe(4);
  for (const key of new Set(keys.values())) {
    const published = [...keys].filter(([, each]) => each === key).map(([id]) => id);
    expect(run.events().filter((id) => keys.get(id) === key)).toEqual(published);
  }
});

test('when the first is cancelled between two attempts, the next goes out at once', async () => {
  const { publishAll, clock, events, cancel, caller, deliveryOf, world } = await given(() => failure, {
    ordering: 'webhook',
  });
  const [a, b] = await publishAll('x', 'x');
  await clock.advance(secondMs);
  world.receive = () => ok;
  await cancel(caller, (await deliveryOf(a!)).id);
  await clock.advance(1);
  expect(events()).toEqual([a, b]);
});

test('when the first is cancelled while its request is under way, the next waits for the answer', async () => {
  let answer = (_outcome: Outcome): void => {};
  const { publishAll, clock, events, cancel, caller, deliveryOf, world } = await given(
    () => new Promise((resolve) => (answer = resolve)),
    { ordering: 'webhook' },
  );
  const [a, b] = await publishAll('x', 'x');
  await clock.advance(secondMs);
  await cancel(caller, (await deliveryOf(a!)).id);
  await clock.advance(secondMs);
  expect(events()).toEqual([a]);
  world.receive = () => ok;
  answer(ok);
  await clock.advance(1);
  expect(events()).toEqual([a, b]);
});

test('a redelivery that a person asks for waits for no line', async () => {
  const { publishAll, clock, events, redeliver, caller, deliveryOf, world } = await given(() => ok, {
    ordering: 'webhook',
  });
  const [done] = await publishAll('x');
  await clock.advance(1);
  world.receive = ({ eventId }) => (eventId === done ? ok : failure);
  const [a] = await publishAll('x', 'x');
  await clock.advance(1);
  await redeliver(caller, (await deliveryOf(done!)).id);
  await clock.advance(1);
  expect(events()).toEqual([done, a, done]);
});

test('a start goes on with the lines as they were', async () => {
  const first = await given(() => failure, { ordering: 'key' });
  const [a, b, c] = await first.publishAll('x', 'x', 'x');
  await first.clock.advance(secondMs);
  const store = openSqliteInline({
    path: ':memory:',
    masterKey: new Uint8Array(32),
    image: first.store.crash(),
  });
  const { sent, clock } = await running(() => ok, { store, clock: first.clock, seed: 2 });
  await clock.advance(2 * minuteMs);
  expect(sent.map(({ eventId }) => eventId)).toEqual([a, b, c]);
});

test('what was published before the webhook asked for an order waits for nobody, and keeps nobody waiting', async () => {
  const { publishAll, clock, events, webhooks, webhook, caller, world } = await given(() => failure, {});
  const [before] = await publishAll('x');
  await clock.advance(1);
  await webhooks.update(caller, webhook.id, (current) => ({ ...current, ordering: 'webhook' }));
  world.receive = () => ok;
  const [after] = await publishAll('x');
  await clock.advance(1);
  expect(events()).toEqual([before, after]);
});

test('a line goes on while others have much that is due', async () => {
  const { publishAll, clock, events, world } = await given(() => failure, { ordering: 'key' });
  world.receive = () => new Promise((resolve) => clock.after(100, () => resolve(ok)));
  const line = await publishAll('x', 'x', 'x', 'x');
  for (let number = 0; number < 2_000; number++) {
    await publishAll(`k${number}`);
    await clock.advance(1);
  }
  await clock.advance(10 * minuteMs);
  const places = line.map((id) => events().indexOf(id));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places.at(-1)).toBeLessThan(1_000);
});
