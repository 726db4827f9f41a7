import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: ['server', 'compat', 'bench'].map((name) => ({
      extends: true as const,
      test: { name, include: [`${name}/**/*.test.ts`] },
    })),
  },
});
