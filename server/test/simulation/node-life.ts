// A node that can freeze, be cut off from the database, and die at any await: what the simulation runs several of.

import { secondMs, type Clock } from '../../src/domain/clock.ts';
import type { Send } from '../../src/domain/exchange.ts';
import type { Random } from '../../src/domain/random.ts';
import { StoreUnavailable } from '../../src/storage/port/store-errors.ts';
import type { ShardStore, Store } from '../../src/storage/store.ts';
import { never, type Life } from './fallible.ts';
import type { SharedShards } from './shared-shards.ts';

/** Nothing of a frozen node happens until it is thawed: then all that was to happen does, one after the other. */
export class NodeLife implements Life {
  alive = true;
  diskFull = false;
  cutOff = false;
  #waiting: (() => void)[] | null = null;

  run(act: () => void): void {
    if (!this.alive) return;
    if (this.#waiting === null) act();
    else this.#waiting.push(act);
  }

  awake(): Promise<void> {
    return new Promise((resolve) => this.run(resolve));
  }

  freeze(): void {
    this.#waiting ??= [];
  }

  thaw(): void {
    const acts = this.#waiting ?? [];
    this.#waiting = null;
    for (const act of acts) this.run(act);
  }
}

export function nodeClock(clock: Clock, life: NodeLife): Clock {
  return { ...clock, after: (delayMs, then) => clock.after(delayMs, () => life.run(then)) };
}

export function nodeSend(send: Send, life: NodeLife): Send {
  return async (...args) => {
    const exchange = await send(...args);
    await life.awake();
    return exchange;
  };
}

/** `store` is fallible by itself; this adds what befalls a node. */
export function nodeStore(store: Store, life: NodeLife, clock: Clock): Store {
  return new Proxy(store, {
    get(target, name: string) {
      const method = target[name as keyof Store];
      if (typeof method !== 'function' || name === 'allWebhooks' || name.startsWith('on')) return method;
      return (...args: unknown[]) =>
        asked(life, clock, () => (method as (...all: unknown[]) => Promise<unknown>).apply(target, args));
    },
  });
}

/** The shards as a node reaches them: each question takes a while, and none is answered while it is cut off. */
export function nodeShards(shards: SharedShards, life: NodeLife, clock: Clock, random: Random): ShardStore {
  const ask = async <Answer>(question: () => Answer): Promise<Answer> => {
    await wait(clock, random.fraction() * 20);
    if (!life.alive) return never();
    const answer = await asked(life, clock, async () => question());
    await wait(clock, random.fraction() * 20);
    await life.awake();
    return answer;
  };
  return {
    renew: (node, leaseMs) => ask(() => shards.renew(node, leaseMs)),
    table: () => ask(() => shards.table()),
    claim: (nodeId, free, leaseMs, stood) => ask(() => shards.claim(nodeId, free, leaseMs, stood)),
    release: (nodeId, epochs) => ask(() => shards.release(nodeId, epochs)),
    leave: (nodeId) => ask(() => shards.leave(nodeId)),
    tell: (news) => void (life.alive && !life.cutOff && clock.after(1, () => shards.tell(news))),
    knowsChanges: () => true,
    onNews: (listener) =>
      shards.onNews((news) => {
        if (!life.cutOff) life.run(() => listener(news));
      }),
  };
}

async function asked<Answer>(life: NodeLife, clock: Clock, ask: () => Promise<Answer>): Promise<Answer> {
  await life.awake();
  if (life.cutOff) {
    await wait(clock, secondMs);
    await life.awake();
    throw new StoreUnavailable('the node is cut off');
  }
  const answer = await ask();
  await life.awake();
  return answer;
}

function wait(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
