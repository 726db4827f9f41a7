// A process for the crash tests to hurt: opens a store and does as its arguments say, telling on its output what was
// acknowledged. `node victim.ts <path> <act> [count]`.

import { writeSync } from 'node:fs';
import type { Clock } from '../../../domain/clock.ts';
import { aDelivery, anEntry, anEvent, aWebhook, routed, succeeded } from '../../contract/given.ts';
import type { Store } from '../../store.ts';
import { victimsKey } from './run-victim.ts';
import { openConnection } from '../connection.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/migrations.ts';
import { openSqliteInline, openSqliteStore } from '../open.ts';

const clock: Clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs);
    return () => clearTimeout(timer);
  },
};

const [path = '', act = '', count = '0'] = process.argv.slice(2);

/** Synchronous, so that what was said is heard even if the process dies right after. */
function say(word: string): void {
  writeSync(1, `${word}\n`);
}

function openThreads(): Promise<Store> {
  return openSqliteStore({ path, masterKey: victimsKey, clock });
}

const acts: Record<string, () => Promise<void>> = {
  /** Opens the store and keeps it. */
  async hold() {
    await openThreads();
    say('open');
  },

  /** Opens and closes. */
  async visit() {
    const store = await openThreads();
    await store.close();
    say('closed');
  },

  /** Publishes one after another, `count` in all, saying the id of each event once it is acknowledged. */
  async publish() {
    const store = await openThreads();
    say('open');
    for (let made = 0; made < Number(count); made++) {
      const event = anEvent({ id: `evt_${process.pid}_${made}` });
      const delivery = aDelivery(event, aWebhook(), { id: `dlv_${process.pid}_${made}` });
      await store.publish(anEntry([routed(event, [delivery])]));
      say(event.id);
      if (made % 2 === 1) await store.record({ results: [succeeded(delivery)], health: new Map() });
    }
    await store.close();
    say('closed');
  },

  /** Publishes one after another, `count` in all, saying how each ended, whatever happens. */
  async 'publish all'() {
    const store = await openThreads();
    for (let made = 0; made < Number(count); made++) {
      const event = anEvent({ id: `evt_${process.pid}_${made}` });
      say(await store.publish(anEntry([routed(event, [])])).then(({ kind }) => kind, String));
    }
    await store.close();
  },

  /** Publishes an event owed to `count` webhooks and dies in its transaction: before the commit, or right after. */
  'die before the commit': () => dieAt('commit'),
  'die after the commit': () => dieAt('committed'),

  /** Purges in steps of `count` events until it is done or dead. */
  async purge() {
    const store = await openThreads();
    say('open');
    let more = true;
    while (more) {
      ({ more } = await store.purge(Number.MAX_SAFE_INTEGER, 0, Number(count)));
      say('purged');
    }
    await store.close();
    say('closed');
  },

  /** Migrates through three steps beyond ours, each of which writes `count` rows. */
  async migrate() {
    const connection = openConnection(path);
    connection.function('say_begun', () => say('begun'));
    const steps = [2, 3, 4].map((number) => ({
      name: `step ${number}`,
      sql: `SELECT say_begun();
        CREATE TABLE step${number} (x);
        INSERT INTO step${number}
          WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ${Number(count)})
          SELECT n FROM row;`,
    }));
    migrate(connection, 0, [...migrations, ...steps]);
    connection.close();
  },
};

async function dieAt(moment: 'commit' | 'committed'): Promise<void> {
  const store = openSqliteInline({
    path,
    masterKey: new Uint8Array(32),
    failures: (at) => {
      if (at === moment) process.kill(process.pid, 'SIGKILL');
      return undefined;
    },
  });
  const event = anEvent();
  const deliveries = Array.from({ length: Number(count) }, () => aDelivery(event, aWebhook()));
  await store.publish(anEntry([routed(event, deliveries)]));
}

try {
  await acts[act]!();
} catch (error) {
  say(`${(error as Error).name}: ${(error as Error).message}`);
  process.exit(1);
}
