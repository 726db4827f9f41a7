// Several nodes as real processes on one database, under faults: nothing is lost, and each webhook has one sender at a time.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import {
  allListed,
  changeWebhook,
  createWebhook,
  delivery,
  deliveries,
  eventually,
  getWebhook,
  isDelivered,
  publish,
  type Delivery,
} from '../end-to-end/given.ts';
import { watch } from '../native/watching.ts';
import { postgresEnvironment, testDatabase } from '../postgres/database.ts';
import { startFaultProxy } from '../postgres/fault-proxy.ts';
import { noPooler, startPooler } from '../postgres/pooler.ts';
import { startPostgres } from '../postgres/server.ts';
import type { Posthorn } from '../process/posthorn.ts';
import { sessionStatus, signIn } from '../process/sign-in.ts';
import {
  balanced,
  nodesOf,
  outOfOrder,
  overlaps,
  publishSteadily,
  launchNode,
  startNode,
  startNotingReceiver,
  type NotingReceiver,
  type Published,
} from './nodes.ts';

vi.setConfig({ testTimeout: 180_000 });

const webhookCount = 12;

test('events that any node takes are delivered once, by the owner of each webhook, and every node tells who owns what', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  await using a = await startNode('a', database.env);
  await using b = await startNode('b', database.env);
  await using c = await startNode('c', database.env);
  await createWebhooks([a, b, c], receiver);
  await balanced(b, 'a', 'b', 'c');
  const events = await Promise.all([a, b, c].map((node) => publish(node, 'order.paid')));
  for (const { id } of events) await allDelivered(c, id);

  const arrived = receiver.arrivals.filter(({ event }) => events.some(({ id }) => id === event));
  expect(arrived).toHaveLength(3 * webhookCount);
  const nodes = await nodesOf(c);
  expect(nodes.map(({ name, state, shards }) => ({ name, state, count: shards.length }))).toEqual([
    { name: 'a', state: 'running', count: expect.any(Number) },
    { name: 'b', state: 'running', count: expect.any(Number) },
    { name: 'c', state: 'running', count: expect.any(Number) },
  ]);
  expect(new Set(nodes.flatMap(({ shards }) => shards)).size).toBe(64);
  const ready = (await (await fetch(`${b.url}/ready`)).json()) as { checks: { shards: string } };
  expect(ready.checks.shards).toMatch(/^ok, 2[12] of 64, a fair share is 2[12]; nodes running: 3$/);
  for (const node of [a, b, c]) expect(node.logs()).not.toContain('delivery.stale');
});

test('who looks on at one node sees what happens on the others', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  await using a = await startNode('a', database.env);
  await using b = await startNode('b', database.env);
  await balanced(a, 'a', 'b');
  await using watching = await watch(a.url, { authorization: `Bearer ${a.token}` });
  await createWebhooks([b], receiver);
  const delivered = () =>
    new Set(
      watching.messages.flatMap(({ event, data }) =>
        event === 'deliveries' ? (data as { webhookIds: readonly string[] }).webhookIds : [],
      ),
    );
  // About half of the webhooks are the other node's.
  await eventually('news of every webhook', async () => {
    await publish(b, 'order.paid');
    return delivered().size === webhookCount ? true : undefined;
  });
  const told = watching.messages.flatMap(({ event, data }) =>
    event === 'webhooks' ? (data as { ids: readonly string[] }).ids : [],
  );
  expect(new Set(told)).toEqual(delivered());
});

