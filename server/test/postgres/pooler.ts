// PgBouncer in transaction mode in front of a PostgreSQL server, where the machine has one.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';

const program = ['pgbouncer', '/usr/sbin/pgbouncer'].find((path) => spawnSync(path, ['-V']).status === 0);

/** Why there can be none; undefined when there can. */
export const noPooler: string | undefined = program === undefined ? 'pgbouncer is not installed' : undefined;

export interface Pooler extends AsyncDisposable {
  /** The database's URL, by way of the pooler. */
  readonly url: string;
  /** Ends it with all its connections, and starts it again. */
  restart(): Promise<void>;
}

/** Like PostgreSQL it refuses to run as root; this user owns nothing. */
const nobody = 65_534;
const startWithinMs = 10_000;

/** Fewer connections to the server than a node opens, so that transactions of one client change between them. */
const poolSize = 6;

export async function startPooler(databaseUrl: string): Promise<Pooler> {
  const database = new URL(databaseUrl);
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'posthorn-pooler-'));
  const file = join(directory, 'pgbouncer.ini');
  writeFileSync(file, configuration(database, port));
  const asOther = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (asOther.uid !== undefined) chownSync(directory, nobody, nobody);
  chmodSync(directory, 0o755);
  let running = await start();
  const killAtExit = () => void running.kill('SIGKILL');
  process.once('exit', killAtExit);

  async function start() {
    const pooler = spawn(program!, ['-q', file], { ...asOther, stdio: 'ignore' });
    for (const until = Date.now() + startWithinMs; !(await listens(port)); await sleep(20)) {
      if (pooler.exitCode !== null || Date.now() > until) throw new Error('pgbouncer did not start');
    }
    return pooler;
  }

  async function end(): Promise<void> {
    const exited = once(running, 'exit');
    running.kill('SIGTERM');
    await exited;
  }

  const url = new URL(database);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    async restart() {
      await end();
      running = await start();
    },
    async [Symbol.asyncDispose]() {
      await end();
      process.off('exit', killAtExit);
      rmSync(directory, { recursive: true });
    },
  };
}

function configuration(database: URL, port: number): string {
  const server = {
    host: database.hostname,
    port: database.port || '5432',
    user: decodeURIComponent(database.username),
    ...(database.password !== '' && { password: decodeURIComponent(database.password) }),
  };
  const target = Object.entries(server).map(([name, value]) => `${name}='${value.replaceAll("'", "''")}'`);
  return [
    '[databases]',
    `* = ${target.join(' ')}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    `default_pool_size = ${poolSize}`,
    'max_client_conn = 500',
    '',
  ].join('\n');
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
