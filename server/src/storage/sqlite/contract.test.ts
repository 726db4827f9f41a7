// SQLite keeps the contract of the Store port, in the caller's thread and in threads of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { steadyClock } from '../../clock.ts';
import { describeStore } from '../contract/describe-store.ts';
import { openSqliteInline, openSqliteStore } from './open.ts';

const directory = mkdtempSync(join(tmpdir(), 'posthorn-'));
afterAll(() => rmSync(directory, { recursive: true }));

const masterKey = new Uint8Array(32).fill(7);

describeStore('SQLite in memory', async () => [openSqliteInline({ path: ':memory:', masterKey })]);

describeStore('SQLite in threads', async () => [
  await openSqliteStore({
    path: join(directory, 'posthorn.db'),
    masterKey: undefined,
    clock: steadyClock(),
  }),
]);