test('what one node is asked for reaches the owner of the webhook, and every node knows it within a second', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  await using a = await startNode('a', database.env);
  await using b = await startNode('b', database.env);
  await balanced(a, 'a', 'b');
  for (let index = 0; index < 6; index++) {
    // Asked of the one node, done by the other for one half of them, since shards are half and half.
    const [asked, other] = index % 2 === 0 ? [a, b] : [b, a];
    const type = `only.${index}`;
    const { id } = await createWebhook(asked, `${receiver.url}/${index}`, {
      eventTypes: [type],
      retrySchedule: [1, 1, 1],
    });
    await publishUntilMatched(other, type);
    await changeWebhook(asked, id, { state: 'paused' });
    await eventually('the change', async () =>
      (await getWebhook(other, id)).state === 'paused' ? true : undefined,
    );
    await publish(other, type);
    await changeWebhook(other, id, { state: 'active' });
    const [first] = await eventually('its delivery', async () => {
      const found = await deliveries(asked, `webhookId=${id}`);
      return found.length > 0 && found.every(isDelivered) ? found : undefined;
    });

    const again = await asked.api<{ id: string }>(`/deliveries/${first!.id}/redeliver`, { method: 'POST' });
    expect(again.status).toBe(201);
    await eventually('the redelivery', async () => {
      const { body } = await other.api<{ state: string }>(`/deliveries/${again.body.id}`);
      return isDelivered(body) ? true : undefined;
    });

    // What was cancelled at one node is not sent by the other.
    receiver.status = 500;
    const failing = await publish(asked, type);
    const waits = await delivery(asked, failing.id, ({ attemptCount }) => attemptCount > 0);
    const cancelled = await asked.api(`/deliveries/${waits.id}/cancel`, { method: 'POST' });
    expect(cancelled.status).toBe(200);
    receiver.status = 200;
  }
  expect(overlaps(receiver.arrivals)).toEqual([]);
});

test('AUT-06: who signs in at one node is known to the others, and signing out at one is known to all', async () => {
  await using database = await testDatabase();
  await using a = await startNode('a', database.env);
  await using b = await startNode('b', database.env);
  const cookie = await signIn(a);
  expect(await sessionStatus(b, cookie)).toBe(200);

  expect(await sessionStatus(b, cookie, 'DELETE')).toBe(204);
  await eventually('the session is over', async () =>
    (await sessionStatus(a, cookie)) === 401 ? true : undefined,
  );
  expect(await sessionStatus(b, cookie)).toBe(401);
});

test('a replay goes to every webhook once, whichever node was asked and whoever owns it, and survives the death of a node', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  await using a = await startNode('a', database.env);
  await using b = await startNode('b', database.env);
  await createWebhooks([a, b], receiver);
  await balanced(a, 'a', 'b');
  const count = 120;
  const type = 'order.replayed';
  const body = Array.from({ length: count }, (_, order) => ({ type, data: { order } }));
  await a.api('/events/batch', { method: 'POST', body });
  await receivedAll(receiver, type, count * webhookCount, a);
  const plan = { states: ['delivered'], eventTypes: [type] };
  const made = await a.api<{ id: string; count: number }>('/replays', { method: 'POST', body: plan });
  expect(made.body.count).toBe(count * webhookCount);
  await b.kill9();
  const done = await eventually(
    'the end of the replay',
    async () => {
      const { body: shown } = await a.api<{ state: string }>(`/replays/${made.body.id}`);
      return shown.state === 'completed' ? shown : undefined;
    },
    90_000,
  );
  expect(done).toMatchObject({ done: count * webhookCount, skipped: 0 });
  await receivedAll(receiver, type, 2 * count * webhookCount, a);
  const all = await allListed<{ redeliveryOf: string | null }>(a, 'deliveries', `eventType=${type}`);
  const again = all.flatMap(({ redeliveryOf }) => redeliveryOf ?? []);
  expect(new Set(again).size).toBe(count * webhookCount);
  expect(again).toHaveLength(count * webhookCount);
});

test('a killed node’s webhooks are taken over, and what it was promised to deliver arrives', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  receiver.slowMs = 20;
  receiver.failsEvery = 25;
  await using a = await startNode('a', database.env);
  await using b = await startNode('b', database.env);
  await using c = await startNode('c', database.env);
  await createWebhooks([a, b, c], receiver);
  await balanced(a, 'a', 'b', 'c');
  const publishing = publishSteadily(() => [a, b, c].filter(({ exit }) => exit === undefined));
  await receiver.waitFor(200);
  await b.kill9();
  await balanced(a, 'a', 'c');
  const published = await publishing.stop();

  await everythingArrived(receiver, published);
  expect(outOfOrder(receiver.arrivals, isOrdered, published)).toEqual([]);
  expect((await nodesOf(a)).find(({ name }) => name === 'b')?.state).toBe('lost');
  expect(logged([a, c], 'delivery.stale')).toEqual([]);
  await attemptsAreInOrder(a);
});

