// scripts/run.mjs, the launcher behind every npm script, against a stand-in for npm that tells what it was asked.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'posthorn-launcher-'));
  for (const directory of ['scripts', 'toolchain', 'bin']) mkdirSync(join(clone, directory));
  cpSync(join(repository, 'scripts/run.mjs'), join(clone, 'scripts/run.mjs'));
  cpSync(join(repository, 'toolchain/package.json'), join(clone, 'toolchain/package.json'));
  writeFileSync(join(clone, 'toolchain/package-lock.json'), '{}');
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  npmIs(`
    node="node_modules/node-${process.platform}-${process.arch}/bin"
    mkdir -p node_modules "$node" && ln -sf "${process.execPath}" "$node/node"`);
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

test('a bare clone gets its Node, then its packages, then runs the command with its exit code', async () => {
  const ended = await launch('node', '-e', 'console.log(process.argv[1]); process.exit(7)', 'an argument');

  expect(ended).toMatchObject({ code: 7, stdout: 'an argument\n' });
  expect(ended.stderr).toMatch(/^Fetching the pinned Node 24.*\nFetching all packages.*\n$/);
  expect(installs()).toEqual(['start toolchain', 'end toolchain', 'start clone', 'end clone']);
});

test('the command runs under the Node of the toolchain, whatever Node npm was started with', async () => {
  const { stdout } = await launch('sh', '-c', 'command -v node');

  const bin = join(clone, `toolchain/node_modules/node-${process.platform}-${process.arch}/bin/node`);
  expect(stdout.trim()).toBe(bin);
});

test('an installed clone fetches nothing; a changed lockfile is fetched anew', async () => {
  await launch('true');
  expect(await launch('true')).toMatchObject({ code: 0, stderr: '' });
  writeFileSync(join(clone, 'package-lock.json'), '{ }');
  rmSync(join(clone, 'npm.log'));
  await launch('true');

  expect(installs()).toEqual(['start clone', 'end clone']);
});

test('of several starts at once one installs, and the others wait for it', async () => {
  const ended = await Promise.all(Array.from({ length: 4 }, () => launch('true')));

  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(installs()).toEqual(['start toolchain', 'end toolchain', 'start clone', 'end clone']);
  expect(existsSync(join(clone, '.install.lock'))).toBe(false);
});

test('an install that failed is told in one line, and the next start tries it again', async () => {
  npmIs('exit 3');
  const { code, stderr } = await launch('true');
  expect(code).toBe(1);
  expect(stderr).toMatch(/Could not fetch the pinned Node 24.*: npm ended with code 3\. .*\n$/);

  await launch('true');
  expect(installs()).toEqual(['start toolchain', 'start toolchain']);
});

test('the lock of an install that was killed does not keep the next start waiting', async () => {
  writeFileSync(join(clone, '.install.lock'), '');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(clone, '.install.lock'), longAgo, longAgo);

  expect(await launch('true')).toMatchObject({ code: 0 });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s reaches the command, which ends in its own way',
  async (signal) => {
    const running = start(
      'node',
      '-e',
      `process.on('${signal}', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1000)`,
    );
    running.stdout.once('data', () => running.kill(signal));

    expect(await end(running)).toMatchObject({ code: 9 });
  },
);

test('a command that a signal ended gives the code that a shell would give', async () => {
  expect(await launch('sh', '-c', 'kill -KILL $$')).toMatchObject({ code: 137 });
});

test('a command that is not there is one line and exit code 1', async () => {
  const { code, stderr } = await launch('no-such-command');
  expect(code).toBe(1);
  expect(stderr).toMatch(/\nCannot start no-such-command: .*\n$/);
});

function npmIs(body: string) {
  const log = join(clone, 'npm.log');
  const place = `$([ "$PWD" = "${clone}" ] && echo clone || basename "$PWD")`;
  const script = `#!/bin/sh\nset -e\necho "start ${place}" >> ${log}\n${body}\nsleep 0.1\necho "end ${place}" >> ${log}\n`;
  writeFileSync(join(clone, 'bin/npm'), script);
  chmodSync(join(clone, 'bin/npm'), 0o755);
}

function installs(): string[] {
  return readFileSync(join(clone, 'npm.log'), 'utf8').trim().split('\n');
}

function launch(...command: string[]) {
  return end(start(...command));
}

function start(...command: string[]) {
  const env = { PATH: `${join(clone, 'bin')}:/usr/bin:/bin` };
  return spawn(process.execPath, [join(clone, 'scripts/run.mjs'), ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function end(running: ReturnType<typeof start>) {
  const code = new Promise<number | null>((done) => running.once('exit', done));
  const [stdout, stderr] = await Promise.all([text(running.stdout), text(running.stderr)]);
  return { code: await code, stdout, stderr };
}
