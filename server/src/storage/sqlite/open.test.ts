// What a server may rely on when it opens its database, and what the operator is told when it can't.

import BetterSqlite3 from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { steadyClock } from '../../clock.ts';
import { aChange, anEntry, anEvent, aWebhook, routed, tenantId } from '../contract/given.ts';
import type { Store } from '../store.ts';
import { openConnection, pragmasOf } from './connection.ts';
import { runVictim, victimsKey } from './crash/run-victim.ts';
import { openSqliteInline, openSqliteStore } from './open.ts';
import { temporaryDirectory } from './temporary-directory.ts';

// Processes are started here: a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

function open(path: string, masterKey?: string): Promise<Store> {
  return openSqliteStore({ path, masterKey, clock: steadyClock() });
}

/** A database that a server used and closed. */
async function used(path: string, masterKey?: string): Promise<void> {
  const store = await open(path, masterKey);
  await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  await store.close();
}

const key = Buffer.alloc(32, 1).toString('base64');

describe('DUR-06: every connection keeps what it commits', () => {
  const durable = { synchronous: 2, journal_mode: 'wal', foreign_keys: 1 };

  test.each([{ readonly: false }, { readonly: true }, { checkpoints: true }])(
    'also when a WAL database is opened again: %o',
    (options) => {
      const path = join(temporaryDirectory(), 'a.db');
      openConnection(path).close();
      for (let time = 0; time < 2; time++) {
        const connection = openConnection(path, options);
        const inForce = pragmasOf(connection);
        connection.close();
        expect(inForce).toMatchObject(durable);
        expect(inForce['busy_timeout']).toBeGreaterThan(0);
      }
    },
  );

  test('and no other code of the server opens connections, but for the lock and the look for damage', () => {
    const opening = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .filter((name) => readFileSync(join(import.meta.dirname, name), 'utf8').includes('new BetterSqlite3('));
    expect(opening.toSorted()).toEqual(['connection.ts', 'damage.ts', 'lock.ts']);
  });
});

describe('a new database', () => {
  test('gets its directory, its key and its marker, readable by their owner only', async () => {
    const directory = join(temporaryDirectory(), 'data');
    const path = join(directory, 'posthorn.db');
    await used(path);
    const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
    expect(modeOf(directory)).toBe('700');
    expect(modeOf(path)).toBe('600');
    expect(modeOf(`${path}.key`)).toBe('600');
    expect(Buffer.from(readFileSync(`${path}.key`, 'utf8'), 'base64')).toHaveLength(32);
    expect(existsSync(`${path}.initialised`)).toBe(true);
  });

  test('gets no key file when the operator gives a key', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    await used(path, key);
    expect(existsSync(`${path}.key`)).toBe(false);
    await used(path, key);
  });

  test('may begin as an empty file, or as what a killed first start left', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    writeFileSync(path, '');
    await expect(used(path)).resolves.toBeUndefined();
    const other = join(temporaryDirectory(), 'posthorn.db');
    openConnection(other).close();
    await expect(used(other, key)).resolves.toBeUndefined();
  });
});