test('a node that was frozen past its lease has lost its shards, starts nothing for them, and its late results are refused', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  receiver.slowMs = 30;
  receiver.failsEvery = 25;
  await using a = await startNode('a', database.env);
  await using b = await startNode('b', database.env);
  await createWebhooks([a, b], receiver);
  await balanced(a, 'a', 'b');
  const running = [a];
  const publishing = publishSteadily(() => running);
  receiver.slowMs = 500;
  await eventually('something in flight', async () => ((await inFlightOf(b)) > 0 ? true : undefined));
  b.signal('SIGSTOP');
  receiver.slowMs = 30;
  await balanced(a, 'a');
  const takenOverAt = Date.now();
  // Its requests in flight are answered, and the deliveries go on elsewhere.
  await receiver.waitFor(receiver.requests.length + 100);
  b.signal('SIGCONT');
  await balanced(a, 'a', 'b');
  const published = await publishing.stop();
  await everythingArrived(receiver, published);

  expect(b.logs()).toContain('shards.lost');
  const late = await eventually('refused results', () => logged([b], 'delivery.stale').length || undefined);
  // What overlapped was in flight as it froze: it began none while the other had the lease.
  const afterwards = overlaps(receiver.arrivals).filter(({ begunAt }) => begunAt > takenOverAt);
  expect(afterwards.length).toBeLessThanOrEqual(late);
  expect(outOfOrder(receiver.arrivals, isOrdered, published).length).toBeLessThanOrEqual(late);
  await attemptsAreInOrder(a);
});

test('a node with a wrong clock works for nothing and is not ready until its clock is right, and history and what waits are left alone', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  await using a = await startNode('a', database.env);
  await createWebhooks([a], receiver);
  const delivered = await publish(a, 'order.paid');
  await allDelivered(a, delivered.id);
  const paused = await createWebhook(a, `${receiver.url}/paused`);
  await changeWebhook(a, paused.id, { state: 'paused' });
  const kept = await publish(a, 'order.kept');

  await using c = await launchNode('c', database.env, {
    env: { TEST_CLOCK_AHEAD_MS: String(100 * 86_400_000) },
    nodeArguments: ['--import', join(import.meta.dirname, '../process/shifted-clock.ts')],
  });
  const said = await eventually('readiness', async () => {
    const answer = await fetch(`${c.url}/ready`).catch(() => undefined);
    const body = (await answer?.json()) as { checks?: { server: string; clock: string } } | undefined;
    return body?.checks?.server === 'ok' ? { status: answer!.status, ...body.checks } : undefined;
  });
  expect(said).toMatchObject({ status: 503, clock: "wrong: 8640000 s ahead of the database's" });
  expect((await nodesOf(a)).find(({ name }) => name === 'c')).toMatchObject({ state: 'leaving', shards: [] });
  expect((await deliveries(a, `eventId=${delivered.id}`)).every(isDelivered)).toBe(true);
  const [waits] = await deliveries(a, `webhookId=${paused.id}&eventId=${kept.id}`);
  expect(waits!.state).toBe('scheduled');

  c.signal('SIGUSR2');
  await balanced(a, 'a', 'c');
  await c.ready();
  expect(logged([c], 'clock.wrong')).toHaveLength(1);
  // What it takes now is due now.
  const late = await publish(c, 'order.paid');
  await eventually('its deliveries', async () => {
    const found = await deliveries(a, `eventId=${late.id}&state=delivered`);
    return found.length === webhookCount ? true : undefined;
  });
});

