// Runs one command of this repository under the pinned Node, after fetching that Node and all packages when they
// are missing: `node scripts/run.mjs COMMAND ARGUMENT…`. Plain JavaScript, since the machine's Node may be 18.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  futimesSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const toolchain = join(root, 'toolchain');
const lockPath = join(root, '.install.lock');
const heartbeatMs = 1_000;
const abandonedMs = 15_000;

const [command, ...args] = process.argv.slice(2);
let child;
passSignalsOn();

const nodeDirectory = pinnedNodeDirectory();
const path = [nodeDirectory, join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);

if (!isInstalled(toolchain) || !isInstalled(root)) await installAlone();
process.exitCode = await run(command, args, { cwd: root, stdio: 'inherit' });

/** Where the pinned Node is or will be; a system without a package for it may bring its own Node 24. */
function pinnedNodeDirectory() {
  const name = `node-${process.platform}-${process.arch}`;
  const packages = JSON.parse(readFileSync(join(toolchain, 'package.json'), 'utf8')).optionalDependencies;
  if (packages[name] !== undefined) return join(toolchain, 'node_modules', name, 'bin');
  if (Number.parseInt(process.versions.node, 10) >= 24) return dirname(process.execPath);
  return fail(
    `There is no pinned Node for ${process.platform} ${process.arch}: install Node 24 and run this again.`,
  );
}

/** An install is complete when its last act, the stamp, names the lockfile that is there now. */
function isInstalled(directory) {
  const stamp = stampPath(directory);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfileHash(directory);
}

/** Installs what is missing while no other start of this clone does. */
async function installAlone() {
  const release = await takeLock();
  try {
    if (!isInstalled(toolchain))
      await install(toolchain, 'the pinned Node 24 (about 120 MB on disk)', process.env.PATH);
    if (!isInstalled(root)) await install(root, 'all packages (about 300 MB on disk)', path);
  } finally {
    release();
  }
}

async function install(directory, what, searchPath) {
  say(`Fetching ${what}, once, into ${join(directory, 'node_modules')} …`);
  const flags = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error'];
  const options = { cwd: directory, stdio: ['ignore', 2, 2], env: { ...process.env, PATH: searchPath } };
  const code = await run('npm', flags, options);
  if (code !== 0)
    fail(`Could not fetch ${what}: npm ended with code ${code}. Is the npm registry reachable?`);
  writeFileSync(stampPath(directory), lockfileHash(directory));
}

/** A file made only by its first writer is the lock; its heartbeat tells that the holder lives. */
async function takeLock() {
  let lock = openLock();
  if (lock === undefined) say('Another start is installing; waiting for it …');
  while (lock === undefined) {
    await sleep(heartbeatMs / 4);
    if (isAbandoned()) removeAbandoned();
    lock = openLock();
  }
  const heartbeat = setInterval(() => futimesSync(lock, new Date(), new Date()), heartbeatMs);
  const release = () => {
    clearInterval(heartbeat);
    process.off('exit', release);
    rmSync(lockPath, { force: true });
  };
  process.on('exit', release);
  return release;
}

function openLock() {
  try {
    return openSync(lockPath, 'wx');
  } catch (error) {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  }
}

function isAbandoned() {
  const stat = statSync(lockPath, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > abandonedMs;
}

/** Renaming is the claim: of several that see the same abandoned lock, one removes it. */
function removeAbandoned() {
  const claimed = `${lockPath}.${process.pid}`;
  try {
    renameSync(lockPath, claimed);
    rmSync(claimed, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Runs a program to its end and answers its exit code, as a shell would give it. */
function run(program, programArgs, options) {
  return new Promise((resolve) => {
    child = spawn(program, programArgs, { ...options, env: options.env ?? { ...process.env, PATH: path } });
    child.once('error', (error) => resolve(fail(`Cannot start ${program}: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** A terminal sends its own Ctrl-C to the whole group, so that one is not passed on a second time. */
function passSignalsOn() {
  const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      if (child === undefined) process.exit(128 + constants.signals[signal]);
      if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
    });
  }
}

function stampPath(directory) {
  return join(directory, 'node_modules', '.installed');
}

function lockfileHash(directory) {
  return createHash('sha256')
    .update(readFileSync(join(directory, 'package-lock.json')))
    .digest('hex');
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}
