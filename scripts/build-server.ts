// Builds the server's JavaScript into server/built when its sources are other than those it was last built from.
//
// JavaScript because it takes less memory: Node keeps what it strips types with in each thread, about 14 MB.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf, isBuiltFrom } from './sources.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(repository, 'node_modules/typescript/bin/tsc');
const sources = ['src', 'package.json', 'tsconfig.build.json', 'tsconfig.json'];
const shared = ['../tsconfig.base.json', '../package-lock.json', '../scripts/build-server.ts'];

/** Builds that of this repository, or of another checkout, once for each state of its sources. Throws when it can't. */
export function buildServer(checkout: string = repository): void {
  const server = resolve(checkout, 'server');
  const built = join(server, 'built');
  const stamp = join(built, '.stamp');
  const now = hashOf(server, [...sources, ...shared]);
  if (isBuiltFrom(now, stamp)) return;
  console.error(checkout === repository ? 'Building the server, once …' : `Building ${server}, once …`);
  mkdirSync(built, { recursive: true });
  const made = mkdtempSync(join(built, '.making-'));
  try {
    compile(server, made);
    // Whoever is stopped from here on leaves a mixture, which must not pass for what was built before.
    rmSync(stamp, { force: true });
    moveInto(built, made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  writeFileSync(stamp, now);
}

function compile(server: string, into: string): void {
  const { status } = spawnSync(
    process.execPath,
    // Whether the types are right is for the checks to say.
    [compiler, '-p', join(server, 'tsconfig.build.json'), '--outDir', into, '--noCheck'],
    // What it says goes to the standard error: the output is the server's.
    { stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error(`${server} could not be built`);
}

/** File by file, each at once: whoever starts or builds the same meanwhile finds every file, all the time. */
function moveInto(target: string, from: string): void {
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(from, name)).isDirectory()) continue;
    mkdirSync(dirname(join(target, name)), { recursive: true });
    renameSync(join(from, name), join(target, name));
  }
}

if (import.meta.main) {
  try {
    buildServer();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
