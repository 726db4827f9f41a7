// What becomes of the users of a database from before there were clients.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aChange, aClient, aRole, aUser, newId } from '../../contract/given.ts';
import { openConnection } from '../connection.ts';
import { migrate } from '../migrate.ts';
import { openSqliteInline } from '../open.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { migrations } from './migrations.ts';

test('the users of an older database stay as they are, without an e-mail address, and clients join them', async () => {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const role = aRole();
  const ada = aUser({ username: 'Ada', email: null, roleId: role.id });
  const bea = aUser({ username: 'bea', email: null, tenantId: newId('tnt'), createdAt: 1, disabledAt: 2 });
  const older = openConnection(path);
  migrate(older, 0, migrations.slice(0, 1));
  const insert = older.prepare(
    `INSERT INTO users (id, tenant_id, kind, username, username_key, display_name, role_id, password_hash, disabled_at, created_at, updated_at)
     VALUES (@id, @tenantId, @kind, @username, lower(@username), @displayName, @roleId, @passwordHash, @disabledAt, @createdAt, @updatedAt)`,
  );
  for (const user of [ada, bea]) insert.run(user);
  older
    .prepare('INSERT INTO roles VALUES (@id, @tenantId, @name, @permissions, @createdAt, @updatedAt)')
    .run({ ...role, permissions: JSON.stringify(role.permissions) });
  older.close();

  const store = openSqliteInline({ path, masterKey: new Uint8Array(32) });
  for (const user of [ada, bea]) {
    expect(await store.getUserByName(user.username.toUpperCase())).toEqual(user);
    expect(await store.getPrincipal(user.tenantId, user.id)).toEqual(user);
  }
  expect(await store.createPrincipal(aUser({ username: 'ADA' }), aChange())).toBe('taken');
  expect(await store.deleteRole(role.tenantId, role.id, aChange())).toBe('in_use');
  const client = aClient({ createdAt: ada.createdAt + 1 });
  expect(await store.createPrincipal(client, aChange())).toBe('created');
  const page = { limit: 10, after: null, before: null };
  expect((await store.listPrincipals(ada.tenantId, {}, page)).rows).toEqual([ada, client]);
  await store.close();
});
