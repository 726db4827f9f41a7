// Writes the documents that come from the code: docs/openapi.json and docs/configuration.md. With `--check` it writes
// nothing and ends with exit code 1 when one of them is not as the code says.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from './app.ts';
import { configurationDocument, readConfig } from './config.ts';

const docs = new URL('../../docs/', import.meta.url);

if (import.meta.main) {
  const stale = await staleDocuments();
  if (process.argv.includes('--check')) {
    for (const name of stale.keys())
      console.error(`docs/${name} is not up to date: run \`npm run generate\``);
    process.exitCode = stale.size === 0 ? 0 : 1;
  } else {
    for (const [name, text] of stale) await writeFile(new URL(name, docs), text);
  }
}

/** The documents that are not as the code says, with what they should be. */
export async function staleDocuments(): Promise<ReadonlyMap<string, string>> {
  const documents = { 'openapi.json': await openApiDocument(), 'configuration.md': configurationDocument() };
  const stale = new Map<string, string>();
  for (const [name, text] of Object.entries(documents)) {
    const written = await readFile(new URL(name, docs), 'utf8').catch(() => undefined);
    if (written !== text) stale.set(name, text);
  }
  return stale;
}

/** As a server with all settings at their defaults answers it. */
async function openApiDocument(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-generate-'));
  const flags = { databaseUrl: `sqlite:${join(directory, 'posthorn.db')}`, port: '0', logLevel: 'silent' };
  const file = { values: new Map<string, string>(), problems: [] };
  const configuration = readConfig({ flags, otherFlags: [], environment: {}, file });
  const app = await startApp(configuration, new AbortController().signal);
  try {
    if (app === 'stopped') throw new Error('the server stopped before it had started');
    const response = await fetch(`${app.url}/api/v1/openapi.json`);
    return `${JSON.stringify(await response.json(), null, 2)}\n`;
  } finally {
    if (app !== 'stopped') await app.stop(0);
    await rm(directory, { recursive: true, force: true });
  }
}
