// Debian's chromium, installed where it is missing.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function ensureChromium(): void {
  if (existsSync(chromiumPath)) return;
  console.error('Installing chromium, once …');
  try {
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  } catch (cause) {
    throw new Error(`There is no ${chromiumPath}: apt-get install chromium`, { cause });
  }
}

function apt(...words: readonly string[]): void {
  execFileSync('apt-get', words, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 });
}
