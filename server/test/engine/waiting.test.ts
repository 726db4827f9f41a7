// What a delivery is said to wait for is what it waits for: told by the engine that holds it back.

import { expect, test } from 'vitest';
import { minuteMs } from '../../src/domain/clock.ts';
import { isScheduled } from '../../src/domain/delivery.ts';
import type { DeliveryRules } from '../../src/domain/delivery-rules.ts';
import { waitingOf } from '../../src/domain/waiting.ts';
import { failure, messageOf, ok, running } from './running.ts';

const probeEveryMs = 5 * minuteMs;
const never = new Promise<never>(() => {});

/** A webhook with rules, and what its delivery of an event is said to wait for. */
async function given(receive: Parameters<typeof running>[0], rules: Partial<DeliveryRules> = {}) {
  const run = await running(receive, { rules });
  const { engine, store, clock } = run;
  return {
    ...run,
    waitingFor: async (eventId: string) => {
      const page = { limit: 1, after: null, before: null };
      const { delivery } = (await store.listDeliveries('tnt_1', { eventId }, page)).rows[0]!;
      return isScheduled(delivery)
        ? waitingOf(delivery, engine.waitsFor(delivery.webhookId), clock.now())
        : null;
    },
  };
}

test('a paused or disabled webhook holds its deliveries back until it is resumed', async () => {
  const { create, publish, webhooks, caller, clock, waitingFor } = await given(() => ok);
  const { id, endpoint } = await create({ verification: null });
  await webhooks.pause(caller, id);
  const eventId = await publish();
  expect(await waitingFor(eventId)).toEqual({ kind: 'paused' });
  await webhooks.disable('tnt_1', id, 'failing', endpoint.url);
  expect(await waitingFor(eventId)).toEqual({ kind: 'disabled', reason: 'failing' });
  await webhooks.resume(caller, id);
  await clock.advance(1);
  expect(await waitingFor(eventId)).toBeNull();
});

test('an expired webhook is told as disabled before that is stored', async () => {
  const { create, engine, clock } = await given(() => ok);
  const expiry = { afterMs: minuteMs, at: clock.wall() + minuteMs };
  const { id } = await create({ verification: null, expiry });
  expect(engine.waitsFor(id).state.kind).toBe('active');
  await clock.advance(minuteMs);
  expect(engine.waitsFor(id).state).toMatchObject({ kind: 'disabled', reason: 'expired' });
});

test('a verification that is pending is told only where the rules wait for it', async () => {
  const strict = await given(() => ok, { whenUnverified: 'wait' });
  const webhook = await strict.create();
  const held = await strict.publish();
  await strict.clock.advance(minuteMs);
  expect(await strict.waitingFor(held)).toEqual({ kind: 'unverified' });
  await strict.webhooks.confirmVerification('tnt_1', webhook.id, messageOf(webhook));
  await strict.clock.advance(1);
  expect(await strict.waitingFor(held)).toBeNull();

  const lenient = await given(({ type }) => (type === 'webhook.verify' ? ok : failure));
  await lenient.create();
  const failed = await lenient.publish();
  await lenient.clock.advance(1);
  expect(await lenient.waitingFor(failed)).toMatchObject({ kind: 'time' });
});

test('behind an open breaker deliveries wait until its probe, and while that is under way for its end', async () => {
  const { create, publish, engine, clock, world, waitingFor } = await given(() => failure);
  const { id } = await create({ verification: null, retrySchedule: [1_000, 1_000, 60 * minuteMs] });
  for (let count = 0; count < 10; count++) await publish();
  await clock.advance(1);
  const eventId = await publish();
  const { breaker } = engine.waitsFor(id);
  if (breaker.kind !== 'open') throw new Error('the breaker is not open');
  expect(await waitingFor(eventId)).toEqual({ kind: 'breaker_open', until: breaker.until });
  world.receive = () => never;
  await clock.advance(breaker.until - clock.now());
  expect(await waitingFor(eventId)).toEqual({ kind: 'breaker_half_open' });
});

test('a server that is spared is told as what its webhooks wait for, with when one request finds out', async () => {
  const throttle = { failuresInARowMax: 10, probeEveryMs };
  const { create, publish, engine, clock, waitingFor } = await given(() => failure, { throttle });
  const { id } = await create({ verification: null });
  for (let count = 0; count < 10; count++) await publish();
  await clock.advance(1);
  await engine.resetBreaker(id);
  const eventId = await publish();
  await clock.advance(1);
  const waiting = await waitingFor(eventId);
  expect(waiting).toEqual({ kind: 'throttled', until: engine.waitsFor(id).throttledUntil });
});

test('a failed delivery waits for its time, one whose attempt is under way for nothing', async () => {
  const { create, publish, clock, world, waitingFor } = await given(() => failure);
  await create({ verification: null });
  const failed = await publish();
  await clock.advance(1);
  const waiting = await waitingFor(failed);
  expect(waiting).toMatchObject({ kind: 'time', until: expect.any(Number) });
  world.receive = () => never;
  const underWay = await publish();
  await clock.advance(1);
  expect(await waitingFor(underWay)).toEqual({ kind: 'turn' });
});
