// Content filters over a running server and real connections: who gets what, and when that is decided.

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { changeWebhook, createWebhook, delivery, eventually, isDelivered, publish } from './given.ts';

vi.setConfig({ testTimeout: 400_000 });

let posthorn: Posthorn;

beforeAll(async () => {
  posthorn = await startPosthorn();
});
afterAll(() => posthorn[Symbol.asyncDispose]());

type Data = { readonly number: number; readonly amount: number; readonly tags: readonly string[] };

const eventCount = 10_000;
const batchSize = 500;

function dataOf(number: number): Data {
  return { number, amount: (number * 7919) % 1_000, tags: number % 3 === 0 ? ['three'] : [] };
}

/** Each with what it should take, said in another language than the filter's. */
const narrowed = [
  { path: '/large', filter: { 'data.amount': { $gte: 400 } }, takes: ({ amount }: Data) => amount >= 400 },
  {
    path: '/tagged',
    filter: { $or: [{ 'data.tags': 'three' }, { 'data.number': { $in: [1, 2] } }] },
    takes: ({ number, tags }: Data) => tags.includes('three') || number === 1 || number === 2,
  },
  {
    path: '/neither',
    filter: { $nor: [{ 'data.tags': { $size: 1 } }, { 'data.amount': { $lt: 900 } }] },
    takes: ({ amount, tags }: Data) => tags.length !== 1 && amount >= 900,
  },
];

test('DLV-01: of 10,000 events each of three webhooks gets exactly those that its filter takes, though every 20th answer is a 500', async () => {
  const delivered = new Map<string, Set<number>>(narrowed.map(({ path }) => [path, new Set()]));
  let answers = 0;
  await using receiver = await startReceiver(({ url, body }) => {
    if (++answers % 20 === 0) return { status: 500 };
    delivered.get(url)!.add(numberIn(body));
    return {};
  });
  const retrySchedule = Array.from({ length: 30 }, () => 1);
  for (const { path, filter } of narrowed)
    await createWebhook(posthorn, `${receiver.url}${path}`, {
      eventTypes: ['order.paid'],
      filter,
      retrySchedule,
    });

  const owed = new Map<string, Set<number>>(narrowed.map(({ path }) => [path, new Set()]));
  let promised = 0;
  for (let first = 0; first < eventCount; first += batchSize) {
    const all = Array.from({ length: batchSize }, (_, index) => dataOf(first + index));
    for (const { path, takes } of narrowed)
      for (const data of all.filter(takes)) owed.get(path)!.add(data.number);
    const body = all.map((data) => ({ type: 'order.paid', data }));
    const answer = await posthorn.api<{ events: { deliveries: number }[] }>('/events/batch', {
      method: 'POST',
      body,
    });
    expect(answer.status).toBe(202);
    promised += answer.body.events.reduce((sum, { deliveries }) => sum + deliveries, 0);
  }

  expect(promised).toBe([...owed.values()].reduce((sum, { size }) => sum + size, 0));
  await eventually(
    'every delivery',
    async () => ((await scheduledCount()) === 0 ? true : undefined),
    300_000,
  );
  expect(delivered).toEqual(owed);
});

test('DLV-14: what a filter takes is decided when an event is published, whatever the filter is when it is delivered', async () => {
  await using receiver = await startReceiver();
  const webhook = await createWebhook(posthorn, receiver.url, {
    eventTypes: ['page.moved'],
    state: 'paused',
    filter: { 'data.space': 'old' },
  });
  const taken = await publish(posthorn, 'page.moved', { space: 'old', number: 1 });
  const left = await publish(posthorn, 'page.moved', { space: 'new', number: 2 });
  await changeWebhook(posthorn, webhook.id, { filter: { 'data.space': 'new' } });
  await changeWebhook(posthorn, webhook.id, { state: 'active' });
  const late = await publish(posthorn, 'page.moved', { space: 'new', number: 3 });
  const lateLeft = await publish(posthorn, 'page.moved', { space: 'old', number: 4 });

  await delivery(posthorn, taken.id, isDelivered);
  await delivery(posthorn, late.id, isDelivered);

  expect([taken, left, late, lateLeft].map(({ deliveries }) => deliveries)).toEqual([1, 0, 1, 0]);
  expect(new Set(receiver.requests.map((request) => numberIn(request.body)))).toEqual(new Set([1, 3]));
  const { body } = await posthorn.api<{ routing: { webhooks: { webhookId: string }[] } }>(
    `/events/${left.id}`,
  );
  const decision = body.routing.webhooks.find(({ webhookId }) => webhookId === webhook.id);
  expect(decision).toMatchObject({ owed: false, reason: 'filter', state: null });
});

test('INP-05: numbers that no double holds reach the receiver as they were published, and the filter decides by its rule', async () => {
  await using receiver = await startReceiver();
  await createWebhook(posthorn, receiver.url, {
    eventTypes: ['number.seen'],
    filter: { 'data.huge': { $gt: 1e15 }, 'data.zero': 0, 'data.long': { $gt: Number.MAX_SAFE_INTEGER } },
  });
  const data = '{"huge":1e400,"zero":-0,"long":12345678901234567890,"near":0.1000000000000000055}';
  const body = `{"type":"number.seen","data":${data}}`;

  const { body: accepted } = await posthorn.api('/events', { method: 'POST', body });
  const [request] = await receiver.waitFor(1);

  expect(accepted['deliveries']).toBe(1);
  expect(request!.body.toString()).toContain(`"data":${data}}`);
});

function numberIn(body: Buffer): number {
  return (JSON.parse(body.toString()) as { data: Data }).data.number;
}

async function scheduledCount(): Promise<number> {
  const { body } = await posthorn.api<{ data: unknown[] }>('/deliveries?state=scheduled&limit=1');
  return body.data.length;
}
