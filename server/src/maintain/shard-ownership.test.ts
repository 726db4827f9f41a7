import { expect, test } from 'vitest';
import { testClock, testEpoch, type TestClock } from '../../test/test-clock.ts';
import { dayMs, minuteMs, secondMs } from '../domain/clock.ts';
import { shardCount, type Epoch, type NodeRow, type Shard, type ShardRow } from '../domain/shard.ts';
import type { Signal } from '../domain/signal.ts';
import type { NewsListener, ShardStore } from '../storage/store.ts';
import { makeShardOwnership } from './shard-ownership.ts';

const leaseMs = 20_000;
const gone = new Error('the database is away');

test('a node alone owns every shard, and keeps it as long as it renews', async () => {
  const rows = database(testClock());
  const node = await rows.join('a');
  expect(node.owned()).toHaveLength(shardCount);
  await rows.clock.advance(10 * leaseMs);
  expect(node.ownership.holds()).toBe(true);
  expect(node.signals.filter(({ kind }) => kind === 'shards.lost')).toEqual([]);
});

test('a node alone looks for what waits at each renewal as well: whoever stored it may not know that it did', async () => {
  const rows = database(testClock());
  const node = await rows.join('a');
  const before = node.looks();
  await rows.clock.advance(leaseMs);
  expect(node.looks() - before).toBeGreaterThanOrEqual(4);
});

test('nodes that come get their share at once, once what is under way for it has ended', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  a.busy.add(0).add(1);
  const b = await rows.join('b');
  const c = await rows.join('c');
  await rows.clock.settle();
  expect(b.owned().length + c.owned().length).toBe(42);
  // What it gives back is what has nothing under way.
  expect(a.owned()).toEqual(expect.arrayContaining([0, 1]));
});

test('a shard with an attempt under way is not given back before that has ended', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  for (let shard = 0; shard < shardCount; shard++) a.busy.add(shard);
  const b = await rows.join('b');
  await rows.clock.advance(3 * leaseMs);
  expect(b.owned()).toEqual([]);
  for (const shard of a.busy) a.end(shard);
  await rows.clock.settle();
  await rows.clock.advance(leaseMs / 4);
  expect(b.owned()).toHaveLength(32);
  expect(a.owned()).toHaveLength(32);
});

test('P3: what a dead node owned is taken over within 60 s', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  const b = await rows.join('b');
  await rows.clock.settle();
  rows.cutOff.add('a');
  await rows.clock.advance(2 * leaseMs);
  expect(b.owned()).toHaveLength(shardCount);
  expect(a.ownership.holds()).toBe(false);
});

test('P3: a dead node’s shards are taken over within 60 s although all clocks were set back by minutes', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  const b = await rows.join('b');
  await rows.clock.settle();
  rows.cutOff.add('a');
  rows.clock.setWall(rows.clock.wall() - 5 * minuteMs);
  for (let step = 0; step < 300; step++) {
    await rows.clock.advance(leaseMs / 100);
    expect(b.owned().length > shardCount / 2 && a.ownership.holds()).toBe(false);
  }
  expect(b.owned()).toHaveLength(shardCount);
});

test('a node that lives keeps what it owns when all clocks are set back', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  const b = await rows.join('b');
  await rows.clock.settle();
  rows.clock.setWall(rows.clock.wall() - 5 * minuteMs);
  await rows.clock.advance(3 * leaseMs);
  expect([a.owned().length, b.owned().length]).toEqual([shardCount / 2, shardCount / 2]);
  expect([...a.lost, ...b.lost]).toEqual([]);
});

test('a node that can not renew relies on nothing any more before the database lets another have it', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  const b = await rows.join('b');
  await rows.clock.settle();
  rows.cutOff.add('a');
  for (let step = 0; step < 400; step++) {
    await rows.clock.advance(leaseMs / 200);
    const mayTake = rows.shards().some((row) => row.owner === 'a' && row.leasedUntil! <= rows.clock.now());
    const isAnothers = mayTake || b.owned().length > 32;
    expect(isAnothers && a.ownership.holds()).toBe(false);
  }
  expect(b.owned()).toHaveLength(shardCount);
});

test('CLK-03: a node that was frozen relies on nothing, from the first moment on, and learns what it lost', async () => {
  const clock = testClock();
  // A clock of its own, since its timers do not fire while it is frozen.
  const frozen = testClock();
  const rows = database(clock);
  const a = await rows.join('a', frozen);
  const b = await rows.join('b');
  await both(clock, frozen, leaseMs);
  expect(a.owned()).toHaveLength(32);
  await clock.advance(90_000);
  expect(b.owned()).toHaveLength(shardCount);
  frozen.jump(90_000);
  expect(a.ownership.holds()).toBe(false);
  await both(clock, frozen, leaseMs);
  expect(a.lost).toHaveLength(32);
  expect(a.ownership.holds()).toBe(true);
  expect(a.owned()).toHaveLength(32);
});

