// The thread of the floor that commits: a group of events with their deliveries, and of results, in one transaction.

import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { FloorResult } from './floor-sender.ts';

export type FloorEvent = { readonly id: string; readonly type: string; readonly body: string };
export type FloorGroup = { readonly events: readonly FloorEvent[]; readonly results: readonly FloorResult[] };

const { path, fanOut } = workerData as { readonly path: string; readonly fanOut: number };
const database = new Database(path);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
// The product's: a group is not written twice. Nor is the log moved into the database, which another thread does there.
database.pragma('cache_size = -32768');
database.pragma('wal_autocheckpoint = 0');
database.exec(`
  CREATE TABLE events (id TEXT PRIMARY KEY, type TEXT, body BLOB, at INTEGER) WITHOUT ROWID;
  CREATE TABLE deliveries (id TEXT PRIMARY KEY, event_id TEXT, webhook INTEGER, state TEXT, due_at INTEGER) WITHOUT ROWID;
  CREATE INDEX deliveries_due ON deliveries (webhook, due_at) WHERE state = 'scheduled';
  CREATE INDEX deliveries_event ON deliveries (event_id);
  CREATE TABLE attempts (delivery_id TEXT PRIMARY KEY, status INTEGER, duration_ms REAL, headers TEXT) WITHOUT ROWID;
`);
const insertEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
const insertDelivery = database.prepare(`INSERT INTO deliveries VALUES (?, ?, ?, 'scheduled', ?)`);
const settle = database.prepare(`UPDATE deliveries SET state = 'delivered', due_at = NULL WHERE id = ?`);
const insertAttempt = database.prepare('INSERT INTO attempts VALUES (?, ?, ?, ?)');

const write = database.transaction(({ events, results }: FloorGroup) => {
  const now = Date.now();
  for (const { id, type, body } of events) {
    insertEvent.run(id, type, body, now);
    for (let webhook = 0; webhook < fanOut; webhook++)
      insertDelivery.run(`${id}.${webhook}`, id, webhook, now);
  }
  for (const { deliveryId, status, durationMs, headers } of results) {
    settle.run(deliveryId);
    insertAttempt.run(deliveryId, status, durationMs, headers);
  }
});

parentPort!.on('message', (group: FloorGroup) => {
  write.immediate(group);
  parentPort!.postMessage('committed', []);
});
