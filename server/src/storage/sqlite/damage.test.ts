// DUR-13: what is wrong with a database file is noticed before anything is changed, and what isn't wrong isn't.

import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { steadyClock } from '../../clock.ts';
import { anEntry, anEvent, bytes, routed } from '../contract/given.ts';
import type { Store } from '../store.ts';
import { runVictim, victimsKey } from './crash/run-victim.ts';
import { refuseDamage } from './damage.ts';
import { openSqliteStore } from './open.ts';
import { temporaryDirectory } from './temporary-directory.ts';

// Processes are started here: a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A database of some hundred pages that was closed in peace, and the same after its next server was killed. */
const fixtures = mkdtempSync(join(tmpdir(), 'posthorn-'));
const acknowledged: string[] = [];
beforeAll(async () => {
  const path = join(fixtures, 'closed', 'posthorn.db');
  const store = await open(path);
  const events = Array.from({ length: 200 }, () => anEvent({ data: bytes(`{"a":"${'x'.repeat(500)}"}`) }));
  await store.publish(anEntry(events.map((event) => routed(event, []))));
  await store.close();
  cpSync(join(fixtures, 'closed'), join(fixtures, 'killed'), { recursive: true });
  const victim = runVictim(join(fixtures, 'killed', 'posthorn.db'), 'publish', 1_000_000);
  await victim.heard((words) => words.length > 20);
  victim.kill();
  await victim.ended;
  acknowledged.push(...events.map(({ id }) => id), ...victim.words.filter((word) => word.startsWith('evt_')));
});
afterAll(() => rmSync(fixtures, { recursive: true }));

function copyOf(fixture: 'closed' | 'killed'): string {
  const directory = temporaryDirectory();
  cpSync(join(fixtures, fixture), directory, { recursive: true });
  return join(directory, 'posthorn.db');
}

function open(path: string): Promise<Store> {
  return openSqliteStore({ path, masterKey: victimsKey, clock: steadyClock() });
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** How the file is refused, having been left as it was; undefined when it is taken. */
function refusalOf(path: string): unknown {
  const before = hashOf(path);
  try {
    refuseDamage(path);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    expect(hashOf(path)).toBe(before);
  }
}

const damaged = {
  name: 'StoreRefusal',
  code: 'damaged',
  message: expect.stringMatching(/is damaged and was left as it is/) as string,
};

async function missing(path: string, events: readonly string[]): Promise<readonly string[]> {
  const store = await open(path);
  const found = await Promise.all(events.map((id) => store.loadEvent(id)));
  await store.close();
  return events.filter((_, index) => found[index] === undefined);
}

describe('after a clean stop', () => {
  test('a bit flipped anywhere is refused', () => {
    for (let at = 5; at < statSync(join(fixtures, 'closed', 'posthorn.db')).size; at += 9_973) {
      const path = copyOf('closed');
      const content = readFileSync(path);
      content[at]! ^= 0x10;
      writeFileSync(path, content);
      expect(refusalOf(path)).toMatchObject(damaged);
    }
  });

  test('a file cut short or grown is refused', () => {
    const path = copyOf('closed');
    const whole = readFileSync(path);
    for (const content of [
      whole.subarray(0, -4096),
      whole.subarray(0, 10_000),
      Buffer.concat([whole, whole]),
    ]) {
      writeFileSync(path, content);
      expect(refusalOf(path)).toMatchObject(damaged);
    }
    writeFileSync(path, whole);
    expect(refusalOf(path)).toBeUndefined();
  });

  test('the server tells, and starts with the file restored', async () => {
    const path = copyOf('closed');
    const whole = readFileSync(path);
    truncateSync(path, whole.length - 4096);
    await expect(open(path)).rejects.toMatchObject(damaged);
    expect(statSync(path).size).toBe(whole.length - 4096);
    writeFileSync(path, whole);
    expect(await missing(path, acknowledged.slice(0, 200))).toEqual([]);
  });

  test('a file that its operator changed is taken once the note of its checksum is removed, as the refusal says', () => {
    const path = copyOf('closed');
    const content = readFileSync(path);
    content.writeUInt32BE(content.readUInt32BE(60) + 1, 60); // the user version, which nothing reads
    writeFileSync(path, content);
    expect(() => refuseDamage(path)).toThrow(`remove ${path}.clean`);
    rmSync(`${path}.clean`);
    expect(refusalOf(path)).toBeUndefined();
  });
});

describe('after a kill', () => {
  test('there is no note, and the structure is checked: damaged pages are refused', () => {
    const path = copyOf('killed');
    expect(existsSync(`${path}.clean`)).toBe(false);
    const content = readFileSync(path);
    for (let page = 2; page < 40; page++) content.fill(0xff, (page - 1) * 4096, (page - 1) * 4096 + 12);
    writeFileSync(path, content);
    expect(refusalOf(path)).toMatchObject(damaged);
  });

  test('a file cut short is refused', () => {
    const path = copyOf('killed');
    truncateSync(path, Math.floor(statSync(path).size / 4096 / 2) * 4096);
    expect(refusalOf(path)).toMatchObject(damaged);
  });

  test('garbage after the log is no matter: it starts and nothing is lost', async () => {
    const path = copyOf('killed');
    expect(acknowledged.length).toBeGreaterThan(210);
    appendFileSync(`${path}-wal`, Buffer.alloc(50_000, 0xa5));
    expect(await missing(path, acknowledged)).toEqual([]);
  });

  test('frames that come twice at the end of the log lose nothing', async () => {
    const path = copyOf('killed');
    appendFileSync(`${path}-wal`, readFileSync(`${path}-wal`).subarray(-10_000));
    expect(await missing(path, acknowledged)).toEqual([]);
  });
});
