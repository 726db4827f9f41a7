// What a delivered 1 KB event costs: processor time, bytes written ahead, bytes that stay.

import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { connections } from '../cases.ts';
import { spreadOf, type Spread } from '../numbers.ts';
import { startPipeline, type Pipeline } from '../pipeline.ts';
import { processorUs, processorUsOf } from '../processor-time.ts';
import { startReceiver } from '../receiver.ts';
import { roundsOf, table, whole } from '../report.ts';
import type { Bench, Row } from '../row.ts';

/** Longer than a checkpoint that is under way needs. */
const settleMs = 2_000;

export const cost: Row = {
  name: 'cost',
  title: 'What a delivered event of 1 KB costs',
  async measure(bench) {
    await using receiver = await startReceiver();
    const rows = [
      await measureFanOut('1 publish → 1 delivery', 1, receiver.url, bench),
      await measureFanOut('1 publish → 10 deliveries', 10, receiver.url, bench),
    ];
    const head = ['a delivery', 'Posthorn, µs', 'database, µs', 'written ahead, bytes', 'stored, bytes'];
    return { kind: 'measured', lines: [`- ${roundsOf(bench.extent)}`, '', ...table(head, rows)] };
  },
};

type Used = {
  readonly posthornUs: number;
  /** Null where the database is in Posthorn. */
  readonly databaseUs: number | null;
  readonly aheadBytes: number | null;
  readonly storedBytes: number;
};

async function measureFanOut(
  name: string,
  fanOut: number,
  receiverUrl: string,
  { databases, extent, say }: Bench,
): Promise<string[]> {
  const settings = await databases.settings();
  await using pipeline = await startPipeline({ batch: 1, fanOut }, receiverUrl, settings);
  await pipeline.round(extent.roundMs, connections);
  const spent: { readonly before: Used; readonly after: Used; readonly deliveries: number }[] = [];
  for (let round = 1; round <= extent.rounds; round++) {
    say(`cost, ${name}: round ${round} of ${extent.rounds}`);
    await sleep(settleMs);
    const before = await used(pipeline, settings);
    const startedAt = performance.now();
    const { deliveriesPerSecond } = await pipeline.round(extent.roundMs, connections);
    const deliveries = (deliveriesPerSecond * (performance.now() - startedAt)) / 1_000;
    await sleep(settleMs);
    spent.push({ before, after: await used(pipeline, settings), deliveries });
  }
  const share = (member: keyof Used): Spread | null => {
    if (spent.some(({ before }) => before[member] === null)) return null;
    return spreadOf(
      spent.map(({ before, after, deliveries }) => (after[member]! - before[member]!) / deliveries),
    );
  };
  const members = ['posthornUs', 'databaseUs', 'aheadBytes', 'storedBytes'] as const;
  return [name, ...members.map(share).map((spread) => (spread === null ? '–' : whole(spread)))];
}

async function used({ posthorn }: Pipeline, settings: Readonly<Record<string, string>>): Promise<Used> {
  const posthornUs = processorUs(posthorn.pid);
  const url = settings['POSTHORN_DATABASE_URL'];
  if (url === undefined) {
    const { size } = statSync(`${posthorn.dataDir}/posthorn.db`);
    return { posthornUs, databaseUs: null, aheadBytes: null, storedBytes: size };
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
