// Before the journeys: the web app is built, and there is a browser. Both only when missing.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { buildUi } from '../../scripts/build-ui.ts';
import { chromiumPath } from './browser.ts';

export async function setup(): Promise<void> {
  await buildUi();
  if (existsSync(chromiumPath)) return;
  console.error('Installing chromium for the tests of the web app, once …');
  const apt = (...words: readonly string[]) =>
    execFileSync('apt-get', words, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 });
  try {
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  } catch (cause) {
    throw new Error(`The tests of the web app need ${chromiumPath}: apt-get install chromium`, { cause });
  }
}
