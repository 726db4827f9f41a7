// Moments as people read them, in whichever zone they are.

import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

test.each([
  ['Europe/Berlin', /\b0?9:12:32\b.*UTC\+1$/, /\b0?9:12:32.045\b.*UTC\+1$/],
  ['Asia/Kolkata', /\b0?1:42:32\b.*UTC\+5:30$/, /\b0?1:42:32.045\b.*UTC\+5:30$/],
  ['UTC', /\b0?8:12:32\b.*UTC$/, /\b0?8:12:32.045\b.*UTC$/],
])('a moment tells its zone, %s, and where it is asked for its milliseconds', async (zone, second, ms) => {
  vi.stubEnv('TZ', zone);
  const { exact, exactToMs } = await import('./time.tsx');
  expect(exact('2026-11-28T08:12:32.045Z')).toMatch(second);
  expect(exactToMs('2026-11-28T08:12:32.045Z')).toMatch(ms);
});
