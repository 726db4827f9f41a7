// Kills the loaded server again and again (reliability.md §6.3). `npm run soak` does the same for longer.

import { expect, test } from 'vitest';
import { testDatabase } from '../postgres/database.ts';
import { runRounds } from './rounds.ts';

const rounds = { SQLite: 32, PostgreSQL: 12 };

test.each(['SQLite', 'PostgreSQL'] as const)(
  'P1, DLV-03: whenever the server on %s is killed, nothing accepted is lost and only what was in flight comes twice',
  { timeout: 300_000 },
  async (store) => {
    const given = process.env['CRASH_SEED'];
    const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
    await using database = store === 'PostgreSQL' ? await testDatabase() : undefined;
    const verdict = await runRounds({
      seed,
      rounds: rounds[store],
      ...(database && { database: database.env }),
      say: (line) => console.log(line),
    });

    expect(verdict.problems).toEqual([]);
    expect(verdict.delivered).toBeGreaterThan(0);
    expect(verdict.unrecorded).toBeGreaterThan(0);
  },
);
