import { defineConfig } from 'vitest/config';

const postgres = ['server/test/postgres/shared.ts'];
/** What a server does is the same on either database: these run a second time, on PostgreSQL. */
const flows = [
  'server/test/end-to-end/{crash-points,delivery,filters,isolation,mail,session,verification,xurrent}.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Hang guards only: ten times and more what the slowest test needs on a quiet machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      ...['server', 'compat', 'bench'].map((name) => ({
        extends: true as const,
        test: { name, include: [`${name}/**/*.test.ts`], globalSetup: name === 'server' ? postgres : [] },
      })),
      {
        extends: true as const,
        test: {
          name: 'ui',
          include: ['ui/**/*.test.ts'],
          globalSetup: ['ui/test/set-up.ts'],
        },
      },
      {
        extends: true as const,
        test: {
          name: 'on PostgreSQL',
          include: flows,
          globalSetup: postgres,
          env: { TEST_STORE: 'postgres' },
        },
      },
    ],
  },
});
