// Builds the server's JavaScript into server/dist when its sources are other than those it was last built from.
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
const shared = ['../tsconfig.base.json', '../package-lock.json'];

/** Builds that of this repository, or of another checkout, once for each state of its sources. Throws when it can't. */
export function buildServer(checkout: string = repository): void {
  const server = resolve(checkout, 'server');
  const dist = join(server, 'dist');
  const stamp = join(dist, '.built');
  const now = hashOf(server, [...sources, ...shared]);
  if (isBuiltFrom(now, stamp)) return;
  console.error(checkout === repository ? 'Building the server, once …' : `Building ${server}, once …`);
  // `npm run build` leaves a copy of the web app there, for the package; here it is served from where it is built.
  rmSync(join(dist, 'ui'), { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const made = mkdtempSync(join(dist, '.making-'));
  try {
    compile(server, made);
    moveInto(dist, made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  writeFileSync(stamp, now);
}

function compile(server: string, into: string): void {
  const { status } = spawnSync(
    process.execPath,
    [compiler, '-p', join(server, 'tsconfig.build.json'), '--outDir', into],
    // What it says goes to the standard error: the output is the server's.
    { stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error(`${server} could not be built`);
}

/** File by file, each at once: whoever starts or builds the same meanwhile finds everything, all the time. */
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
