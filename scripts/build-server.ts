// Builds the server's JavaScript, once for each state of its sources, each into a directory of its own: what runs from one
// stays as it was, whatever is built and started meanwhile.
//
// JavaScript because it takes less memory: Node keeps what it strips types with in each thread, about 14 MB.
import { spawnSync } from 'node:child_process';
import { existsSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeInPlace, removeWhere } from './in-place.ts';
import { hashOf } from './sources.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(repository, 'node_modules/typescript/bin/tsc');
const sources = ['src', 'package.json', 'tsconfig.build.json', 'tsconfig.json'];
const shared = ['../tsconfig.base.json', '../package-lock.json', '../scripts/build-server.ts'];
/** What has not been started for so long is removed. */
const keptMs = 30 * 24 * 3_600_000;

/** The directory of what is built of this repository, or of another checkout. Rejects when it can't be built. */
export async function buildServer(checkout: string = repository): Promise<string> {
  const server = resolve(checkout, 'server');
  // Beside `src`, since the code looks for its package and the web app from where it is.
  const built = join(server, `built-${hashOf(server, [...sources, ...shared]).slice(0, 12)}`);
  await makeInPlace(
    built,
    () => existsSync(built),
    async (into) => {
      console.error(checkout === repository ? 'Building the server, once …' : `Building ${server}, once …`);
      removeWhere(server, 'built', keptMs);
      compile(server, into);
    },
  );
  const now = new Date();
  utimesSync(built, now, now);
  return built;
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

if (import.meta.main) {
  try {
    console.log(await buildServer());
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