describe('refuses with one sentence', () => {
  test('DUR-14: a database that is missing though it was there, creating none', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    await used(path);
    rmSync(path);
    await expect(open(path)).rejects.toMatchObject({
      name: 'StoreRefusal',
      code: 'database_missing',
      message: expect.stringMatching(/posthorn\.db is missing/) as string,
    });
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '');
    await expect(open(path)).rejects.toMatchObject({ code: 'damaged' });
  });

  test('DUR-14: a directory that can’t be made or isn’t one', async () => {
    const directory = temporaryDirectory();
    await expect(open(join(directory, 'a', 'b', 'posthorn.db'))).rejects.toMatchObject({
      code: 'directory',
      message: expect.stringMatching(
        /\/a, in which the data directory would be made, doesn't exist/,
      ) as string,
    });
    writeFileSync(join(directory, 'file'), '');
    await expect(open(join(directory, 'file', 'posthorn.db'))).rejects.toMatchObject({ code: 'directory' });
    await expect(open(join(directory, 'file', 'x', 'posthorn.db'))).rejects.toMatchObject({
      code: 'directory',
    });
    mkdirSync(join(directory, 'posthorn.db'));
    await expect(open(join(directory, 'posthorn.db'))).rejects.toMatchObject({ code: 'not_a_database' });
  });

  test('DUR-14: a directory or database on a read-only file system, or of another user', async (context) => {
    const directory = temporaryDirectory();
    if (process.getuid?.() !== 0) {
      chmodSync(directory, 0o500);
    } else {
      // Root may write anywhere but on a read-only file system.
      const options = ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', directory];
      try {
        execFileSync('mount', options, { stdio: 'ignore' });
      } catch {
        context.skip('no file system can be mounted here, and root may write everywhere else');
      }
      onTestFinished(() => void execFileSync('umount', [directory]));
    }
    await expect(open(join(directory, 'posthorn.db'))).rejects.toMatchObject({
      code: 'directory',
      message: expect.stringMatching(/read-only file system|can't be written/) as string,
    });
    await expect(open(join(directory, 'data', 'posthorn.db'))).rejects.toMatchObject({ code: 'directory' });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a key that is missing for an existing database, making none', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    await used(path);
    renameSync(`${path}.key`, `${path}.key.away`);
    await expect(open(path)).rejects.toMatchObject({
      code: 'master_key',
      message: expect.stringMatching(/put the file back, or set POSTHORN_MASTER_KEY/) as string,
    });
    expect(existsSync(`${path}.key`)).toBe(false);
    renameSync(`${path}.key.away`, `${path}.key`);
    await used(path);
  });

  test('SEC-04: a key that is not the database’s, and takes the right one after', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    await used(path, key);
    await expect(open(path, Buffer.alloc(32, 2).toString('base64'))).rejects.toMatchObject({
      code: 'master_key',
      message: expect.stringMatching(/is not the one of the database/) as string,
    });
    await used(path, key);
  });

  test.each(['short', Buffer.alloc(31).toString('base64'), 'x'.repeat(43) + '!'])(
    'a malformed key, without repeating it: %j',
    async (malformed) => {
      const path = join(temporaryDirectory(), 'posthorn.db');
      const refusal = await open(path, malformed).catch((error: Error) => error);
      expect(refusal).toMatchObject({ code: 'master_key' });
      expect((refusal as Error).message).not.toContain(malformed);
    },
  );

  test('a schema that a newer program wrote', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    await used(path);
    rmSync(`${path}.clean`);
    const connection = new BetterSqlite3(path);
    connection.exec("INSERT INTO migrations VALUES (99, 'from the future', 0)");
    connection.close();
    await expect(open(path)).rejects.toMatchObject({
      code: 'newer_schema',
      message: expect.stringMatching(/schema version 99, written by a newer Posthorn/) as string,
    });
  });

  test('a file that is no database, or another program’s', async () => {
    const directory = temporaryDirectory();
    const text = join(directory, 'text.db');
    writeFileSync(text, 'This is no database.\n'.repeat(100));
    await expect(open(text, key)).rejects.toMatchObject({ code: 'damaged' });
    expect(readFileSync(text, 'utf8')).toMatch(/^This is no database/);
    const other = join(directory, 'other.db');
    const connection = new BetterSqlite3(other);
    connection.exec('PRAGMA application_id = 7; CREATE TABLE t (x)');
    connection.close();
    await expect(open(other, key)).rejects.toMatchObject({ code: 'not_a_database' });
  });
});

describe('CON-04: a second server on the same database', () => {
  test('refuses, naming the process that has it, and leaves it alone', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const holder = runVictim(path, 'hold');
    onTestFinished(() => holder.kill());
    await holder.heard((words) => words.includes('open'));
    await expect(open(path)).rejects.toMatchObject({
      code: 'in_use',
      message: `Another server uses the database ${path}: process ${holder.pid}. Stop it first`,
    });
  });

  test('opens without any cleaning up once the holder was killed', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const holder = runVictim(path, 'hold');
    await holder.heard((words) => words.includes('open'));
    holder.kill();
    await holder.ended;
    await expect(used(path, victimsKey)).resolves.toBeUndefined();
  });

  test('refuses in the same process too', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const store = await open(path);
    await expect(open(path)).rejects.toMatchObject({ code: 'in_use' });
    await store.close();
    await used(path);
  });
});

