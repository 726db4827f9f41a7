// Where the servers under measurement keep their data: a SQLite file each, or a new database each on a PostgreSQL server.

import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { startPostgres } from '../../server/test/postgres/server.ts';
import { durability } from './durability.ts';

type Settings = Readonly<Record<string, string>>;

export interface Databases extends AsyncDisposable {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** Settings of one more server. */
  settings(): Promise<Settings>;
  /** What a commit waits for. */
  durability(): Promise<string>;
  /** The same where whoever commits has this in its environment; undefined where that is not ours to start. */
  settingsWith(env: Settings): Promise<Settings | undefined>;
}

/** `where` is the `--postgres` of a benchmark: nothing for SQLite, `npm` for a server of the benchmark's own, or a URL. */
export async function databasesAt(where: string | undefined): Promise<Databases> {
  if (where === undefined) return onSqlite;
  return where === 'npm' ? onOwnPostgres() : onPostgres(where);
}

const onSqlite: Databases = {
  name: 'SQLite',
  settings: async () => ({}),
  durability: async () => durability(),
  settingsWith: async (env) => env,
  async [Symbol.asyncDispose]() {},
};

/** On the server of this URL, whose user may create databases. They are left there. */
export function onPostgres(url: string): Databases {
  const ask = (sql: string) =>
    connected(url, async (client) => (await client.query<Record<string, string>>(sql)).rows[0]);
  return {
    name: 'PostgreSQL',
    async settings() {
      const name = `posthorn_bench_${randomBytes(6).toString('hex')}`;
      await ask(`CREATE DATABASE ${name}`);
      const database = new URL(url);
      database.pathname = `/${name}`;
      return {
        POSTHORN_DATABASE_URL: database.href,
        POSTHORN_MASTER_KEY: randomBytes(32).toString('base64'),
      };
    },
    async durability() {
      const row = await ask(
        `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync`,
      );
      return `PostgreSQL ${row!['version']}, fsync=${row!['fsync']}, synchronous_commit=on`;
    },
    settingsWith: async () => undefined,
    async [Symbol.asyncDispose]() {},
  };
}

/** What a server with some memory to itself has. */
const flags = ['shared_buffers=1GB', 'max_wal_size=4GB', 'min_wal_size=2GB'];
const logFiles = 96;

/** On a server that the benchmark starts, with its data on the disk, and removes. */
async function onOwnPostgres(): Promise<Databases> {
  const servers = new AsyncDisposableStack();
  const start = async (env: Settings) => {
    const server = servers.use(await startPostgres(flags, tmpdir(), env));
    await growLog(server.url('postgres'));
    return onPostgres(server.url('postgres'));
  };
  return {
    ...(await start({})),
    settingsWith: async (env) => (await start(env)).settings(),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

/**
 * A server that has been at work for a while writes its log over old files of it. A new one makes each, zero by zero, while
 * every commit waits: that would be measured otherwise.
 */
function growLog(url: string): Promise<void> {
  return connected(url, async (client) => {
    for (let file = 0; file < logFiles; file++) {
      await client.query(`SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()`);
    }
    await client.query('CHECKPOINT');
  });
}

async function connected<Result>(url: string, act: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
