// `npm run soak -- rounds 500 [seed]`: crash rounds, as in `npm test`, as many as you like.
// `npm run soak -- steady 120 [seed]`: one server under load for so many minutes, with its vital signs (FAI-07).
//
//   --postgres URL|npm  on PostgreSQL instead of SQLite: a new database, left there, on a server whose user may create databases, or
//                       on a server of its own with its data on the disk

import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { postgresEnvironment } from '../postgres/database.ts';
import { startPostgres } from '../postgres/server.ts';
import { runRounds } from './rounds.ts';
import { runSteadily } from './steady.ts';

const { values, positionals } = parseArgs({
  options: { postgres: { type: 'string' } },
  allowPositionals: true,
});
const [mode = 'rounds', extent = '300', given] = positionals;
const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
const say = (line: string) => console.log(`${new Date().toISOString()} ${line}`);
const count = Number(extent);
if (!Number.isSafeInteger(seed) || !(count > 0) || !['rounds', 'steady'].includes(mode)) {
  console.error('soak takes: rounds COUNT [SEED], or: steady MINUTES [SEED]; and --postgres URL|npm');
  process.exit(2);
}

await using ownServer = values.postgres === 'npm' ? await startPostgres([], tmpdir()) : undefined;
const url = ownServer?.url('postgres') ?? values.postgres;
const run = { seed, say, ...(url !== undefined && { database: await newDatabase(url) }) };
const { problems } =
  mode === 'steady'
    ? await runSteadily({ ...run, minutes: count })
    : await runRounds({ ...run, rounds: count });
for (const problem of problems.slice(0, 20)) say(problem);
console.log(problems.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = problems.length === 0 ? 0 : 1;

async function newDatabase(server: string): Promise<Readonly<Record<string, string>>> {
  const name = `posthorn_soak_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const database = new URL(server);
  database.pathname = `/${name}`;
  return postgresEnvironment(database.href);
}