test('a clean stop hands over at once, and a rolling restart costs no publisher that retries on 503 an event', async () => {
  await using database = await testDatabase();
  await using receiver = await startNotingReceiver();
  receiver.slowMs = 20;
  // So long that nobody waits for it.
  const env = { ...database.env, POSTHORN_SHARD_LEASE_SECONDS: '45' };
  const nodes = new Map<string, Posthorn>();
  await using stack = new AsyncDisposableStack();
  const start = async (name: string, port?: number) => {
    const node = await startNode(name, env, port === undefined ? {} : { port });
    stack.use(node);
    nodes.set(name, node);
    return node;
  };
  const first = await start('a');
  await start('b');
  await start('c');
  await createWebhooks([...nodes.values()], receiver);
  await balanced(first, 'a', 'b', 'c');
  const publishing = publishSteadily(() => [...nodes.values()]);
  await receiver.waitFor(100);
  for (const name of ['a', 'b', 'c']) {
    const old = nodes.get(name)!;
    expect((await old.stop()).code).toBe(0);
    const others = [...nodes.keys()].filter((other) => other !== name);
    await balanced(nodes.get(others[0]!)!, ...others);
    await start(name, old.port);
    await balanced(nodes.get(name)!, 'a', 'b', 'c');
  }
  const published = await publishing.stop();

  await everythingArrived(receiver, published);
  expect(outOfOrder(receiver.arrivals, isOrdered, published)).toEqual([]);
  // Nothing was sent twice, since every node let what it had in flight end.
  expect(receiver.arrivals).toHaveLength(new Set(receiver.arrivals.map(nameOf)).size);
});

test('while the database restarts and connections are cut, nothing is lost and nothing goes out twice at once', async () => {
  await using postgres = await startPostgres();
  await using receiver = await startNotingReceiver();
  receiver.slowMs = 10;
  receiver.failsEvery = 25;
  await using proxy = await startFaultProxy(postgres.port);
  const direct = postgresEnvironment(postgres.url('postgres'));
  const cuttable = postgresEnvironment(
    postgres.url('postgres').replace(`:${postgres.port}/`, `:${proxy.port}/`),
  );
  await using a = await startNode('a', direct);
  await using b = await startNode('b', cuttable);
  await createWebhooks([a, b], receiver);
  await balanced(a, 'a', 'b');
  const publishing = publishSteadily(() => [a, b]);
  await receiver.waitFor(100);
  for (const how of ['fast', 'crash'] as const) {
    await postgres.restart(how);
    await balanced(a, 'a', 'b');
    proxy.cut();
    await sleep(200);
  }
  // Cut off past its lease, it starts nothing, and the other one takes over.
  proxy.mode = 'hanging';
  proxy.cut();
  await balanced(a, 'a');
  proxy.cut();
  proxy.mode = 'ok';
  await balanced(a, 'a', 'b');
  const published = await publishing.stop();

  await everythingArrived(receiver, published);
  expect(outOfOrder(receiver.arrivals, isOrdered, published)).toEqual([]);
  expect(overlaps(receiver.arrivals)).toEqual([]);
  expect([...published.statuses].every((status) => status === 202 || status === 503)).toBe(true);
  await attemptsAreInOrder(a);
});

test('through PgBouncer in transaction mode nodes share the work too, and lose nothing when it restarts or one of them is killed', async ({
  skip,
}) => {
  skip(noPooler !== undefined, noPooler);
  await using database = await testDatabase();
  await using pooler = await startPooler(database.url);
  await using receiver = await startNotingReceiver();
  receiver.slowMs = 10;
  const env = postgresEnvironment(pooler.url);
  await using a = await startNode('a', env);
  await using b = await startNode('b', env);
  await createWebhooks([a, b], receiver);
  await balanced(a, 'a', 'b');
  const publishing = publishSteadily(() => [a, b]);
  await receiver.waitFor(200);
  await pooler.restart();
  await receiver.waitFor(receiver.requests.length + 200, 60_000);
  await b.kill9();
  await balanced(a, 'a');
  await receiver.waitFor(receiver.requests.length + 200, 60_000);
  const published = await publishing.stop();

  await everythingArrived(receiver, published);
  expect(outOfOrder(receiver.arrivals, isOrdered, published)).toEqual([]);
  expect([...published.statuses].every((status) => status === 202 || status === 503)).toBe(true);
  await attemptsAreInOrder(a);
});