test('a node that starts with a wrong clock owns nothing, takes nothing from others, and says so once; it goes on when the clock is right', async () => {
  const clock = testClock();
  const wrong = testClock(testEpoch + 100 * dayMs);
  const rows = database(clock);
  const a = await rows.join('a');
  const c = await rows.join('c', wrong);
  await both(clock, wrong, 3 * leaseMs);
  expect(a.owned()).toHaveLength(shardCount);
  expect(a.signals.filter(({ kind }) => kind !== 'shards.taken')).toEqual([]);
  expect(c.signals).toEqual([{ kind: 'clock.wrong', aheadMs: 100 * dayMs }]);
  expect(c.ownership.summary().clockAheadMs).toBe(100 * dayMs);
  expect(await c.ownership.clockIsRight()).toBe(false);

  wrong.setWall(clock.wall());
  await both(clock, wrong, leaseMs);
  expect(c.owned()).toHaveLength(shardCount / 2);
  expect(c.ownership.summary().clockAheadMs).toBeNull();
  expect(wrong.now()).toBe(clock.now());
  expect(c.signals.filter(({ kind }) => kind === 'clock.right')).toHaveLength(1);
});

test('a node whose clock becomes wrong gives back what it owns as when leaving, and others have it at once', async () => {
  const [clock, other] = [testClock(), testClock()];
  const rows = database(clock);
  const a = await rows.join('a');
  const b = await rows.join('b', other);
  await both(clock, other, leaseMs);
  const [busy] = b.owned();
  b.busy.add(busy!);
  other.setWall(other.wall() - 301 * secondMs);
  await both(clock, other, leaseMs / 2);
  expect(a.owned()).toHaveLength(shardCount - 1);
  expect(b.ownership.owns(busy!)).toBe(false);
  b.end(busy!);
  await both(clock, other, leaseMs / 2);
  expect(a.owned()).toHaveLength(shardCount);
  expect(b.lost).toEqual([]);

  other.setWall(clock.wall());
  await both(clock, other, leaseMs);
  expect(b.owned()).toHaveLength(shardCount / 2);
});

test('a node that has worked goes on alone when its clock or the database’s becomes wrong, and leaves all to one that comes', async () => {
  const [clock, other] = [testClock(), testClock()];
  const rows = database(clock);
  const a = await rows.join('a', other);
  other.setWall(other.wall() - dayMs);
  await both(clock, other, 2 * leaseMs);
  expect(a.owned()).toHaveLength(shardCount);
  expect(a.ownership.summary()).toMatchObject({ clockAheadMs: -dayMs, leavesAll: false });

  const b = await rows.join('b');
  await both(clock, other, leaseMs);
  expect(b.owned()).toHaveLength(shardCount);
  expect(a.ownership.summary()).toMatchObject({ owned: 0, leavesAll: true });

  rows.cutOff.add('b');
  await both(clock, other, 3 * leaseMs);
  expect(a.owned()).toHaveLength(shardCount);
});

test('the schedules of a node that has worked do not jump when its clock is right again', async () => {
  const [clock, other] = [testClock(), testClock()];
  const b = await database(clock).join('b', other);
  other.setWall(other.wall() + dayMs);
  await both(clock, other, 50 * minuteMs);
  expect(other.now()).toBeGreaterThan(clock.now());
  other.setWall(clock.wall());
  await both(clock, other, leaseMs);
  expect(b.owned()).toHaveLength(shardCount);
  expect(other.now() - clock.now()).toBeGreaterThan(9 * minuteMs);
});

test('a claim whose answer was lost is known after the next renewal', async () => {
  const rows = database(testClock());
  rows.loseAnswersOf = 'claim';
  const a = await rows.join('a');
  rows.loseAnswersOf = null;
  await rows.clock.advance(leaseMs / 4);
  expect(a.owned()).toHaveLength(shardCount);
});

test('shards that could not be taken for a failure of the store are taken at the next turn', async () => {
  const rows = database(testClock());
  const a = await rows.join('a', rows.clock, { failingTakes: 1 });
  await rows.clock.advance(leaseMs);
  expect(a.owned()).toHaveLength(shardCount);
});

test('CON-09: a node that leaves hands each shard over as soon as nothing of it is under way, and others have it at once', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  const b = await rows.join('b');
  await rows.clock.settle();
  const [busy] = a.owned();
  a.busy.add(busy!);
  let left = false;
  const leaving = a.ownership.leave().then(() => (left = true));
  await rows.clock.settle();
  expect(b.owned()).toHaveLength(shardCount - 1);
  expect(left).toBe(false);
  a.end(busy!);
  await leaving;
  await rows.clock.settle();
  expect(b.owned()).toHaveLength(shardCount);
  expect(rows.nodes().map(({ id }) => id)).toEqual(['b']);
});

test('a node that leaves while the database is away has left all the same', async () => {
  const rows = database(testClock());
  const a = await rows.join('a');
  rows.cutOff.add('a');
  await a.ownership.leave();
  expect(a.signals.some(({ kind }) => kind === 'store.failed')).toBe(true);
});

