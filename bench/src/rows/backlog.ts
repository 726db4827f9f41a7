// A server that starts with a million deliveries waiting: how soon it delivers, how much memory it takes, and whether
// publishing notices.
//
// The receivers of what waits take a second each, so that the backlog is still there while publishes are measured; what is
// published meanwhile goes to another receiver.

import { setTimeout as sleep } from 'node:timers/promises';
import { minuteMs } from '../../../server/src/domain/clock.ts';
import { peakMiB } from '../../../server/test/process/peak-memory.ts';
import {
  launchPosthorn,
  startPosthorn,
  type Posthorn,
  type StartOptions,
} from '../../../server/test/process/posthorn.ts';
import { filledServer } from '../filled.ts';
import { spreadOf, type Spread } from '../numbers.ts';
import { createWebhooks } from '../pipeline.ts';
import { hundredths, milliseconds, roundsOf, table, whole } from '../report.ts';
import type { Bench, Row } from '../row.ts';
import { publishSteadily, startSteadyLoad, type SteadyLoad } from '../steady.ts';

const fanOut = 10;
const webhooks = 100;
const ratePerSecond = 200;
const slowMs = 1_000;
const starts = 3;
const [ofBacklog, ofPublishes] = [0, 1];

export const backlog: Row = {
  name: 'backlog',
  title: 'A backlog at the start',
  async measure(bench) {
    const { extent, say, databases } = bench;
    await using stack = new AsyncDisposableStack();
    const load = stack.use(await startSteadyLoad([slowMs, 0]));
    const events = extent.backlog / fanOut;
    // Recent enough that nothing has grown too old.
    const history = { events, fanOut, spanMs: 30 * minuteMs, kind: 'waits', webhooks } as const;
    const filled = await filledServer(bench, stack, load.urls[ofBacklog]!, history);
    const firstMs: number[] = [];
    const residentMiB: number[] = [];
    for (let start = 1; start < starts; start++) {
      say(`backlog: start ${start} of ${starts}`);
      await using posthorn = await launchPosthorn(filled);
      firstMs.push(await untilFirst(load, posthorn));
      await posthorn.ready();
      await sleep(extent.steadyMs / 2);
      residentMiB.push(peakMiB(posthorn.pid));
      await posthorn.stop();
    }
    const posthorn = stack.use(await launchPosthorn(filled));
    firstMs.push(await untilFirst(load, posthorn));
    await posthorn.ready();
    const empty = stack.use(
      await startPosthorn({ env: { POSTHORN_LOG_LEVEL: 'error', ...(await databases.settings()) } }),
    );
    const published = await comparePublishes(bench, load, posthorn, empty);
    residentMiB.push(peakMiB(posthorn.pid));
    await posthorn.stop();
    say('backlog: a start that saves memory');
    const savingMiB = await peakOfSaving(load, filled, extent.steadyMs);
    return {
      kind: 'measured',
      lines: [
        `- ${extent.backlog.toLocaleString('en')} deliveries of 1 KB wait, for ${webhooks} webhooks; publishes at ${ratePerSecond}/s. ${starts} starts; ${roundsOf({ ...extent, roundMs: extent.steadyMs })}`,
        '',
        ...table(
          ['what', 'with the backlog', 'empty', 'ratio'],
          [
            ['start of the process → first delivery', `${whole(spreadOf(firstMs))} ms`, '–', '–'],
            [
              'most memory resident',
              `${whole(spreadOf(residentMiB))} MiB`,
              `${Math.round(peakMiB(empty.pid))} MiB`,
              '–',
            ],
            ['the same with `SAVE_MEMORY`', `${Math.round(savingMiB)} MiB`, '–', '–'],
            [
              'publish → 202, p99',
              milliseconds(published.withBacklog),
              milliseconds(published.empty),
              hundredths(published.ratio),
            ],
          ],
        ),
      ],
    };
  },
};

/** From now, which is the start of a process, to the next request for what waited. */
async function untilFirst({ program }: SteadyLoad, posthorn: Posthorn): Promise<number> {
  const startedAt = performance.now();
  const arrived = async () => (await program.ask({ kind: 'arrivals', receiver: ofBacklog })).arrivals.count;
  const before = await arrived();
  while ((await arrived()) === before) {
    if (posthorn.exit !== undefined) throw new Error(`the server ended: ${posthorn.logs()}`);
    await sleep(5);
  }
  return performance.now() - startedAt;
}

/** The most that was resident, with publishes beside what waits. */
async function peakOfSaving(load: SteadyLoad, filled: StartOptions, durationMs: number): Promise<number> {
  const env = { ...filled.env, POSTHORN_SAVE_MEMORY: 'true' };
  await using posthorn = await launchPosthorn({ ...filled, env });
  await posthorn.ready();
  await publishSteadily(load, posthorn, { ratePerSecond, receivers: [ofPublishes], durationMs });
  const peak = peakMiB(posthorn.pid);
  await posthorn.stop();
  return peak;
}

async function comparePublishes(
  { extent, say }: Bench,
  load: SteadyLoad,
  full: Posthorn,
  empty: Posthorn,
): Promise<{ withBacklog: Spread; empty: Spread; ratio: Spread }> {
  const order = { ratePerSecond, receivers: [ofPublishes] };
  const p99 = { full: [] as number[], empty: [] as number[] };
  for (const server of [full, empty]) {
    await createWebhooks(server, load.urls[ofPublishes]!, 1);
    await publishSteadily(load, server, { ...order, durationMs: 2_000 });
  }
  for (let round = 1; round <= extent.rounds; round++) {
    say(`backlog, publishes: round ${round} of ${extent.rounds}`);
    const durationMs = extent.steadyMs;
    p99.empty.push((await publishSteadily(load, empty, { ...order, durationMs })).ackMsP99);
    p99.full.push((await publishSteadily(load, full, { ...order, durationMs })).ackMsP99);
  }
  return {
    withBacklog: spreadOf(p99.full),
    empty: spreadOf(p99.empty),
    ratio: spreadOf(p99.full.map((ms, round) => ms / p99.empty[round]!)),
  };
}
