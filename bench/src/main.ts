// `npm run bench`: how close the whole pipeline comes to a loop that does nothing but sign and post.
//
//   --quick   fewer and shorter rounds, for a first look
//   --write   puts the results into bench/README.md
//   --postgres URL  on PostgreSQL instead of SQLite: a server whose user may create databases
//   --against DIRECTORY  no results: this working tree against another checkout, with the processor time of a delivery
//   --case N  of --against and --profile: only this one, from 0
//   --profile no results: leaves CPU profiles of the server's threads, for a profile viewer

import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cases, connections, latencyRates } from './cases.ts';
import { compareWith } from './compare.ts';
import { onPostgres, onSqlite } from './databases.ts';
import type { Latency, LatencyAnswer, LatencyOrder } from './latency.ts';
import { describeMachine } from './machine.ts';
import { spreadOf } from './numbers.ts';
import { createWebhooks, startPipeline, type PipelineCase } from './pipeline.ts';
import { startPosthorn } from '../../server/test/process/posthorn.ts';
import { startProgram, type Program } from './program.ts';
import type { RawLoopAnswer, RawLoopOrder } from './raw-loop.ts';
import { startReceiver } from './receiver.ts';
import { report, type CaseResult, type MeasuredLatency } from './report.ts';

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    postgres: { type: 'string' },
    profile: { type: 'boolean', default: false },
    against: { type: 'string' },
    case: { type: 'string' },
  },
});
const extent = given.quick
  ? { rounds: 3, roundMs: 1_000, latencyMs: 3_000 }
  : { rounds: 7, roundMs: 3_000, latencyMs: 20_000 };

const databases = given.postgres === undefined ? onSqlite : onPostgres(given.postgres);
const machine = describeMachine();
const receiver = await startReceiver();
const rawLoop: Program<RawLoopOrder, RawLoopAnswer> = await startProgram('raw-loop.ts');
const { url } = receiver;
if (given.against !== undefined) {
  for (const each of chosenCases()) {
    console.log(each.name);
    for (const line of await compareWith(given.against, each, url, extent)) console.log(`  ${line}`);
  }
  await receiver[Symbol.asyncDispose]();
  process.exit();
}
if (given.profile) {
  await profile(chosenCases()[0]!);
  await receiver[Symbol.asyncDispose]();
  process.exit();
}
const raw: number[] = [];
const results: CaseResult[] = [];
for (const each of cases) results.push(await measure(each));
const latencies: MeasuredLatency[] = [];
for (const rate of latencyRates) latencies.push(await measureLatency(rate));
await receiver[Symbol.asyncDispose]();
rawLoop[Symbol.dispose]();
say('');

const text = report({
  machine,
  durability: await databases.durability(),
  receiver: receiver.what,
  rounds: extent.rounds,
  roundMs: extent.roundMs,
  raw: spreadOf(raw),
  cases: results,
  latencies,
});
console.log(text);
if (given.write) await writeResults(text);

/** Rounds of a case, each beside a round of the raw loop, so that both see the same machine. */
async function measure(each: PipelineCase): Promise<CaseResult> {
  await using pipeline = await startPipeline(each, url, await databases.settings());
  await pipeline.round(extent.roundMs, connections);
  const rates: number[] = [];
  const ratios: number[] = [];
  const publishes: number[] = [];
  for (let round = 1; round <= extent.rounds; round++) {
    say(`${each.name}: round ${round} of ${extent.rounds}`);
    const { perSecond } = await rawLoop.ask({ url, connections, durationMs: extent.roundMs });
    const measured = await pipeline.round(extent.roundMs, connections);
    if (measured.refused > 0) throw new Error(`${measured.refused} publishes were refused`);
    raw.push(perSecond);
    rates.push(measured.deliveriesPerSecond);
    ratios.push(measured.deliveriesPerSecond / perSecond);
    publishes.push(measured.publishesPerSecond);
  }
  return { name: each.name, rate: spreadOf(rates), ratio: spreadOf(ratios), publishes: spreadOf(publishes) };
}

function chosenCases(): readonly PipelineCase[] {
  return given.case === undefined ? cases : [cases[Number(given.case)]!];
}

async function profile(each: PipelineCase): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-profile-'));
  await using pipeline = await startPipeline(each, url, await databases.settings(), [
    '--cpu-prof',
    `--cpu-prof-dir=${directory}`,
  ]);
  await pipeline.round(extent.roundMs, connections);
  const { deliveriesPerSecond } = await pipeline.round(2 * extent.roundMs, connections);
  await pipeline.posthorn.stop();
  console.log(`${each.name}: ${Math.round(deliveriesPerSecond)}/s; the profiles are in ${directory}`);
}

async function measureLatency(ratePerSecond: number): Promise<MeasuredLatency> {
  say(`latency at ${ratePerSecond}/s`);
  using load: Program<LatencyOrder, LatencyAnswer> = await startProgram('latency.ts');
  await using posthorn = await startPosthorn({
    env: { POSTHORN_LOG_LEVEL: 'warn', ...(await databases.settings()) },
  });
  await createWebhooks(posthorn, (await load.ask({ kind: 'listen' })).url, 1);
  const order = { kind: 'publish', url: posthorn.url, token: posthorn.token, ratePerSecond } as const;
  await load.ask({ ...order, durationMs: 1_000 });
  const measured = (await load.ask({ ...order, durationMs: extent.latencyMs })) as Latency & LatencyAnswer;
  return { ...measured, ratePerSecond };
}

async function writeResults(markdown: string): Promise<void> {
  const file = resolve(import.meta.dirname, '../README.md');
  const before = await readFile(file, 'utf8');
  const marks = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/;
  if (!marks.test(before)) throw new Error(`${file} has no place for results`);
  await writeFile(
    file,
    before.replace(marks, (_, start: string, end: string) => `${start}\n${markdown}\n\n${end}`),
  );
}

/** One line that each next one replaces on a terminal. */
function say(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
}
