// AUT-12: what was done to the audit log behind the server's back is noticed.

import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { aChange, anApiKey } from '../contract/given.ts';
import { openSqliteInline } from './open.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const anyway = 'DROP TRIGGER audit_keeps; DROP TRIGGER audit_stays;';

test.each([
  ['nothing', 'SELECT 1', undefined],
  ['a changed entry', `${anyway} UPDATE audit SET actor_name = 'Mallory' WHERE n = 3`, /aud_\w+ was changed/],
  [
    'an entry taken out',
    `${anyway} DELETE FROM audit WHERE n = 2`,
    /entries between aud_\w+ and it are missing/,
  ],
  [
    'the first taken out',
    `${anyway} DELETE FROM audit WHERE n = 1`,
    /between the beginning and it are missing/,
  ],
  ['the newest taken out', `${anyway} DELETE FROM audit WHERE n = 5`, /entries after aud_\w+ are missing/],
  ['all taken out', `${anyway} DELETE FROM audit`, /entries after the beginning are missing/],
  [
    'two that changed places',
    `${anyway} UPDATE audit SET n = -1 WHERE n = 2; UPDATE audit SET n = 2 WHERE n = 3; UPDATE audit SET n = 3 WHERE n = -1`,
    /was changed/,
  ],
])('%s', async (_name, sql, problem) => {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const store = openSqliteInline({ path, masterKey: new Uint8Array(32) });
  for (let made = 0; made < 5; made++) await store.createApiKey(anApiKey(), aChange());
  const connection = new BetterSqlite3(path);
  connection.exec(sql);
  connection.close();
  const found = await store.auditProblem();
  await store.close();
  expect(found ?? 'none').toMatch(problem ?? /^none$/);
});

test('the database itself refuses to change or remove an entry', async () => {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const store = openSqliteInline({ path, masterKey: new Uint8Array(32) });
  await store.createApiKey(anApiKey(), aChange());
  await store.close();
  const connection = new BetterSqlite3(path);
  expect(() => connection.exec("UPDATE audit SET actor_name = 'Mallory'")).toThrow('never changed');
  expect(() => connection.exec('DELETE FROM audit')).toThrow('never removed');
  connection.close();
});
