// One PostgreSQL server for a whole test run, started when the first test asks for it and stopped with the run. Tests
// run in processes of their own, so they ask over HTTP.

import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startPostgres, type PostgresServer } from './server.ts';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<PostgresServer> | undefined;
  const asked = createServer((_request, response) => {
    started ??= startPostgres();
    started.then(
      (postgres) => response.end(postgres.url('postgres')),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(asked, 'listening');
  project.provide('postgresAt', `http://127.0.0.1:${(asked.address() as AddressInfo).port}`);
  return async () => {
    asked.close();
    await (await started)?.[Symbol.asyncDispose]();
  };
}
