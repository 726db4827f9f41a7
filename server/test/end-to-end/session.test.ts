// Sessions over the life of a server: they and their ends survive it.

import { expect, test } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';
import { sessionStatus, signIn } from '../process/sign-in.ts';
import { temporaryDirectory } from '../process/temporary-directory.ts';

test('AUT-09: a session goes on after a crash of the server, and one that was signed out does not come back', async () => {
  await using directory = await temporaryDirectory();
  const dataDir = directory.path;
  await using before = await startPosthorn({ dataDir });
  const [kept, ended] = [await signIn(before), await signIn(before)];
  expect(await sessionStatus(before, ended, 'DELETE')).toBe(204);
  await before.kill9();

  await using after = await startPosthorn({ dataDir });
  expect([await sessionStatus(after, kept), await sessionStatus(after, ended)]).toEqual([200, 401]);
  expect((await fetch(`${after.url}/rest/api/webhooks`, { headers: { cookie: kept } })).status).toBe(401);
});
