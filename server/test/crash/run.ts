// A run under load: a publisher, a server that may die and come back, receivers, and a ledger that sees both ends.
//
// publisher ──▶ server ──▶ receivers
//     └───────▶ ledger ◀──────┘        in this process, which survives whatever happens to the server

import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/domain/random.ts';
import { freePort } from '../process/free-port.ts';
import { launchPosthorn, type Posthorn } from '../process/posthorn.ts';
import { seededRandom } from '../test-clock.ts';
import { check, type Verdict } from './check.ts';
import { Ledger } from './ledger.ts';
import { startPublisher } from './publisher.ts';
import { startReceivers, subscribers, type Receivers, type Subscriber } from './receivers.ts';
import { isQuiet, readDeliveries } from './recorded.ts';

export type RunOptions = {
  /** Draws payloads, answers and moments; what runs at once still meets as it likes. */
  readonly seed: number;
  readonly eventsPerSecond: number;
  /** Settings of a server whose data is elsewhere than in a SQLite file. */
  readonly database?: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
};

export interface Run {
  readonly ledger: Ledger;
  readonly chance: Random;
  /** The server's present process. */
  readonly posthorn: Posthorn;
  /** Ends the present process and starts the next one; does not wait until that is ready. */
  restart(how: 'killed' | 'stopped'): Promise<void>;
}

const retryWaits = ['1s', '1s', '1s', '1s'];
const inFlightMax = 10;
const connections = 8;
const quietWithinMs = 180_000;

/** Runs `trouble` under load, then lets all deliveries end and compares. On problems the traces stay, and are named. */
export async function runUnderLoad(
  { seed, eventsPerSecond, database, say }: RunOptions,
  trouble: (run: Run) => Promise<void>,
): Promise<Verdict> {
  say(`SEED=${seed} COMMIT=${commit()}`);
  const directory = await mkdtemp(join(tmpdir(), `posthorn-crash-${seed}-`));
  const ledger = new Ledger(join(directory, 'ledger.jsonl'));
  await using receivers = await startReceivers(ledger, seededRandom(seed));
  const server = {
    dataDir: directory,
    port: await freePort(),
    env: {
      POSTHORN_RETRY_SCHEDULE: retryWaits.join(','),
      POSTHORN_LOG_LEVEL: 'warn',
      POSTHORN_METRICS: 'public',
      ...database,
    },
  };
  let posthorn = await begin();

  async function begin(): Promise<Posthorn> {
    // The event loop gets a turn for what the last life sent, so that it is in the ledger before the next one begins.
    await sleep(20);
    ledger.beginLife();
    return launchPosthorn(server);
  }

  async function end(how: 'killed' | 'stopped'): Promise<void> {
    const endedItself = posthorn.exit !== undefined;
    const exit = how === 'killed' ? await posthorn.kill9() : await posthorn.stop();
    ledger.endLife(how);
    appendFileSync(join(directory, 'server.log'), posthorn.logs());
    if (endedItself || (how === 'stopped' && exit.code !== 0))
      ledger.problem(`the server ended with ${JSON.stringify(exit)}: ${posthorn.logs()}`);
  }

  const byId = await createWebhooks(posthorn, receivers);
  const pauseMs = (1_000 * connections) / eventsPerSecond;
  const publisher = startPublisher(ledger, seededRandom(seed + 1), { ...posthorn, connections, pauseMs });
  try {
    await trouble({
      ledger,
      chance: seededRandom(seed + 2),
      get posthorn() {
        return posthorn;
      },
      async restart(how) {
        await end(how);
        posthorn = await begin();
        ledger.flush();
      },
    });
    await posthorn.ready();
    await publisher.finish();
    await quiet(posthorn);
    const deliveries = await readDeliveries(posthorn);
    await end('stopped');
    const attemptsMax = retryWaits.length + 1;
    const verdict = check({ ledger, deliveries, subscribers: byId, attemptsMax, inFlightMax });
    ledger.flush();
    say(summary(verdict, ledger));
    if (verdict.problems.length === 0) await rm(directory, { recursive: true });
    else say(`${verdict.problems.length} problems; ledger, database and log are in ${directory}`);
    return verdict;
  } catch (error) {
    ledger.flush();
    say(`broken off; ledger, database and log are in ${directory}\n${posthorn.logs()}`);
    throw error;
  } finally {
    await posthorn.kill9();
  }
}

export function progress({ intents, seen }: Ledger): string {
  return `${intents.size} events, ${seen.length} requests`;
}

async function createWebhooks(posthorn: Posthorn, receivers: Receivers): Promise<Map<string, Subscriber>> {
  await posthorn.ready();
  const byId = new Map<string, Subscriber>();
  for (const subscriber of subscribers) {
    const { name, dialect, eventTypes, timeoutMs } = subscriber;
    const url = receivers.urlOf(subscriber);
    const body = { name, dialect, eventTypes, url, ...(timeoutMs !== undefined && { timeoutMs }) };
    const created = await posthorn.api<{ id: string }>('/webhooks', { method: 'POST', body });
    if (created.status !== 201) throw new Error(`no webhook ${name}: ${JSON.stringify(created.body)}`);
    byId.set(created.body.id, subscriber);
  }
  return byId;
}

async function quiet(posthorn: Posthorn): Promise<void> {
  const giveUpAt = Date.now() + quietWithinMs;
  while (!(await isQuiet(posthorn))) {
    if (Date.now() > giveUpAt) throw new Error('deliveries were still waiting long after the trouble');
    await sleep(100);
  }
}

function summary(verdict: Verdict, ledger: Ledger): string {
  const { delivered, exhausted, unrecorded, duplicates } = verdict;
  return `${progress(ledger)}, ${delivered} delivered, ${exhausted} exhausted, ${unrecorded} in flight at kills, ${duplicates} duplicates`;
}

function commit(): string {
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return stdout.trim() || 'unknown';
}
