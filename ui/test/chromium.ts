// The browser of the tests, Debian's Chromium without windows: the same engine, and a journey takes two thirds of the time.
// Installed where it is missing; where that can't be, the Chromium that is there.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const shell = '/usr/bin/chromium-headless-shell';
const whole = '/usr/bin/chromium';

/** What `CHROMIUM` names, else what is installed. */
export function chromiumPath(): string {
  return process.env['CHROMIUM'] ?? (existsSync(shell) ? shell : whole);
}

export function ensureChromium(): void {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && !existsSync(named))
    throw new Error(`CHROMIUM names ${named}, which is not there`);
  if (named !== undefined || existsSync(shell)) return;
  console.error('Installing chromium, once …');
  try {
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', 'chromium-headless-shell');
  } catch (cause) {
    if (existsSync(whole)) return;
    throw new Error('There is no browser to test with: apt-get install chromium-headless-shell', { cause });
  }
}

function apt(...words: readonly string[]): void {
  execFileSync('apt-get', words, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 });
}
