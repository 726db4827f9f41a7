import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { freePort } from '../test/process/free-port.ts';
import { startPosthorn, testEnvironment, type Posthorn } from '../test/process/posthorn.ts';
import { spawnPosthorn, type Exit } from '../test/process/posthorn-process.ts';
import { temporaryDirectory } from '../test/process/temporary-directory.ts';
import { startReceiver } from '../test/receivers/receiver.ts';

const main = join(import.meta.dirname, 'main.ts');
const token = 'administrator-of-these-tests';
vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000, interval: 20 };

describe('OPS-03, DUR-14: what keeps Posthorn from starting is told in a sentence, without a stack', () => {
  test('a bad setting and an unknown name, both at once', async () => {
    const { exit, said } = await run(['serve'], { POSTHORN_PORT: 'x', POSTHORN_LOG_LEVL: 'info' });
    expect(exit.code).toBe(1);
    expect(said).toBe(
      [
        "Posthorn can't start with these settings:",
        '  POSTHORN_LOG_LEVL is no setting; did you mean POSTHORN_LOG_LEVEL?',
        '  POSTHORN_PORT must be a whole number, 0 to 65535',
        '',
      ].join('\n'),
    );
  });

  test('an unknown command and an unknown flag', async () => {
    expect((await run(['serv'], {})).said).toContain("'serv' is no command");
    expect((await run(['serve', '--prot', '1'], {})).said).toContain(
      '--prot is no flag; did you mean --port?',
    );
  });

  test('a taken port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { exit, said } = await run(['serve'], { POSTHORN_PORT: String(port) });
    holder.close();
    expect(exit.code).toBe(1);
    expect(said).toMatch(new RegExp(`^Posthorn can't start: .*${port}.*$`, 'm'));
    expect(said).not.toContain('    at ');
  });

  test.each([
    ['an address of another machine', { POSTHORN_HOST: '192.0.2.1' }, /192\.0\.2\.1/],
    [
      'a data directory that can not be made',
      { POSTHORN_DATABASE_URL: 'sqlite:/proc/data/posthorn.db' },
      /\/proc/,
    ],
    [
      'a data directory that is a file',
      { POSTHORN_DATABASE_URL: 'sqlite:/etc/hostname/x.db' },
      /\/etc\/hostname/,
    ],
    ['a database that is a directory', { POSTHORN_DATABASE_URL: 'sqlite:/tmp' }, /\/tmp/],
  ])('%s', async (_, settings, named) => {
    const { exit, said } = await run(['serve'], settings);
    expect(exit.code).toBe(1);
    expect(said).toMatch(/^Posthorn can't start: /m);
    expect(said).toMatch(named);
    expect(said).not.toContain('    at ');
  });

  test('a database that another server holds', async () => {
    await using posthorn = await startPosthorn();
    const { exit, said } = await run(['serve'], {
      POSTHORN_DATABASE_URL: `sqlite:${posthorn.dataDir}/posthorn.db`,
    });
    expect(exit.code).toBe(1);
    expect(said).toMatch(/^Posthorn can't start: /m);
    expect(said).toContain(String(posthorn.pid));
  });
});

test('the first start prints the address, the generated credentials and calls that work as pasted; later ones only the address', async () => {
  await using directory = await temporaryDirectory();
  const port = await freePort();
  const env = {
    POSTHORN_PORT: String(port),
    POSTHORN_DATABASE_URL: `sqlite:${directory.path}/posthorn.db`,
    POSTHORN_LOG_LEVEL: 'silent',
  };
  const first = await startWith(env, directory.path);
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

  const second = await startWith(env, directory.path);
  expect(second.logs()).toBe(`Posthorn is ready at http://127.0.0.1:${port}\n`);
  second.signal('SIGTERM');
  await second.exited;
});

test("the README's calls work as they stand", async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  await using posthorn = await startPosthorn();
  const calls = readme.match(/^curl (?:[^\n]*\\\n)*[^\n]*/gm) ?? [];
  expect(calls).toHaveLength(5);
  for (const call of calls) {
    const here = call
      .replaceAll('http://127.0.0.1:8480', posthorn.url)
      .replaceAll('PASSWORD', posthorn.password);
    expect(await curl(here.replaceAll('$KEY', posthorn.token))).toMatch(/^\{/);
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
  const server = await startWith(env, directory.path);
  expect(server.logs()).toMatch(/password +\S+/);
  server.signal('SIGTERM');
  await server.exited;
});

test('CON-10: SIGTERM stops readiness at once, lets 20 requests in flight end and be recorded, and exits with 0', async () => {
  await using receiver = await startReceiver(async () => {
    await slow.promise;
    return { status: 200 };
  });
  const slow = Promise.withResolvers<void>();
  await using posthorn = await startPosthorn();
  const { deliveryIds } = await givenDeliveries(posthorn, receiver.url, 20);
  await vi.waitFor(() => expect(receiver.requests).toHaveLength(20), patience);

  posthorn.signal('SIGTERM');
  await vi.waitFor(async () => expect(await refuses(posthorn.url)).toBe(true), patience);
  expect(posthorn.exit).toBeUndefined();
  slow.resolve();
  expect(await posthorn.exited).toEqual({ code: 0, signal: null });

  await using again = await startPosthorn({ dataDir: posthorn.dataDir });
  for (const id of deliveryIds) {
    expect((await again.api(`/deliveries/${id}`)).body).toMatchObject({ state: 'delivered' });
  }
  expect(receiver.requests).toHaveLength(20);
});

test('CON-11: a second SIGTERM cuts what is in flight, records it, and exits with 0', async () => {
  await using receiver = await startReceiver(() => new Promise(() => {}));
  await using posthorn = await startPosthorn();
  await givenDeliveries(posthorn, receiver.url, 1);
  await receiver.waitFor(1);
  posthorn.signal('SIGTERM');
  await vi.waitFor(async () => expect(await refuses(posthorn.url)).toBe(true), patience);
  expect(posthorn.exit).toBeUndefined();
  posthorn.signal('SIGTERM');
  expect(await posthorn.exited).toEqual({ code: 0, signal: null });
});

test('CON-11: SIGTERM at any moment of the start ends it with 0 and leaves a database that starts', async () => {
  await using directory = await temporaryDirectory();
  const port = await freePort();
  for (const afterMs of [250, 350, 450, 600, 800]) {
    const server = spawnPosthorn(['serve'], {
      cwd: directory.path,
      env: testEnvironment(directory.path, port),
    });
    setTimeout(() => server.signal('SIGTERM'), afterMs);
    const exit = await server.exited;
    // Before Node has run the first line nobody can take a signal: then the system ends the process.
    expect([
      { code: 0, signal: null },
      { code: null, signal: 'SIGTERM' },
    ]).toContainEqual(exit);
  }
  await using posthorn = await startPosthorn({ dataDir: directory.path, port });
  expect((await posthorn.api('/webhooks')).status).toBe(200);
});

test('SEC-07: SIGUSR1 opens no inspector', async () => {
  await using posthorn = await startPosthorn();
  posthorn.signal('SIGUSR1');
  posthorn.signal('SIGHUP');
  await vi.waitFor(() => expect(posthorn.logs()).toContain('egress settings read again'), patience);
  expect(posthorn.logs()).not.toMatch(/debugger|inspector/i);
  const inspector = connect(9229, '127.0.0.1');
  const [error] = (await once(inspector, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('SIGHUP reads .env again: what is opened there may be reached, and a bad file changes nothing', async () => {
  await using receiver = await startReceiver();
  await using posthorn = await startPosthorn({ env: { POSTHORN_EGRESS_ALLOW_CIDRS: '' } });
  const create = () => posthorn.api('/webhooks', { method: 'POST', body: nativeWebhook(receiver.url) });
  expect((await create()).status).toBe(422);

  await writeFile(join(posthorn.dataDir, '.env'), 'POSTHORN_EGRESS_ALLOW_CIDRS=127.0.0.0/8\n');
  posthorn.signal('SIGHUP');
  await vi.waitFor(() => expect(posthorn.logs()).toContain('egress settings read again'), patience);
  expect(posthorn.logs()).toContain('"opened":"127.0.0.0/8"');
  expect((await create()).status).toBe(201);

  await writeFile(join(posthorn.dataDir, '.env'), 'POSTHORN_EGRESS_ALLOW_CIDRS=nonsense\n');
  posthorn.signal('SIGHUP');
  await vi.waitFor(() => expect(posthorn.logs()).toContain('settings not read again'), patience);
  expect((await create()).status).toBe(201);
});

test('OPS-06: while nobody reads the standard output, or its disk is full, deliveries go on', async () => {
  await using receiver = await startReceiver();
  const full = openSync('/dev/full', 'w');
  for (const output of ['pipe', full] as const) {
    await using directory = await temporaryDirectory();
    const port = await freePort();
    const env = {
      ...testEnvironment(directory.path, port),
      POSTHORN_ADMIN_TOKEN: token,
      POSTHORN_LOG_LEVEL: 'debug',
    };
    // What goes into the pipe stays there: nothing reads it.
    const server = spawn(process.execPath, [main, 'serve'], {
      cwd: directory.path,
      env,
      stdio: ['ignore', output, 'ignore'],
    });
    const ended = once(server, 'exit');
    const url = `http://127.0.0.1:${port}`;
    const posthorn = { api: administratorOf(url) };
    await vi.waitFor(async () => expect(await refuses(url)).toBe(false), patience);
    const before = receiver.requests.length;
    await givenDeliveries(posthorn, receiver.url, 400);
    await vi.waitFor(() => expect(receiver.requests.length).toBeGreaterThanOrEqual(before + 400), patience);
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }
  closeSync(full);
});

test('`posthorn config` prints every setting with its origin and no secret', async () => {
  const { exit, said } = await run(['config', '--retention-days', '7'], {
    POSTHORN_ADMIN_PASSWORD: 'hunter2hunter2',
  });
  expect(exit.code).toBe(0);
  expect(said).toMatch(/^POSTHORN_RETENTION_DAYS +7 +flag$/m);
  expect(said).toMatch(/^POSTHORN_ADMIN_PASSWORD +\*\*\*\* +environment$/m);
  expect(said).not.toContain('hunter2');
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
    const refused = await run(['users', 'reset'], settings);
    expect(refused.exit.code).toBe(1);
    expect(refused.said).toContain(String(posthorn.pid));
    await posthorn.stop();
  }
  const { exit, said } = await run(['users', 'reset'], settings);
  expect(exit.code).toBe(0);
  const password = /^password +(\S+)$/m.exec(said)?.[1] ?? '';

  await using posthorn = await startPosthorn({ dataDir: directory.path });
  expect(await signsIn(posthorn.url, 'admin', password)).toBe(true);
  expect(await signsIn(posthorn.url, 'admin', oldPassword)).toBe(false);
});

test('SEC-08, SEC-06: no secret of a webhook or of the administrator appears in the log', async () => {
  await using receiver = await startReceiver(() => ({ status: 500 }));
  await using posthorn = await startPosthorn({ env: { POSTHORN_LOG_LEVEL: 'trace' } });
  const url = `${receiver.url}/path-secret?token=query-secret`;
  const created = await posthorn.api<{ secret: string }>('/webhooks', {
    method: 'POST',
    body: { ...nativeWebhook(url), headers: { 'X-Api-Key': 'header-secret' } },
  });
  const body = { type: 'invoice.paid', data: { note: 'payload-secret' } };
  await posthorn.api('/events', { method: 'POST', body });
  await receiver.waitFor(1);
  await vi.waitFor(() => expect(posthorn.logs()).toContain('delivery.attempted'), patience);
  await posthorn.stop();
  for (const secret of [posthorn.token, posthorn.password, created.body.secret, '-secret']) {
    expect(posthorn.logs()).not.toContain(secret);
  }
});

function nativeWebhook(url: string) {
  return { name: 'Test', url, eventTypes: ['invoice.*'] };
}

async function givenDeliveries(posthorn: Pick<Posthorn, 'api'>, receiverUrl: string, count: number) {
  const body = nativeWebhook(receiverUrl);
  const perWebhook = 4;
  for (let index = 0; index < Math.ceil(count / perWebhook); index++) {
    expect((await posthorn.api('/webhooks', { method: 'POST', body })).status).toBe(201);
  }
  for (let index = 0; index < perWebhook && index < count; index++) {
    const event = { type: 'invoice.paid', data: { index } };
    expect((await posthorn.api('/events', { method: 'POST', body: event })).status).toBe(202);
  }
  const ids: string[] = [];
  let path = '/deliveries?limit=250';
  for (;;) {
    const page = await posthorn.api<{ data: { id: string }[]; next: string | null }>(path);
    ids.push(...page.body.data.map(({ id }) => id));
    if (page.body.next === null) return { deliveryIds: ids };
    path = `/deliveries?limit=250&cursor=${encodeURIComponent(page.body.next)}`;
  }
}

/** Runs a command to its end in a directory of its own. */
async function run(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<{ exit: Exit; said: string }> {
  await using directory = await temporaryDirectory();
  const env = { ...testEnvironment(directory.path, await freePort()), ...settings };
  const process = spawnPosthorn(args, { cwd: directory.path, env });
  const exit = await process.exited;
  return { exit, said: process.logs() };
}

async function startWith(env: Readonly<Record<string, string>>, cwd: string) {
  const server = spawnPosthorn(['serve'], { cwd, env });
  await vi.waitFor(() => expect(server.logs()).toContain('Posthorn is ready'), patience);
  return server;
}

async function refuses(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ready`);
    await response.arrayBuffer();
    return response.status === 503;
  } catch {
    return true;
  }
}

async function signsIn(url: string, username: string, password: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return (await fetch(`${url}/rest/api/webhooks`, { headers: { authorization } })).status === 200;
}

function administratorOf(url: string): Posthorn['api'] {
  return async (path, { method = 'GET', body } = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as never };
  };
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
