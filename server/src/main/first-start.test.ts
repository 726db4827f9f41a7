import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runCommand, serveWith } from '../../test/process/command.ts';
import { freePort } from '../../test/process/free-port.ts';
import { startPosthorn } from '../../test/process/posthorn.ts';
import { temporaryDirectory } from '../../test/process/temporary-directory.ts';
import { spawnPosthorn } from '../../test/process/posthorn-process.ts';

vi.setConfig({ testTimeout: 120_000 });

test('the first start prints the address, the generated credentials and calls that work as pasted; later ones only the address', async () => {
  await using directory = await temporaryDirectory();
  const port = await freePort();
  const env = {
    POSTHORN_PORT: String(port),
    POSTHORN_DATABASE_URL: `sqlite:${directory.path}/posthorn.db`,
    POSTHORN_LOG_LEVEL: 'silent',
  };
  const first = await serveWith(env, directory.path);
  const said = first.logs();
  expect(said).toContain(`http://127.0.0.1:${port}`);
  const password = /password +(\S+)/.exec(said)?.[1] ?? '';
  const calls = said.match(/^curl (?:[^\n]*\\\n)*[^\n]*/gm) ?? [];
  expect(calls).toHaveLength(3);
  expect(JSON.parse(await curl(calls[0]!))).toMatchObject({ name: 'My first webhook', state: 'active' });
  expect(JSON.parse(await curl(calls[1]!))).toMatchObject({ deliveries: 1 });
  expect(JSON.parse(await curl(calls[2]!))).toMatchObject({ data: [{ eventType: 'invoice.paid' }] });
  const confluence = await fetch(`http://127.0.0.1:${port}/rest/api/webhooks`, {
    headers: { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` },
  });
  expect(confluence.status).toBe(200);
  first.signal('SIGTERM');
  await first.exited;

  const second = await serveWith(env, directory.path);
  expect(second.logs()).toBe(
    `Posthorn is ready at http://127.0.0.1:${port}, its web app at http://127.0.0.1:${port}/ui/\n`,
  );
  second.signal('SIGTERM');
  await second.exited;
});

test("the README's calls work as they stand", async () => {
  const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
  await using posthorn = await startPosthorn();
  const calls = readme.match(/^curl (?:[^\n]*\\\n)*[^\n]*/gm) ?? [];
  expect(calls).toHaveLength(12);
  /** What stands for something in a call, with what earlier answers told. */
  const known = new Map([
    ['http://127.0.0.1:8480', posthorn.url],
    ['$KEY', posthorn.token],
    ['PASSWORD', posthorn.password],
  ]);
  for (const call of calls) {
    let here = call;
    for (const [name, value] of known) here = here.replaceAll(name, value);
    const answer = await curl(here);
    expect(answer).toMatch(/^\{/);
    const { clientId, clientSecret, authToken } = JSON.parse(answer) as Record<string, string | undefined>;
    if (clientId !== undefined) known.set('CLIENT_ID', clientId).set('CLIENT_SECRET', clientSecret!);
    if (authToken !== undefined) known.set('AUTH_TOKEN', authToken);
  }
});

test('a first start that fails at its port keeps nobody out: the next one prints the credentials', async () => {
  await using directory = await temporaryDirectory();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const taken = String((holder.address() as AddressInfo).port);
  const env = { POSTHORN_PORT: taken, POSTHORN_DATABASE_URL: `sqlite:${directory.path}/posthorn.db` };
  const failed = spawnPosthorn(['serve'], { cwd: directory.path, env });
  expect((await failed.exited).code).toBe(1);
  holder.close();
  const server = await serveWith(env, directory.path);
  expect(server.logs()).toMatch(/password +\S+/);
  server.signal('SIGTERM');
  await server.exited;
});

test('`posthorn users reset` gives a new password that works, and refuses while the server runs', async () => {
  await using directory = await temporaryDirectory();
  const settings = {
    POSTHORN_DATABASE_URL: `sqlite:${directory.path}/posthorn.db`,
    POSTHORN_ADMIN_PASSWORD: '',
  };
  let oldPassword = '';
  {
    await using posthorn = await startPosthorn({ dataDir: directory.path });
    oldPassword = posthorn.password;
    const refused = await runCommand(['users', 'reset'], settings);
    expect(refused.exit.code).toBe(1);
    expect(refused.said).toContain(String(posthorn.pid));
    await posthorn.stop();
  }
  const { exit, said } = await runCommand(['users', 'reset'], settings);
  expect(exit.code).toBe(0);
  expect(said).toMatch(/^user +admin\npassword +\S+\n$/);
  const password = passwordIn(said);

  await using posthorn = await startPosthorn({ dataDir: directory.path });
  expect(await signsIn(posthorn.url, 'admin', password)).toBe(true);
  expect(await signsIn(posthorn.url, 'admin', oldPassword)).toBe(false);
});

test('`posthorn users reset` makes nobody of a misspelt name, and an administrator only where told to', async () => {
  await using directory = await temporaryDirectory();
  const settings = {
    POSTHORN_DATABASE_URL: `sqlite:${directory.path}/posthorn.db`,
    POSTHORN_ADMIN_PASSWORD: '',
  };
  {
    await using posthorn = await startPosthorn({ dataDir: directory.path });
    await posthorn.stop();
  }
  const misspelt = await runCommand(['users', 'reset', 'amdin'], settings);
  expect(misspelt.exit.code).toBe(1);
  expect(misspelt.said).toBe(
    [
      "There is no user 'amdin'; did you mean admin?",
      'In the tenant default there are: admin.',
      '--create makes a new administrator of that name.',
      '',
    ].join('\n'),
  );
  const impossible = await runCommand(['users', 'reset', 'a:b', '--create'], settings);
  expect(impossible.exit.code).toBe(1);
  expect(impossible.said).toMatch(/^Posthorn can't start: A username has [^\n]+\n$/);
  const made = await runCommand(['users', 'reset', 'amdin', '--create'], settings);
  expect(made.exit.code).toBe(0);
  expect(made.said).toMatch(/^made +a new administrator .*\nuser +amdin\npassword +\S+\n$/);

  await using posthorn = await startPosthorn({ dataDir: directory.path });
  expect(await signsIn(posthorn.url, 'amdin', passwordIn(made.said))).toBe(true);
});

test('`posthorn users reset` with a misspelt database makes none, and says that there is none', async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/misspelt.db`;
  const { exit, said } = await runCommand(['users', 'reset'], { POSTHORN_DATABASE_URL: `sqlite:${path}` });
  expect(exit.code).toBe(1);
  expect(said).toContain(`There is no database at ${path}`);
  expect(await readdir(directory.path)).toEqual([]);
});

function passwordIn(said: string): string {
  return /^password +(\S+)$/m.exec(said)?.[1] ?? '';
}

async function signsIn(url: string, username: string, password: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return (await fetch(`${url}/rest/api/webhooks`, { headers: { authorization } })).status === 200;
}

function curl(command: string): Promise<string> {
  return shell(command.replace(/^curl/, 'curl -s --fail-with-body'));
}

function shell(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], (error, out) =>
      error === null ? resolve(out) : reject(new Error(error.message)),
    );
  });
}
