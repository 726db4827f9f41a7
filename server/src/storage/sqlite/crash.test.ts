// What is left after a process dies in the middle.

import BetterSqlite3 from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { anEntry, anEvent, aDelivery, aWebhook, newId, now, routed, succeeded } from '../contract/given.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import { openConnection } from './connection.ts';
import { runVictim } from './crash/run-victim.ts';
import { migrate } from './migrate.ts';
import { migrations, type Migration } from './migrations/migrations.ts';
import { openSqliteInline } from './open.ts';
import { temporaryDirectory } from './temporary-directory.ts';

// Processes are started here: a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const masterKey = new Uint8Array(32);

/** Counts of what is in a file, read by nothing of ours; `quick_check` and foreign keys must be in order. */
function look(path: string): { events: number; deliveries: number; attempts: number } {
  const connection = new BetterSqlite3(path);
  try {
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(connection.pragma('foreign_key_check')).toEqual([]);
    const count = (table: string) =>
      (connection.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number }).rows;
    return { events: count('events'), deliveries: count('deliveries'), attempts: count('attempts') };
  } finally {
    connection.close();
  }
}

describe('DUR-08: an event owed to 50 webhooks', () => {
  test('whose process dies inside the transaction leaves none of its deliveries', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const victim = runVictim(path, 'die before the commit', 50);
    expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(look(path)).toEqual({ events: 0, deliveries: 0, attempts: 0 });
  });

  test('whose process dies right after the commit leaves all of them', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const victim = runVictim(path, 'die after the commit', 50);
    expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(look(path)).toEqual({ events: 1, deliveries: 50, attempts: 0 });
  });
});

test('P1: killed at any moment, a server has every event that it acknowledged, with its deliveries', async () => {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const acknowledged: string[] = [];
  for (const enough of [1, 3, 40, 150]) {
    const victim = runVictim(path, 'publish', 1_000_000);
    await victim.heard((words) => words.length > enough);
    victim.kill();
    await victim.ended;
    acknowledged.push(...victim.words.filter((word) => word.startsWith('evt_')));
    const store = openSqliteInline({ path, masterKey });
    const lost = [];
    for (const id of acknowledged) if ((await store.loadEvent(id)) === undefined) lost.push(id);
    await store.close();
    expect(lost).toEqual([]);
    const { events, deliveries } = look(path);
    expect(deliveries).toBe(events);
  }
  expect(acknowledged.length).toBeGreaterThan(190);
});

describe('DUR-16: a migration', () => {
  const step = (sql: string): Migration => ({ name: 'step', sql });

  function migratedTo(path: string): { version: number; tables: readonly string[] } {
    const connection = new BetterSqlite3(path);
    try {
      expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
      const hasMigrations = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get();
      const version = hasMigrations
        ? (connection.prepare('SELECT max(version) AS v FROM migrations').get() as { v: number }).v
        : 0;
      const tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'step%' ORDER BY name")
        .all();
      return { version, tables: (tables as { name: string }[]).map(({ name }) => name) };
    } finally {
      connection.close();
    }
  }

  test('that fails half-way leaves the schema before it, and the next start goes on from there', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const good = step('CREATE TABLE step2 (x)');
    const bad = step('CREATE TABLE step3 (x); INSERT INTO nowhere VALUES (1)');
    const connection = openConnection(path);
    expect(() => migrate(connection, now, [...migrations, good, bad])).toThrow(/nowhere/);
    connection.close();
    expect(migratedTo(path)).toEqual({ version: migrations.length + 1, tables: ['step2'] });

    const again = openConnection(path);
    migrate(again, now, [...migrations, good, step('CREATE TABLE step3 (x)')]);
    again.close();
    expect(migratedTo(path)).toEqual({ version: migrations.length + 2, tables: ['step2', 'step3'] });
  });

  test('killed at any moment leaves the schema before a step or after it', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    for (const delayMs of [0, 10, 30, 60]) {
      const victim = runVictim(path, 'migrate', 200_000);
      await victim.heard((words) => words.includes('begun'));
      await setTimeout(delayMs);
      victim.kill();
      await victim.ended;
      const { version, tables } = migratedTo(path);
      expect(tables).toEqual(['step2', 'step3', 'step4'].slice(0, Math.max(0, version - migrations.length)));
    }
    // It may have come to its end before the last kill; then there is nothing left to do, and that is well too.
    const last = runVictim(path, 'migrate', 200_000);
    expect(await last.ended).toMatchObject({ code: 0 });
    expect(migratedTo(path)).toEqual({ version: migrations.length + 3, tables: ['step2', 'step3', 'step4'] });
  });
});

test('DUR-17: killed in the middle, a purge leaves no orphans, touches nothing unfinished, and is taken up again', async () => {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const store = openSqliteInline({ path, masterKey });
  const done: ScheduledDelivery[] = [];
  const waiting: ScheduledDelivery[] = [];
  for (let made = 0; made < 3_000; made += 100) {
    const entries = Array.from({ length: 100 }, (_, index) => {
      const event = anEvent({ id: newId('evt') });
      const delivery = aDelivery(event, aWebhook());
      (index % 5 === 0 ? waiting : done).push(delivery);
      return routed(event, [delivery]);
    });
    await store.publish(anEntry(entries));
  }
  await store.record({ results: done.map((delivery) => succeeded(delivery)), health: new Map() });
  await store.close();
  expect(look(path)).toEqual({ events: 3_000, deliveries: 3_000, attempts: 2_400 });

  let left = 3_000;
  for (let time = 0; time < 2; time++) {
    const victim = runVictim(path, 'purge', 5);
    await victim.heard((words) => words.filter((word) => word === 'purged').length >= 10);
    victim.kill();
    await victim.ended;
    const counts = look(path);
    expect(counts.events).toBeLessThan(left);
    expect(counts.deliveries).toBe(counts.events);
    expect(counts.attempts).toBe(counts.events - waiting.length);
    left = counts.events;
  }
  const last = runVictim(path, 'purge', 500);
  expect(await last.ended).toMatchObject({ code: 0 });
  expect(look(path)).toEqual({ events: waiting.length, deliveries: waiting.length, attempts: 0 });
  expect(existsSync(`${path}-wal`)).toBe(false);
});