test('opening that is given up leaves the database to the next one', async () => {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const opening = openSqliteStore({
    path,
    masterKey: undefined,
    clock: steadyClock(),
    signal: AbortSignal.abort(new Error('stopped')),
  });
  await expect(opening).rejects.toThrow('stopped');
  await expect(used(path)).resolves.toBeUndefined();
});

describe('close', () => {
  test('finishes what was given, refuses what comes after, and may be called twice', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const store = await open(path);
    const events = Array.from({ length: 50 }, () => anEvent());
    const publishing = events.map((event) => store.publish(anEntry([routed(event, [])])));
    await Promise.all([store.close(), store.close()]);
    await Promise.all(publishing);
    await expect(store.publish(anEntry([routed(anEvent(), [])]))).rejects.toMatchObject({
      name: 'StoreUnavailable',
    });
    await expect(store.backlog()).rejects.toMatchObject({ name: 'StoreUnavailable' });

    const again = await open(path);
    for (const { id } of events) expect(await again.getEvent(tenantId, id)).toBeDefined();
    await again.close();
  });

  test('leaves one file to copy: nothing in a log', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    await used(path);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('in the caller’s thread', () => {
  const masterKey = new Uint8Array(32);

  test('a crash leaves what was committed and nothing else, and nothing under way is answered', async () => {
    const store = openSqliteInline({ path: ':memory:', masterKey });
    const [committed, underWay] = [anEvent(), anEvent()];
    await store.publish(anEntry([routed(committed, [])]));
    let answered = false;
    const answer = () => (answered = true);
    store.publish(anEntry([routed(underWay, [])])).then(answer, answer);
    await Promise.resolve();
    const image = store.crash();

    const next = openSqliteInline({ path: ':memory:', masterKey, image });
    expect(await next.getEvent(tenantId, committed.id)).toBeDefined();
    expect(await next.getEvent(tenantId, underWay.id)).toBeUndefined();
    expect(answered).toBe(false);
    await next.close();
  });

  test.each(['begin', 'commit', 'committed'] as const)(
    'a crash at %s answers nothing, even when the disk goes on',
    async (moment) => {
      let goOn = () => {};
      let reached = () => {};
      const atMoment = new Promise<void>((resolve) => (reached = resolve));
      const store = openSqliteInline({
        path: ':memory:',
        masterKey,
        failures: async (at) => {
          if (at !== moment) return undefined;
          reached();
          await new Promise<void>((resolve) => (goOn = resolve));
          return undefined;
        },
      });
      const event = anEvent();
      let answered = false;
      const answer = () => (answered = true);
      store.publish(anEntry([routed(event, [])])).then(answer, answer);
      await atMoment;
      const image = store.crash();
      goOn();
      await new Promise((resolve) => setImmediate(resolve));
      expect(answered).toBe(false);

      const next = openSqliteInline({ path: ':memory:', masterKey, image });
      expect((await next.getEvent(tenantId, event.id)) !== undefined).toBe(moment === 'committed');
      await next.close();
    },
  );

  test.each([
    ['begin', 'full', 'StoreFull', false],
    ['commit', 'unavailable', 'StoreUnavailable', false],
    ['committed', 'unavailable', 'StoreUnavailable', true],
  ] as const)('a failure at %s is told as %s', async (moment, kind, name, stored) => {
    let failing = true;
    const store = openSqliteInline({
      path: ':memory:',
      masterKey,
      failures: (at) => (failing && at === moment ? { kind, message: 'injected' } : undefined),
    });
    const event = anEvent();
    await expect(store.publish(anEntry([routed(event, [])]))).rejects.toMatchObject({ name });
    failing = false;
    expect((await store.getEvent(tenantId, event.id)) !== undefined).toBe(stored);
    const next = anEvent();
    await store.publish(anEntry([routed(next, [])]));
    expect(await store.getEvent(tenantId, next.id)).toBeDefined();
    await store.close();
  });

  test('promises resolve by microtasks alone', async () => {
    const store = openSqliteInline({ path: ':memory:', masterKey });
    let ticked = false;
    setImmediate(() => (ticked = true));
    await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
    await store.publish(anEntry([routed(anEvent(), [])]));
    await store.listEvents(tenantId, {}, { limit: 1, after: null, before: null });
    expect(ticked).toBe(false);
    await store.close();
  });
});
