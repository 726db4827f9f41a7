// Several nodes on one database, and a receiver that notes when each attempt was there.

import { expect } from 'vitest';
import { launchPosthorn, startPosthorn, type Posthorn, type StartOptions } from '../process/posthorn.ts';
import { startReceiver, type Receiver, type Recorded } from '../receivers/receiver.ts';
import { eventually } from '../end-to-end/given.ts';

export type ShownNode = {
  readonly name: string;
  readonly url: string;
  readonly version: string;
  readonly state: string;
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly shards: readonly number[];
};

export type Arrival = {
  readonly webhook: string;
  readonly event: string;
  readonly begunAt: number;
  endedAt: number;
};

/** Enough for load, and little enough for a machine that does other things. */
const paceMs = 50;
const shardCount = 64;

export function startNode(
  name: string,
  env: Readonly<Record<string, string>>,
  more: StartOptions = {},
): Promise<Posthorn> {
  return startPosthorn({ ...more, env: { ...nodeEnvironment(name), ...env, ...more.env } });
}

/** Does not wait until it is ready. */
export function launchNode(
  name: string,
  env: Readonly<Record<string, string>>,
  more: StartOptions = {},
): Promise<Posthorn> {
  return launchPosthorn({ ...more, env: { ...nodeEnvironment(name), ...env, ...more.env } });
}

function nodeEnvironment(name: string): Readonly<Record<string, string>> {
  return { POSTHORN_NODE_NAME: name };
}

export async function nodesOf({ api }: Posthorn): Promise<readonly ShownNode[]> {
  const { body } = await api<{ data: readonly ShownNode[] }>('/nodes');
  return body.data;
}

/** Resolves once these, and no others, run and own everything between them, each its share. */
export async function balanced(asked: Posthorn, ...names: readonly string[]): Promise<void> {
  let seen: readonly ShownNode[] = [];
  const what = () => `shards in balance (last seen: ${JSON.stringify(seen)})`;
  await eventually(what, async () => {
    seen = await nodesOf(asked);
    const running = seen.filter(({ state }) => state === 'running');
    const counts = running.map(({ shards }) => shards.length);
    return running
      .map(({ name }) => name)
      .toSorted()
      .join() === names.toSorted().join() &&
      counts.reduce((sum, count) => sum + count, 0) === shardCount &&
      Math.max(...counts) - Math.min(...counts) <= 1
      ? true
      : undefined;
  });
}

export interface NotingReceiver extends Receiver {
  readonly arrivals: readonly Arrival[];
  /** How long answers take, in milliseconds. */
  slowMs: number;
  /** Of so many requests one is answered with 500, so that it comes again when others have been there. */
  failsEvery: number;
  status: number;
}

/** The path names the webhook. */
export async function startNotingReceiver(): Promise<NotingReceiver> {
  const arrivals: Arrival[] = [];
  const respond = (request: Recorded) => {
    const arrival: Arrival = {
      webhook: request.url,
      event: String(request.headers['webhook-id']),
      begunAt: request.at,
      endedAt: Number.POSITIVE_INFINITY,
    };
    arrivals.push(arrival);
    const fails = arrivals.length % noting.failsEvery === 0;
    return new Promise<{ status: number }>((resolve) => {
      setTimeout(() => {
        arrival.endedAt = Date.now();
        resolve({ status: fails ? 500 : noting.status });
      }, noting.slowMs);
    });
  };
  const receiver = await startReceiver(respond);
  const noting: NotingReceiver = Object.assign(receiver, {
    arrivals,
    slowMs: 0,
    failsEvery: Number.POSITIVE_INFINITY,
    status: 200,
  });
  return noting;
}

/** Attempts of one delivery that were under way at the same time. */
export function overlaps(arrivals: readonly Arrival[]): Arrival[] {
  const found: Arrival[] = [];
  for (const [, ofOne] of Map.groupBy(arrivals, ({ webhook, event }) => `${webhook} ${event}`)) {
    const inOrder = ofOne.toSorted((a, b) => a.begunAt - b.begunAt);
    for (const [index, next] of inOrder.entries()) {
      if (index > 0 && next.begunAt < inOrder[index - 1]!.endedAt) found.push(next);
    }
  }
  return found;
}

/** Of webhooks that keep order by key: what came before something that was published earlier, or between two attempts of it. */
export function outOfOrder(
  arrivals: readonly Arrival[],
  isOrdered: (webhook: string) => boolean,
  { inOrder }: Published,
): Arrival[] {
  const placeOf = new Map(
    inOrder.flatMap((events, line) => events.map((event, place) => [event, { line, place }])),
  );
  const reached = new Map<string, number>();
  return arrivals.filter(({ webhook, event }) => {
    const known = placeOf.get(event);
    if (known === undefined || !isOrdered(webhook)) return false;
    const line = `${webhook} ${known.line}`;
    const last = reached.get(line) ?? -1;
    reached.set(line, Math.max(last, known.place));
    return known.place !== last && known.place !== last + 1;
  });
}

export type Published = {
  readonly accepted: readonly string[];
  /** The same, of each publisher one after the other, which is one ordering key. */
  readonly inOrder: readonly (readonly string[])[];
  readonly statuses: ReadonlySet<number>;
};

/**
 * Publishers that spread over the nodes, each event with a key of its own, and repeat at another node what was not
 * accepted, until they are told to stop.
 */
export function publishSteadily(nodes: () => readonly Posthorn[], publishers = 6) {
  const accepted: string[] = [];
  const inOrder = Array.from({ length: publishers }, (): string[] => []);
  const statuses = new Set<number>();
  let going = true;
  let turn = 0;

  async function publishOne(name: number, order: number): Promise<void> {
    const key = `order-${name}-${order}`;
    for (let tries = 0; tries < 2_000; tries++) {
      const all = nodes();
      const node = all[turn++ % all.length]!;
      try {
        const answer = await node.api<{ id: string }>('/events', {
          method: 'POST',
          body: { type: 'order.paid', data: { order }, orderingKey: `publisher ${name}` },
          headers: { 'idempotency-key': key },
        });
        statuses.add(answer.status);
        if (answer.status === 202) {
          accepted.push(answer.body.id);
          return void inOrder[name]!.push(answer.body.id);
        }
        expect(answer.status).toBe(503);
      } catch (error) {
        if (!isBrokenConnection(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${key} was never accepted`);
  }

  const running = Promise.all(
    Array.from({ length: publishers }, async (_, name) => {
      for (let order = 0; going; order++) {
        await publishOne(name, order);
        await new Promise((resolve) => setTimeout(resolve, paceMs));
      }
    }),
  );
  return {
    accepted,
    async stop(): Promise<Published> {
      going = false;
      await running;
      return { accepted, inOrder, statuses };
    },
  };
}

function isBrokenConnection(error: unknown): boolean {
  return error instanceof TypeError;
}
