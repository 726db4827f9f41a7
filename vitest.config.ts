import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Hang guards only: ten times what the slowest test needs on a quiet machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: ['server', 'compat', 'bench'].map((name) => ({
      extends: true as const,
      test: {
        name,
        include: [`${name}/**/*.test.ts`],
        globalSetup: name === 'server' ? ['server/test/postgres/shared.ts'] : [],
      },
    })),
  },
});
