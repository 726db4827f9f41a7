// A server of a test's own that kills itself at a named moment.

import { resolve } from 'node:path';
import { launchPosthorn, type Posthorn } from '../process/posthorn.ts';

const entry = resolve(import.meta.dirname, '../crash/crash-point-server.ts');

/** Starts it and does not wait: the moment may come before it is ready. */
export function launchCrashing(dataDir: string, at: string): Promise<Posthorn> {
  return launchPosthorn({ dataDir, entry, env: { CRASH_AT: at } });
}

/** Starts it and waits until it is ready. */
export async function startCrashing(dataDir: string, at: string): Promise<Posthorn> {
  const posthorn = await launchCrashing(dataDir, at);
  await posthorn.ready();
  return posthorn;
}
