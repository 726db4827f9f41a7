// `npm run bench:cost`: what a delivered 1 KB event costs: processor time, bytes written ahead, bytes that stay.
//
//   --postgres URL  on PostgreSQL instead of SQLite: a server of this machine whose user is a superuser

import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { onPostgres, onSqlite } from './databases.ts';
import { describeMachine } from './machine.ts';
import { spreadOf } from './numbers.ts';
import { startPipeline, type Pipeline } from './pipeline.ts';
import { processorUs, processorUsOf } from './processor-time.ts';
import { startReceiver } from './receiver.ts';

const rounds = 5;
const roundMs = 3_000;
const connections = 64;
/** Longer than a checkpoint that is under way needs. */
const settleMs = 2_000;

const { values: given } = parseArgs({ options: { postgres: { type: 'string' } } });
const databases = given.postgres === undefined ? onSqlite : onPostgres(given.postgres);
const machine = describeMachine();
await using receiver = await startReceiver();
const lines = [
  `- ${machine.cpu}, ${machine.memory}, Node ${machine.node}, commit ${machine.commit}, ${machine.disk}, load before ${machine.load}`,
  `- ${await databases.durability()}; ${rounds} rounds of ${roundMs / 1_000} s, medians`,
  '',
  '| per delivery | Posthorn | database | written ahead | stored |',
  '|---|---|---|---|---|',
];
for (const [name, fanOut] of [
  ['1 publish → 1 delivery', 1],
  ['1 publish → 10 deliveries', 10],
] as const) {
  lines.push(await measure(name, fanOut));
}
console.log(lines.join('\n'));
process.exit();

type Used = {
  readonly posthornUs: number;
  readonly databaseUs: number;
  readonly aheadBytes: number;
  readonly storedBytes: number;
};

async function measure(name: string, fanOut: number): Promise<string> {
  const settings = await databases.settings();
  await using pipeline = await startPipeline({ batch: 1, fanOut }, receiver.url, settings);
  await pipeline.round(roundMs, connections);
  const perDelivery: Used[] = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${name}: round ${round} of ${rounds}\n`);
    await sleep(settleMs);
    const before = await used(pipeline, settings);
    const startedAt = performance.now();
    const { deliveriesPerSecond } = await pipeline.round(roundMs, connections);
    const deliveries = (deliveriesPerSecond * (performance.now() - startedAt)) / 1_000;
    await sleep(settleMs);
    const after = await used(pipeline, settings);
    const share = (member: keyof Used) => (after[member] - before[member]) / deliveries;
    perDelivery.push({
      posthornUs: share('posthornUs'),
      databaseUs: share('databaseUs'),
      aheadBytes: share('aheadBytes'),
      storedBytes: share('storedBytes'),
    });
  }
  const median = (member: keyof Used) => Math.round(spreadOf(perDelivery.map((each) => each[member])).median);
  const database = given.postgres === undefined ? 'in Posthorn' : `${median('databaseUs')} µs`;
  const ahead = given.postgres === undefined ? '–' : `${median('aheadBytes')} bytes`;
  return `| ${name} | ${median('posthornUs')} µs | ${database} | ${ahead} | ${median('storedBytes')} bytes |`;
}

async function used({ posthorn }: Pipeline, settings: Readonly<Record<string, string>>): Promise<Used> {
  const posthornUs = processorUs(posthorn.pid);
  const url = settings['POSTHORN_DATABASE_URL'];
  if (url === undefined) {
    const { size } = statSync(`${posthorn.dataDir}/posthorn.db`);
    return { posthornUs, databaseUs: 0, aheadBytes: 0, storedBytes: size };
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ ahead: string; stored: string }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS ahead, pg_database_size(current_database()) AS stored`,
  );
  await client.end();
  return {
    posthornUs,
    databaseUs: processorUsOf('postgres'),
    aheadBytes: Number(rows[0]!.ahead),
    storedBytes: Number(rows[0]!.stored),
  };
}
