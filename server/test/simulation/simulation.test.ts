import { expect, test } from 'vitest';
import { testDatabase } from '../postgres/database.ts';
import { onPostgres } from './postgres.ts';
import { simulate } from './simulate.ts';

const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 1_000);
const firstSeed = Number(process.env['SIMULATION_SEED'] ?? 1);

test(
  `SIM-01: no seed from ${firstSeed} on breaks a promise (${seeds} seeds)`,
  { timeout: 600_000 },
  async () => {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const { problems } = await simulate(seed);
      expect(problems, `replay with SIMULATION_SEED=${seed} SIMULATION_SEEDS=1`).toEqual([]);
    }
  },
);

const seedsOnPostgres = Number(process.env['SIMULATION_SEEDS_ON_POSTGRES'] ?? 25);

test(`SIM-01: nor does it on PostgreSQL (${seedsOnPostgres} seeds)`, { timeout: 600_000 }, async () => {
  await using database = await testDatabase();
  const postgres = onPostgres(database);
  for (let seed = firstSeed; seed < firstSeed + seedsOnPostgres; seed++) {
    const { problems } = await simulate(seed, postgres);
    expect(problems, `seed ${seed}`).toEqual([]);
  }
});

test('SIM-02: the same seed gives the same trace', async () => {
  const first = await simulate(4711);
  const second = await simulate(4711);
  expect(second.traceHash).toBe(first.traceHash);
  expect(first.arrivals).toBeGreaterThan(0);
});
