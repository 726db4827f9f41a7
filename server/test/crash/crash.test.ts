// Kills the loaded server again and again (reliability.md §6.3). `npm run soak` does the same for longer.

import { expect, test } from 'vitest';
import { runRounds } from './rounds.ts';

const rounds = 32;

test(
  'P1, DLV-03: whenever the server is killed, nothing accepted is lost and only what was in flight comes twice',
  { timeout: 300_000 },
  async () => {
    const given = process.env['CRASH_SEED'];
    const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
    const verdict = await runRounds({ seed, rounds, say: (line) => console.log(line) });

    expect(verdict.problems).toEqual([]);
    expect(verdict.delivered).toBeGreaterThan(0);
    expect(verdict.unrecorded).toBeGreaterThan(0);
  },
);
