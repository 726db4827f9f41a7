// The crash rounds: under load, the server is killed at drawn moments and started again; then both sides are compared.
//
// publisher ──▶ server (dies and comes back) ──▶ receivers
//     └───────────────▶ ledger ◀──────────────────┘   in this process, which survives every kill

import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/domain/random.ts';
import { freePort } from '../process/free-port.ts';
import { launchPosthorn, type Posthorn, type StartOptions } from '../process/posthorn.ts';
import { seededRandom } from '../test-clock.ts';
import { check, type Verdict } from './check.ts';
import { Ledger } from './ledger.ts';
import { startPublisher } from './publisher.ts';
import { startReceivers, subscribers, type Receivers, type Subscriber } from './receivers.ts';
import { isQuiet, readDeliveries } from './recorded.ts';

export type RoundsOptions = {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
};

const retryWaits = ['1s', '1s', '1s', '1s'];
const inFlightMax = 10;
const quietWithinMs = 120_000;
const environment = {
  POSTHORN_RETRY_SCHEDULE: retryWaits.join(','),
  POSTHORN_LOG_LEVEL: 'warn',
};

/** Runs the rounds; on problems, ledger, database and log stay where the last line says. */
export async function runRounds({ seed, rounds, say }: RoundsOptions): Promise<Verdict> {
  say(`SEED=${seed} COMMIT=${commit()}`);
  const directory = await mkdtemp(join(tmpdir(), `posthorn-crash-${seed}-`));
  const ledger = new Ledger(join(directory, 'ledger.jsonl'));
  const [chance, publishing, answering] = [
    seededRandom(seed),
    seededRandom(seed + 1),
    seededRandom(seed + 2),
  ];
  await using receivers = await startReceivers(ledger, answering);
  const server = { dataDir: directory, port: await freePort(), env: environment };

  let posthorn = await begin(server, ledger);
  const byId = await createWebhooks(posthorn, receivers);
  const publisher = startPublisher(ledger, publishing, { ...posthorn, connections: 8, pauseMs: 25 });
  for (let round = 1; round <= rounds; round++) {
    await runUntilEnd(posthorn, ledger, chance);
    posthorn = await begin(server, ledger);
    ledger.flush();
    if (round % 10 === 0) say(`${round} of ${rounds} rounds: ${progress(ledger)}`);
  }

  await posthorn.ready();
  await publisher.finish();
  await quiet(posthorn);
  const deliveries = await readDeliveries(posthorn);
  await end(posthorn, ledger, 'stopped');
  const verdict = check({
    ledger,
    deliveries,
    subscribers: byId,
    attemptsMax: retryWaits.length + 1,
    inFlightMax,
  });
  ledger.flush();
  say(summary(verdict, ledger));
  if (verdict.problems.length === 0) await rm(directory, { recursive: true });
  else say(`${verdict.problems.length} problems; ledger, database and log are in ${directory}`);
  return verdict;
}

async function begin(server: StartOptions, ledger: Ledger): Promise<Posthorn> {
  // What the last life sent is in the ledger before the next one begins: the event loop had a turn for it.
  await sleep(20);
  ledger.beginLife();
  return launchPosthorn(server);
}

/** Lets a life run for a drawn time and ends it: mostly killed at work, sometimes while it starts, sometimes stopped. */
async function runUntilEnd(posthorn: Posthorn, ledger: Ledger, chance: Random): Promise<void> {
  const fate = chance.fraction();
  const part = chance.fraction();
  if (fate < 0.15) {
    await sleep(600 * part);
    return end(posthorn, ledger, 'killed');
  }
  await posthorn.ready();
  await sleep(50 + 750 * part);
  return end(posthorn, ledger, fate < 0.9 ? 'killed' : 'stopped');
}

async function end(posthorn: Posthorn, ledger: Ledger, how: 'killed' | 'stopped'): Promise<void> {
  if (posthorn.exit !== undefined) ledger.problem(`the server ended by itself: ${posthorn.logs()}`);
  const exit = how === 'killed' ? await posthorn.kill9() : await posthorn.stop();
  if (how === 'stopped' && exit.code !== 0)
    ledger.problem(`the server stopped with ${JSON.stringify(exit)}: ${posthorn.logs()}`);
  ledger.endLife(how);
  appendFileSync(join(posthorn.dataDir, 'server.log'), posthorn.logs());
}

async function createWebhooks(posthorn: Posthorn, receivers: Receivers): Promise<Map<string, Subscriber>> {
  await posthorn.ready();
  const byId = new Map<string, Subscriber>();
  for (const subscriber of subscribers) {
    const { name, dialect, eventTypes, timeoutMs } = subscriber;
    const body = {
      name,
      dialect,
      eventTypes,
      url: receivers.urlOf(subscriber),
      ...(timeoutMs && { timeoutMs }),
    };
    const created = await posthorn.api<{ id: string }>('/webhooks', { method: 'POST', body });
    if (created.status !== 201) throw new Error(`no webhook ${name}: ${JSON.stringify(created.body)}`);
    byId.set(created.body.id, subscriber);
  }
  return byId;
}

async function quiet(posthorn: Posthorn): Promise<void> {
  const giveUpAt = Date.now() + quietWithinMs;
  while (!(await isQuiet(posthorn))) {
    if (Date.now() > giveUpAt) throw new Error('deliveries were still waiting long after the last round');
    await sleep(100);
  }
}

function progress({ intents, seen }: Ledger): string {
  return `${intents.size} events, ${seen.length} requests`;
}

function summary(verdict: Verdict, ledger: Ledger): string {
  const { delivered, exhausted, unrecorded, duplicates } = verdict;
  return `${progress(ledger)}, ${delivered} delivered, ${exhausted} exhausted, ${unrecorded} in flight at kills, ${duplicates} duplicates`;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'unknown';
  }
}
