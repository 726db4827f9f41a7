import { expect, test } from 'vitest';
import { testDatabase } from '../postgres/database.ts';
import { onPostgres } from './postgres.ts';
import { simulateNodes } from './several-nodes.ts';
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

const seedsOfNodes = Number(process.env['SIMULATION_SEEDS_OF_NODES'] ?? 50);

test(
  `SIM-01: several nodes that die, freeze, are cut off and hand over lose nothing, and no delivery has two attempts while its lease holds (${seedsOfNodes} seeds)`,
  { timeout: 600_000 },
  async () => {
    const happened = { refused: 0, givenBack: 0, lost: 0 };
    for (let seed = firstSeed; seed < firstSeed + seedsOfNodes; seed++) {
      const { problems, refused, givenBack, lost } = await simulateNodes(seed);
      expect(problems, `replay with SIMULATION_SEED=${seed} SIMULATION_SEEDS_OF_NODES=1`).toEqual([]);
      happened.refused += refused;
      happened.givenBack += givenBack;
      happened.lost += lost;
    }
    if (seedsOfNodes < 50) return;
    expect(Object.entries(happened).filter(([, times]) => times === 0)).toEqual([]);
  },
);

test('SIM-02: the same seed gives the same trace', async () => {
  const first = await simulate(4711);
  const second = await simulate(4711);
  expect(second.traceHash).toBe(first.traceHash);
  expect(first.arrivals).toBeGreaterThan(0);
});
