import { expect, test } from 'vitest';
import { sampleQueued } from '../../test/sample-queued.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { testClock } from '../../test/test-clock.ts';
import { durableRules } from '../domain/delivery-rules.ts';
import type { DeliveryStore, DueDeliveries } from '../storage/store.ts';
import { Lane } from './lane.ts';
import { Loads } from './loads.ts';
import { HeldMemory } from './memory.ts';

const webhook = sampleWebhook();
const rules = durableRules(webhook, [1_000]);
const hourMs = 3_600_000;

/** A lane with an endless backlog in a store that answers when it is told to; what it loads is gone as soon as it wants. */
function backlogged(memory = new HeldMemory(100_000_000)) {
  const clock = testClock();
  const asked: number[] = [];
  let number = 0;
  const endless = async (count: number): Promise<DueDeliveries> => ({
    due: Array.from({ length: count }, () => sampleQueued(`dlv_${number++}`, clock.now())),
    nextDueAt: clock.now(),
  });
  const answers = { next: endless };
  const store: Pick<DeliveryStore, 'loadDue'> = {
    loadDue(_, __, { count }) {
      asked.push(count);
      return answers.next(count);
    },
  };
  const newLane = () => {
    const lane = new Lane(webhook, rules, memory);
    lane.hold = { shard: 0, epoch: null, ready: true };
    lane.noteStored(clock.now());
    return lane;
  };
  const lane = newLane();
  const loads = new Loads({ store, clock, emit: () => {}, loaded: () => {}, failed: () => {} });
  const load = async () => {
    loads.ask(lane);
    await clock.settle();
  };
  const send = (count: number) => {
    for (let sent = 0; sent < count; sent++) lane.settle(lane.begin(false).delivery.id, null);
  };
  return { clock, asked, lane, newLane, loads, load, answers, endless, send };
}

test('a lane that is through at once brings twice as many, also when it waited long for what it asked for', async () => {
  const { clock, asked, load, answers, endless, send } = backlogged();
  answers.next = async (count) => {
    await new Promise<void>((resolve) => clock.after(10_000, resolve));
    return endless(count);
  };
  for (const count of [16, 32, 64, 128, 256, 256]) {
    await load();
    await clock.advance(10_000);
    send(count);
  }
  expect(asked).toEqual([16, 32, 64, 128, 256, 256]);
});

test('how long a lane waits until others have loaded does not count', async () => {
  const { clock, asked, newLane, loads, load, answers, endless, send } = backlogged();
  await load();
  send(16);
  answers.next = async (count) => {
    await new Promise<void>((resolve) => clock.after(hourMs, resolve));
    return endless(count);
  };
  for (let others = 0; others < 8; others++) loads.ask(newLane());
  await load();
  expect(asked).toEqual(Array(9).fill(16));
  await clock.advance(hourMs);
  expect(asked.slice(9)).toEqual([32]);
});

test('a lane brings fewer once they last it for longer, and asks for more while a quarter is left', async () => {
  const { clock, asked, lane, load, send } = backlogged();
  for (const count of [16, 32, 64]) {
    await load();
    send(count);
  }
  await load();
  for (const { tookMs, held, quarter } of [
    { tookMs: 5_000, held: 128, quarter: 32 },
    { tookMs: 20_000, held: 128 + 31, quarter: 32 },
    { tookMs: 60_000, held: 32 + 31, quarter: 8 },
  ]) {
    await clock.advance(tookMs);
    send(held - quarter);
    expect(lane.runsLow(clock.now())).toBe(false);
    send(1);
    expect(lane.runsLow(clock.now())).toBe(true);
    await load();
  }
  expect(asked).toEqual([16, 32, 64, 128, 128, 32, 16]);
});

test('a load that fails says nothing about the lane', async () => {
  const { clock, asked, load, answers, endless, send } = backlogged();
  await load();
  send(16);
  answers.next = () => Promise.reject(new Error('away'));
  await load();
  await clock.advance(hourMs);
  answers.next = endless;
  await load();
  expect(asked).toEqual([16, 32, 32]);
});

test('a lane whose queue was let go has not sent it', async () => {
  const { clock, asked, lane, load } = backlogged();
  await load();
  lane.reload(clock.now());
  await load();
  expect(asked).toEqual([16, 16]);
});

test('a lane that was paused while it loaded has sent nothing', async () => {
  const { clock, asked, lane, load, answers, endless } = backlogged();
  answers.next = (count) => {
    lane.follow(sampleWebhook({ state: { kind: 'paused', since: 0 } }), rules);
    return endless(count);
  };
  await load();
  lane.follow(webhook, rules);
  await load();
  await clock.advance(hourMs);
  lane.follow(webhook, rules);
  await load();
  expect(asked).toEqual([16, 16, 16]);
});

test('while memory is full a few are brought at a time', async () => {
  const { asked, load } = backlogged(new HeldMemory(0));
  await load();
  expect(asked).toEqual([4]);
});
