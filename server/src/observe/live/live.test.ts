import { expect, test } from 'vitest';
import { testClock } from '../../../test/test-clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { WebhookChange } from '../../domain/follow.ts';
import type { Signal } from '../../domain/signal.ts';
import type { LiveLink } from '../../storage/store.ts';
import { makeLive, type Live } from './live.ts';
import type { LiveNews } from './news.ts';

const clock = testClock();
const store = { onWebhookChange: () => () => {} };

/** Nodes that hear each other at once, and what they said. */
function linked() {
  const listeners = new Set<(text: string) => void>();
  const said: string[] = [];
  const link: LiveLink = {
    async tell(text) {
      said.push(text);
      for (const listener of listeners) listener(text);
    },
    onTold(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return { link, said };
}

function alone(): Live {
  return makeLive({ clock, store, link: null, nodeId: 'nod_1' });
}

function published(tenantId: string, type = 'a'): Signal {
  return { kind: 'event.published', tenantId, eventId: 'evt_1', type, deliveries: 2 };
}

function redelivered(tenantId: string, id: string): Signal {
  const delivery = { id, tenantId, webhookId: 'wh_1', attempts: 0 } as Delivery;
  return { kind: 'delivery.redelivered', delivery };
}

test('what happens in a tenant is told to those who watch it, and to no one else', async () => {
  const live = alone();
  const one: LiveNews[] = [];
  const two: LiveNews[] = [];
  live.watch('tnt_1', (news) => one.push(news));
  live.watch('tnt_2', (news) => two.push(news));
  live.listen(published('tnt_1'));
  await clock.advance(1_000);

  expect(one).toEqual([
    { events: { types: ['a'], count: 1 }, deliveries: { ids: [], webhookIds: [], count: 2 } },
  ]);
  expect(two).toEqual([]);
});

test('however much happens, news come at most twice a second, with a hundred ids and the count of all', async () => {
  const live = alone();
  const told: LiveNews[] = [];
  live.watch('tnt_1', (news) => told.push(news));
  for (let step = 0; step < 300; step++) {
    for (let each = 0; each < 10; each++) live.listen(redelivered('tnt_1', `dlv_${step}_${each}`));
    await clock.advance(10);
  }
  await clock.advance(1_000);

  expect(told.length).toBeLessThanOrEqual(2 * 3 + 2);
  expect(Math.max(...told.map(({ deliveries }) => deliveries!.ids.length))).toBe(100);
  expect(told.reduce((sum, { deliveries }) => sum + deliveries!.count, 0)).toBe(3_000);
});

test('who has stopped watching hears nothing, and others may watch instead', async () => {
  const live = alone();
  const told: LiveNews[] = [];
  const stops = Array.from({ length: 50 }, () => live.watch('tnt_1', (news) => told.push(news))!);
  expect(live.watch('tnt_1', () => {})).toBeUndefined();
  expect(live.watch('tnt_2', () => {})).toBeDefined();
  for (const stop of stops) stop();
  live.listen(published('tnt_1'));
  await clock.advance(1_000);

  expect(told).toEqual([]);
  expect(live.watch('tnt_1', () => {})).toBeDefined();
});

test('a webhook that changes on whichever node is told by the store', async () => {
  let change: (changed: WebhookChange) => void = () => {};
  const live = makeLive({
    clock,
    store: { onWebhookChange: (listener) => ((change = listener), () => {}) },
    link: null,
    nodeId: 'nod_1',
  });
  const told: LiveNews[] = [];
  live.watch('tnt_1', (news) => told.push(news));
  change({ id: 'wh_1', tenantId: 'tnt_1', webhook: null });
  change({ id: 'wh_2', tenantId: 'tnt_2', webhook: null });
  await clock.advance(1_000);

  expect(told).toEqual([{ webhooks: { ids: ['wh_1'] } }]);
});

test('what happens on another node is told here, once, for as long as somebody watches', async () => {
  const { link, said } = linked();
  const here = makeLive({ clock, store, link, nodeId: 'nod_1' });
  const there = makeLive({ clock, store, link, nodeId: 'nod_2' });
  there.listen(published('tnt_1'));
  await clock.advance(1_000);
  expect(said).toEqual([]);

  const told: LiveNews[] = [];
  const stop = here.watch('tnt_1', (news) => told.push(news))!;
  await clock.advance(90_000);
  there.listen(published('tnt_1'));
  there.listen(published('tnt_2'));
  here.listen(published('tnt_1', 'b'));
  await clock.advance(2_000);
  const counts = told.map(({ events }) => events!.count);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);

  stop();
  await clock.advance(60_000);
  said.length = 0;
  there.listen(published('tnt_1'));
  await clock.advance(2_000);
  expect(said).toEqual([]);
});

test('what nodes tell each other fits into a notification', async () => {
  const { link, said } = linked();
  const here = makeLive({ clock, store, link, nodeId: 'nod_1' });
  const there = makeLive({ clock, store, link, nodeId: 'nod_2' });
  const id = (index: number) => `dlv_${String(index).padStart(26, '0')}`;
  here.watch('tnt_1', () => {});
  for (let index = 0; index < 500; index++) {
    there.listen(published('tnt_1', `${'type'.repeat(24)}${index}`));
    const delivery = { id: id(index), tenantId: 'tnt_1', webhookId: id(index), attempts: 1 } as Delivery;
    there.listen({ kind: 'delivery.cancelled', delivery });
    there.listen({ kind: 'breaker.closed', tenantId: 'tnt_1', webhookId: id(index) });
  }
  await clock.advance(1_500);

  expect(said.length).toBeGreaterThan(1);
  for (const text of said) expect(Buffer.byteLength(text)).toBeLessThan(8_000);
});
