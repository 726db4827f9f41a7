// Builds the web app into ui/dist when its sources are other than those it was last built from.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeInPlace } from './in-place.ts';
import { hashOf } from './sources.ts';

const ui = fileURLToPath(new URL('../ui', import.meta.url));
const dist = join(ui, 'dist');
/** Says what it was made from. */
const stamp = '.built';
const sources = [
  'src',
  'public',
  'index.html',
  'portal.html',
  'package.json',
  'vite.config.ts',
  '../package-lock.json',
];

/** Builds once for each state of the sources, and says so, since it takes some seconds. */
export async function buildUi(): Promise<void> {
  const now = hashOf(ui, sources);
  const isBuilt = () => existsSync(join(dist, stamp)) && readFileSync(join(dist, stamp), 'utf8') === now;
  await makeInPlace(dist, isBuilt, async (outDir) => {
    console.error('Building the web app, once …');
    // Loading it takes longer than to see that nothing has changed.
    const { build } = await import('vite');
    const configFile = join(ui, 'vite.config.ts');
    await forProduction(() => build({ configFile, logLevel: 'warn', build: { outDir } }));
    writeFileSync(join(outDir, stamp), now);
  });
}

/** A run of the tests would build React's large and slow variant for development, which would then be served. */
async function forProduction(act: () => Promise<unknown>): Promise<void> {
  const { NODE_ENV: before } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await act();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

if (import.meta.main) await buildUi();
