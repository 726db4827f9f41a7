import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../test/process/command.ts';
import { startPosthorn } from '../../test/process/posthorn.ts';
import { program } from '../../test/process/posthorn-process.ts';
import { temporaryDirectory } from '../../test/process/temporary-directory.ts';

vi.setConfig({ testTimeout: 120_000 });

describe('OPS-03, DUR-14: what keeps Posthorn from starting is told in a sentence, without a stack', () => {
  test('a bad setting and an unknown name, both at once', async () => {
    const { exit, said } = await runCommand(['serve'], { POSTHORN_PORT: 'x', POSTHORN_LOG_LEVL: 'info' });
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

  test('an unknown command, with those that there are', async () => {
    const { exit, said } = await runCommand(['serv'], {});
    expect(exit.code).toBe(1);
    expect(said).toBe(
      "'serv' is no command; did you mean serve?\n" +
        'There are: serve (the default), config, users reset. `posthorn --help` tells what they do.\n',
    );
    expect((await runCommand(['bogus'], {})).said).toMatch(/^'bogus' is no command\.\nThere are: /);
    expect((await runCommand(['users', 'rest'], {})).said).toMatch(
      /^'users rest' is no command; did you mean users reset\?/,
    );
    expect((await runCommand(['config', 'port'], {})).said).toBe("'config' takes no 'port'.\n");
  });

  test('an unknown flag', async () => {
    expect((await runCommand(['serve', '--prot', '1'], {})).said).toContain(
      '--prot is no flag; did you mean --port?',
    );
  });

  test('a taken port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { exit, said } = await runCommand(['serve'], { POSTHORN_PORT: String(port) });
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
    const { exit, said } = await runCommand(['serve'], settings);
    expect(exit.code).toBe(1);
    expect(said).toMatch(/^Posthorn can't start: /m);
    expect(said).toMatch(named);
    expect(said).not.toContain('    at ');
  });

  test('a database that another server holds', async () => {
    await using posthorn = await startPosthorn();
    const { exit, said } = await runCommand(['serve'], {
      POSTHORN_DATABASE_URL: `sqlite:${posthorn.dataDir}/posthorn.db`,
    });
    expect(exit.code).toBe(1);
    expect(said).toMatch(/^Posthorn can't start: /m);
    expect(said).toContain(String(posthorn.pid));
  });
});

test('`--help` prints plain text', async () => {
  const { exit, said } = await runCommand(['serve', '--help'], {});
  expect(exit.code).toBe(0);
  expect(said).toContain('docs/postgresql.md');
  expect(said).not.toMatch(/`|\]\(/);
});

test('`posthorn config` prints every setting with its origin and no secret', async () => {
  const { exit, said } = await runCommand(['config', '--retention-days', '7'], {
    POSTHORN_ADMIN_PASSWORD: 'hunter2hunter2',
  });
  expect(exit.code).toBe(0);
  expect(said).toMatch(/^POSTHORN_RETENTION_DAYS +7 +flag$/m);
  expect(said).toMatch(/^POSTHORN_ADMIN_PASSWORD +\*\*\*\* +environment$/m);
  expect(said).not.toContain('hunter2');
});

test.each([
  ['config', '| true', 0, ''],
  ['config', '> /dev/full', 1, "The answer can't be written to the standard output (ENOSPC"],
  ['users reset', '| true', 1, 'nobody has seen the new password, so reset it again'],
  ['users reset', '> /dev/full', 1, 'nobody has seen the new password, so reset it again'],
])('`posthorn %s %s` ends with %i and shows no stack', async (words, where, code, said) => {
  await using directory = await temporaryDirectory();
  const env = { PATH: process.env['PATH'], POSTHORN_DATABASE_URL: `sqlite:${directory.path}/posthorn.db` };
  if (words === 'users reset') await (await startPosthorn({ dataDir: directory.path })).stop();
  // A shell's own status is that of the last command: it is told on the standard error instead.
  const command = `{ "$0" "$1" ${words}; echo "ended with $?" >&2; } ${where}`;
  const run = promisify(execFile)('sh', ['-c', command, process.execPath, program], {
    env,
    cwd: directory.path,
  });
  const { stderr } = await run.catch((error: { readonly stderr: string }) => error);
  expect(stderr).toContain(`ended with ${code}`);
  expect(stderr).toContain(said);
  expect(stderr).not.toMatch(/^ +at /m);
});
