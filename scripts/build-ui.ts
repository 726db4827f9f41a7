// Builds the web app into ui/dist when its sources are other than those it was last built from.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ui = fileURLToPath(new URL('../ui', import.meta.url));
const stamp = join(ui, 'dist', '.built');
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
  const now = hashOf(sources.flatMap(filesIn));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  console.error('Building the web app, once …');
  await forProduction(() => build({ configFile: join(ui, 'vite.config.ts'), logLevel: 'warn' }));
  writeFileSync(stamp, now);
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

function filesIn(name: string): string[] {
  const path = join(ui, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((file) => join(path, file))
    .filter((file) => statSync(file).isFile())
    .toSorted();
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(ui.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

if (import.meta.main) await buildUi();