async function both(one: TestClock, other: TestClock, ms: number): Promise<void> {
  for (let step = 0; step < 40; step++) {
    await one.advance(ms / 20);
    await other.advance(ms / 20);
  }
}

/** The rows that nodes share, as the database keeps them, by its own clock. */
function database(clock: TestClock) {
  const nodes = new Map<string, NodeRow>();
  let shards: ShardRow[] = Array.from({ length: shardCount }, (_, shard) => ({
    shard,
    epoch: shard + 1,
    owner: null,
    leasedUntil: null,
  }));
  let lastEpoch = shardCount;
  const listeners = new Set<NewsListener>();
  const tellShards = () => {
    for (const listener of listeners) queueMicrotask(() => listener({ kind: 'shards' }));
  };
  const change = (which: (row: ShardRow) => boolean, how: (row: ShardRow) => ShardRow) => {
    const changed: ShardRow[] = [];
    shards = shards.map((row) => {
      if (!which(row)) return row;
      const next = how(row);
      changed.push(next);
      return next;
    });
    return new Map(changed.map(({ shard, epoch }) => [shard, epoch]));
  };

  const rows = {
    clock,
    cutOff: new Set<string>(),
    loseAnswersOf: null as 'claim' | null,
    shards: () => shards,
    nodes: () => [...nodes.values()],

    store(id: string): ShardStore {
      const reach = async () => {
        await Promise.resolve();
        if (rows.cutOff.has(id)) throw gone;
      };
      return {
        async renew(report, ms) {
          await reach();
          const now = clock.wall();
          const { startedAt = now } = nodes.get(id) ?? {};
          nodes.set(id, { ...report, startedAt, heartbeatAt: now, leasedUntil: now + ms });
          return change(
            ({ owner }) => owner === id,
            (row) => ({ ...row, leasedUntil: now + ms }),
          );
        },
        async table() {
          await reach();
          return { now: clock.wall(), nodes: [...nodes.values()], shards };
        },
        async claim(_, free, ms, stood) {
          await reach();
          const now = clock.wall();
          const given = new Map(free.map((row) => [row.epoch, row]));
          const isFree = ({ shard, owner, leasedUntil }: ShardRow, { leasedUntil: known }: ShardRow) =>
            owner === null || leasedUntil! <= now || (stood?.has(shard) && leasedUntil === known);
          const claimed = change(
            (row) => given.has(row.epoch) && isFree(row, given.get(row.epoch)!) === true,
            (row) => ({ ...row, owner: id, epoch: ++lastEpoch, leasedUntil: now + ms }),
          );
          if (rows.loseAnswersOf === 'claim') throw gone;
          return claimed;
        },
        async release(_, epochs) {
          await reach();
          change(
            ({ owner, epoch }) => owner === id && epochs.includes(epoch),
            (row) => ({ ...row, owner: null, leasedUntil: null }),
          );
          tellShards();
        },
        async leave() {
          await reach();
          nodes.delete(id);
          change(
            ({ owner }) => owner === id,
            (row) => ({ ...row, owner: null, leasedUntil: null }),
          );
          tellShards();
        },
        tell: tellShards,
        knowsChanges: () => true,
        onNews(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      };
    },

    async join(id: string, own: TestClock = clock, { failingTakes = 0 } = {}) {
      const taken = new Map<Shard, Epoch>();
      const lost: Shard[] = [];
      const signals: Signal[] = [];
      const waiting = new Map<Shard, () => void>();
      const busy = new Set<Shard>();
      let looks = 0;
      let failures = failingTakes;
      const ownership = makeShardOwnership({
        store: rows.store(id),
        node: { id, name: id, url: '', version: '1' },
        engine: {
          async take(given) {
            if (failures-- > 0) throw gone;
            for (const [shard, epoch] of given) taken.set(shard, epoch);
          },
          giveBack(shard) {
            taken.delete(shard);
            if (!busy.has(shard)) return Promise.resolve();
            return new Promise((resolve) => {
              const before = waiting.get(shard);
              waiting.set(shard, () => {
                before?.();
                resolve();
              });
            });
          },
          lose(shard) {
            taken.delete(shard);
            lost.push(shard);
          },
          underWay: (shard) => (busy.has(shard) ? 1 : 0),
          look: async () => void looks++,
          goOn: () => {},
        },
        clock: own,
        startClockAnew: () => own.startAnew(),
        emit: (signal) => void signals.push(signal),
        leaseMs,
      });
      await ownership.start('http://here');
      await clock.settle();
      return {
        ownership,
        lost,
        signals,
        busy,
        looks: () => looks,
        owned: () => [...taken.keys()].toSorted((x, y) => x - y),
        end(shard: Shard) {
          busy.delete(shard);
          waiting.get(shard)?.();
          waiting.delete(shard);
        },
      };
    },
  };
  return rows;
}
