// Where the servers under measurement keep their data: a SQLite file each, or a new database each on a PostgreSQL server.

import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { durability } from './durability.ts';

export type Databases = {
  /** Settings of one more server. */
  settings(): Promise<Readonly<Record<string, string>>>;
  /** What a commit waits for. */
  durability(): Promise<string>;
};

export const onSqlite: Databases = { settings: async () => ({}), durability: async () => durability() };

/** On the server of this URL, whose user may create databases. They are left there. */
export function onPostgres(url: string): Databases {
  const ask = async (sql: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, string>>(sql)).rows[0];
    } finally {
      await client.end();
    }
  };
  return {
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
  };
}