/** At the first node; resolves once the others know them. */
async function createWebhooks(
  [node, ...others]: readonly Posthorn[],
  { url }: NotingReceiver,
): Promise<void> {
  const retrySchedule = [1, 1, 1, 1, 1];
  for (let index = 0; index < webhookCount; index++) {
    await createWebhook(node!, `${url}/${index}`, {
      retrySchedule,
      ordering: isOrdered(`/${index}`) ? 'key' : 'none',
    });
  }
  for (const other of others) {
    await eventually('all webhooks at every node', async () =>
      (await publish(other, 'known')).deliveries === webhookCount ? true : undefined,
    );
  }
}

/** Resolves once so many deliveries of a type are delivered. */
async function receivedAll(
  receiver: NotingReceiver,
  type: string,
  count: number,
  node: Posthorn,
): Promise<void> {
  await receiver.waitFor(count);
  await eventually(
    'all delivered',
    async () => {
      const found = await allListed(node, 'deliveries', `eventType=${type}&state=delivered`);
      return found.length === count ? true : undefined;
    },
    60_000,
  );
}

/** A node hears of a webhook's change within a second; until then its events may go by the old one. */
async function publishUntilMatched(node: Posthorn, type: string): Promise<void> {
  await eventually('an event that is owed', async () =>
    (await publish(node, type)).deliveries > 0 ? true : undefined,
  );
}

async function allDelivered(node: Posthorn, eventId: string): Promise<void> {
  await eventually(`deliveries of ${eventId}`, async () => {
    const found = await deliveries(node, `eventId=${eventId}`);
    return found.length === webhookCount && found.every(isDelivered) ? true : undefined;
  });
}

/** Every second one. */
function isOrdered(webhook: string): boolean {
  return Number(webhook.slice(1)) % 2 === 1;
}

async function everythingArrived(receiver: NotingReceiver, { accepted }: Published): Promise<void> {
  expect(accepted.length).toBeGreaterThan(20);
  await eventually(
    'all that was accepted, at every webhook',
    () => {
      const arrived = new Set(receiver.arrivals.map(nameOf));
      const missing = accepted.some((event) => {
        for (let index = 0; index < webhookCount; index++)
          if (!arrived.has(`/${index} ${event}`)) return true;
        return false;
      });
      return missing ? undefined : true;
    },
    60_000,
  );
}

/** Of each delivery the first attempt has the number 1, and so on, as they were begun. */
async function attemptsAreInOrder(node: Posthorn): Promise<void> {
  const { body } = await node.api<{ data: readonly { id: string }[] }>(
    '/deliveries?state=delivered&limit=50',
  );
  expect(body.data.length).toBeGreaterThan(0);
  for (const { id } of body.data) {
    const { attempts } = (await node.api<Delivery>(`/deliveries/${id}`)).body;
    const inOrder = attempts.toSorted((x, y) => (x.startedAt < y.startedAt ? -1 : 1));
    const numbers = inOrder.map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((x, y) => x - y));
  }
}

async function inFlightOf({ url }: Posthorn): Promise<number> {
  const { checks } = (await (await fetch(`${url}/ready`)).json()) as { checks: { sending: string } };
  return Number(/(\d+) in flight/.exec(checks.sending)?.[1] ?? 0);
}

function nameOf({ webhook, event }: { readonly webhook: string; readonly event: string }): string {
  return `${webhook} ${event}`;
}

function logged(nodes: readonly Posthorn[], text: string): string[] {
  return nodes.flatMap((node) => node.logs().split('\n')).filter((line) => line.includes(`"${text}"`));
}
