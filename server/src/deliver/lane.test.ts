import { describe, expect, test } from 'vitest';
import { sampleQueued } from '../../test/sample-queued.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { durableRules } from '../domain/delivery-rules.ts';
import type { QueuedDelivery } from '../storage/store.ts';
import { Lane } from './lane.ts';
import { HeldMemory } from './memory.ts';

const now = 1_000;

test('a delivery that was cancelled while a load was under way is not attempted', () => {
  const lane = laneWithStored('dlv_cancelled', 'dlv_other');
  lane.beginLoad(now, 0);
  lane.forget('dlv_cancelled');
  lane.endLoad({ due: [queued('dlv_cancelled'), queued('dlv_other')], nextDueAt: null }, 0);
  expect(attempted(lane)).toEqual(['dlv_other']);
});

test('what ended in the store is not attempted, whether it was held or a load was bringing it', () => {
  const holding = laneWithStored('dlv_exhausted', 'dlv_other');
  holding.beginLoad(now, 0);
  holding.endLoad({ due: [queued('dlv_exhausted'), queued('dlv_other')], nextDueAt: null }, 0);
  holding.reload(now);

  const loading = laneWithStored('dlv_exhausted', 'dlv_other');
  loading.beginLoad(now, 0);
  loading.reload(now);
  loading.endLoad({ due: [queued('dlv_exhausted'), queued('dlv_other')], nextDueAt: null }, 0);

  for (const lane of [holding, loading]) {
    expect(lane.readiness(now)).toEqual({ kind: 'load' });
    lane.beginLoad(now, 0);
    lane.endLoad({ due: [queued('dlv_other')], nextDueAt: null }, 0);
    expect(attempted(lane)).toEqual(['dlv_other']);
  }
});

test('a lane takes into memory no more than its share of what is free, and the rest stays in the store', () => {
  const memory = new HeldMemory(100_000);
  const standing = laneOf(memory);
  const moving = laneOf(memory);
  for (let count = 0; count < 100; count++) standing.offer(queued(`dlv_s${count}`));
  expect(standing.storedDueAt).toBe(now);

  const held = memory.deliveries;
  moving.offer(queued('dlv_m'));
  expect(moving.storedDueAt).toBeNull();
  expect(held).toBeLessThan(50);
  expect(memory.deliveries).toBe(held + 1);

  standing.letGoOfQueue();
  expect(memory.deliveries).toBe(1);
});

describe('a load', () => {
  const due = (id: string, dueAt: number) => sampleQueued(id, dueAt);
  const given = () => {
    const lane = laneOf(new HeldMemory(1_000_000));
    for (const dueAt of [1, 2]) lane.offer(due(`dlv_${dueAt}`, dueAt));
    lane.noteStored(3);
    const load = (askedAtMs: number, found: readonly QueuedDelivery[], nextDueAt: number | null) => {
      const { passing } = lane.beginLoad(now, askedAtMs);
      lane.endLoad({ due: found, nextDueAt }, askedAtMs);
      return passing;
    };
    return { lane, load };
  };

  test('goes on where the one before it ended, as long as more is due, and passes over what is held from there on', () => {
    const { lane, load } = given();
    expect(load(0, [due('dlv_3', 3)], 4)).toEqual({ dueBefore: 0, held: ['dlv_1', 'dlv_2'] });
    expect(load(1, [due('dlv_4', 4)], now)).toEqual({ dueBefore: 4, held: [] });
    lane.noteStored(3);
    expect(load(2, [], now)).toEqual({ dueBefore: 3, held: ['dlv_3', 'dlv_4'] });
  });

  test('begins with the first delivery again when nothing more is due, before the lane takes its queue for empty', () => {
    for (const nextDueAt of [null, now + 1]) {
      const { lane, load } = given();
      load(0, [due('dlv_3', 3)], 4);
      load(1, [due('dlv_4', 4)], nextDueAt);
      expect(lane.storedDueAt, 'what is published meanwhile need not wait for it').toBe(nextDueAt);
      while (lane.readiness(now).kind === 'attempt') lane.settle(lane.begin(false).delivery.id, null);
      expect(lane.readiness(now)).toEqual({ kind: 'load' });
      expect(load(2, [], nextDueAt)).toEqual({ dueBefore: 0, held: [] });
      expect(lane.readiness(now)).toEqual({ kind: 'wait', until: nextDueAt });
    }
  });

  test('begins with the first delivery again after ten seconds', () => {
    const { load } = given();
    load(0, [due('dlv_3', 3)], 4);
    expect(load(9_999, [due('dlv_4', 4)], 5)).toMatchObject({ dueBefore: 4 });
    expect(load(10_000, [due('dlv_5', 5)], 6)).toMatchObject({ dueBefore: 0 });
    expect(load(10_001, [due('dlv_6', 6)], 7)).toMatchObject({ dueBefore: 6 });
  });

  test('begins with the first delivery again after the store failed, and once the queue was let go', () => {
    const { lane, load } = given();
    load(0, [due('dlv_3', 3)], 4);
    lane.beginLoad(now, 1);
    lane.endLoad(null, 1);
    expect(load(2, [due('dlv_4', 4)], 5)).toMatchObject({ dueBefore: 0 });
    lane.reload(now);
    expect(load(3, [due('dlv_5', 5)], 6)).toMatchObject({ dueBefore: 0 });
  });
});

function laneOf(memory: HeldMemory): Lane {
  const lane = new Lane(webhook, durableRules(webhook, [1_000]), memory);
  lane.hold = { shard: 0, epoch: null, ready: true };
  return lane;
}

function laneWithStored(...ids: string[]): Lane {
  const lane = laneOf(new HeldMemory(1_000_000));
  for (const id of ids) lane.noteStored(queued(id).delivery.state.dueAt);
  expect(lane.readiness(now)).toEqual({ kind: 'load' });
  return lane;
}

/** What the lane attempts before it needs anything else. */
function attempted(lane: Lane): string[] {
  const ids: string[] = [];
  while (lane.readiness(now).kind === 'attempt') ids.push(lane.begin(false).delivery.id);
  return ids;
}

const queued = (id: string) => sampleQueued(id, now);

const webhook = sampleWebhook();
