// This working tree against another checkout of Posthorn, in alternating rounds.
//
// Rates drift with whatever else the machine does, the processor time of a delivery hardly does. Both are told, the time
// by thread: the main one, Node's others, and what V8 and libuv run beside them; and of the database where it has processes.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildServer } from '../../scripts/build-server.ts';
import { connections } from './cases.ts';
import type { Databases } from './databases.ts';
import { spreadOf } from './numbers.ts';
import type { Pipeline, PipelineCase, startPipeline } from './pipeline.ts';
import { processorUsOf } from './processor-time.ts';

type Measured = {
  readonly perSecond: number;
  /** Microseconds of processor time for a delivery. */
  readonly main: number;
  readonly workers: number;
  readonly beside: number;
  readonly database: number;
};

/** The other checkout must have its packages installed. Answers a line for each of the two. */
export async function compareWith(
  directory: string,
  each: PipelineCase,
  receiverUrl: string,
  extent: { readonly rounds: number; readonly roundMs: number },
  databases: Databases,
): Promise<readonly string[]> {
  await using before = await startFrom(resolve(directory), each, receiverUrl, databases);
  await using now = await startFrom(resolve(import.meta.dirname, '../..'), each, receiverUrl, databases);
  const rounds = { before: [] as Measured[], now: [] as Measured[] };
  for (const pipeline of [before, now]) await pipeline.round(extent.roundMs, connections);
  for (let round = 0; round < extent.rounds; round++) {
    rounds.before.push(await measure(before, extent.roundMs));
    rounds.now.push(await measure(now, extent.roundMs));
  }
  return Object.entries(rounds).map(([tree, measured]) => `${tree.padEnd(8)}${lineOf(measured)}`);
}

async function startFrom(
  tree: string,
  each: PipelineCase,
  receiverUrl: string,
  databases: Databases,
): Promise<Pipeline> {
  const theirs = (await import(join(tree, 'bench/src/pipeline.ts'))) as {
    startPipeline: typeof startPipeline;
  };
  const settings = await databases.settings();
  return theirs.startPipeline(each, receiverUrl, settings, {
    entry: join(await buildServer(tree), 'main.js'),
  });
}

async function measure(pipeline: Pipeline, roundMs: number): Promise<Measured> {
  const { pid } = pipeline.posthorn;
  const from = processorTime(pid);
  const fromDatabaseUs = processorUsOf('postgres');
  const startedAt = performance.now();
  const { deliveriesPerSecond: perSecond } = await pipeline.round(roundMs, connections);
  const deliveries = (perSecond * (performance.now() - startedAt)) / 1_000;
  const to = processorTime(pid);
  const database = (processorUsOf('postgres') - fromDatabaseUs) / deliveries;
  const used = (thread: keyof typeof to) => ((to[thread] - from[thread]) * 1e6) / deliveries;
  return { perSecond, main: used('main'), workers: used('workers'), beside: used('beside'), database };
}

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100;

/** Seconds, by kind of thread (proc(5), `/proc/PID/task/TID/stat`). */
function processorTime(pid: number): Record<'main' | 'workers' | 'beside', number> {
  const seconds = { main: 0, workers: 0, beside: 0 };
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const kind = task === String(pid) ? 'main' : name.startsWith('WorkerThread') ? 'workers' : 'beside';
    seconds[kind] += (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }
  return seconds;
}

function lineOf(measured: readonly Measured[]): string {
  const text = (of: (each: Measured) => number) => {
    const { median, min, max } = spreadOf(measured.map(of));
    return `${Math.round(median)} (${Math.round(min)}–${Math.round(max)})`;
  };
  return [
    `${text((each) => each.perSecond)}/s`,
    `µs a delivery: main ${text((each) => each.main)}`,
    `workers ${text((each) => each.workers)}`,
    `beside ${text((each) => each.beside)}`,
    ...(measured.some(({ database }) => database > 0) ? [`database ${text((each) => each.database)}`] : []),
  ].join(', ');
}
