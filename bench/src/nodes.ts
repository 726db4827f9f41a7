// `npm run bench:nodes -- --postgres URL`: how deliveries a second grow with the nodes, where receivers take 100 ms, so that
// not the processors of this machine but the requests that a node has in flight are the limit.

import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { onPostgres } from './databases.ts';
import { describeMachine } from './machine.ts';
import { spreadOf } from './numbers.ts';
import { createWebhooks } from './pipeline.ts';

const { values: given } = parseArgs({ options: { postgres: { type: 'string' } } });
if (given.postgres === undefined) throw new Error('name a PostgreSQL server: --postgres URL');

const receiverMs = 100;
const perNode = 32;
const webhooks = 128;
const rounds = 5;
const roundMs = 2_000;
const counts = [1, 2, 4];

const databases = onPostgres(given.postgres);
const machine = describeMachine();
let received = 0;
const receiver = createServer((request, response) => {
  request.resume();
  received++;
  setTimeout(() => response.end('ok'), receiverMs);
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

const lines = [
  `- ${machine.cpu}, ${machine.memory}, Node ${machine.node}, commit ${machine.commit}, load before ${machine.load}`,
  `- ${await databases.durability()}; receivers take ${receiverMs} ms, ${perNode} requests in flight a node, ${webhooks} webhooks, ${rounds} rounds of ${roundMs / 1_000} s`,
  '',
  '| nodes | deliveries/s | to one node |',
  '|---|---|---|',
];
let ofOne = Number.NaN;
for (const count of counts) {
  const { median, min, max } = await measure(count);
  if (count === 1) ofOne = median;
  const range = `${Math.round(median)} (${Math.round(min)}–${Math.round(max)})`;
  lines.push(`| ${count} | ${range} | ${(median / ofOne).toFixed(2)} |`);
}
console.log(lines.join('\n'));
process.exit();

/** Each with a database of its own, and more to deliver than it can in the time. */
async function measure(count: number) {
  await using made = new AsyncDisposableStack();
  const settings = {
    ...(await databases.settings()),
    POSTHORN_LOG_LEVEL: 'warn',
    POSTHORN_DELIVERY_CONCURRENCY: String(perNode),
  };
  const nodes: Posthorn[] = [];
  for (let node = 1; node <= count; node++) {
    process.stderr.write(`${count} nodes: starting number ${node}\n`);
    nodes.push(made.use(await startPosthorn({ env: { ...settings, POSTHORN_NODE_NAME: `node-${node}` } })));
  }
  await createWebhooks(nodes[0]!, url, webhooks);
  await untilShared(nodes[0]!, count);
  const seconds = (rounds + 3) * (roundMs / 1_000);
  const events = Math.ceil((count * perNode * seconds * 1_000) / receiverMs / webhooks) * 2;
  await publish(nodes[0]!, events);
  await sleep(roundMs);
  const rates: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${count} nodes: round ${round} of ${rounds}\n`);
    const before = received;
    const startedAt = performance.now();
    await sleep(roundMs);
    rates.push(((received - before) * 1_000) / (performance.now() - startedAt));
  }
  return spreadOf(rates);
}

/** Until every node has a share. */
async function untilShared({ api }: Posthorn, count: number): Promise<void> {
  for (let tried = 0; tried < 600; tried++) {
    const { body } = await api<{ data: { shards: readonly number[] }[] }>('/nodes');
    const owners = body.data.filter(({ shards }) => shards.length > 0);
    const fewest = Math.min(...owners.map(({ shards }) => shards.length));
    if (owners.length === count && fewest >= Math.floor(64 / count)) return;
    await sleep(100);
  }
  throw new Error('the nodes did not share');
}

async function publish({ api }: Posthorn, events: number): Promise<void> {
  const batch = Array.from({ length: Math.min(events, 100) }, () => ({
    type: 'bench.event',
    data: { n: 1 },
  }));
  for (let published = 0; published < events; published += batch.length) {
    const { status } = await api('/events/batch', { method: 'POST', body: batch });
    if (status !== 202) throw new Error(`not accepted: ${status}`);
  }
}
