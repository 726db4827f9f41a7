// A PostgreSQL server for tests: new, on a port and in a directory of its own, in memory where there is room for it.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../process/free-port.ts';
import { npmBinaries } from './binaries.ts';

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** As the superuser. */
  url(database: string): string;
  /** Stops at once, as a crash does, or in order; then starts again. */
  restart(how: 'crash' | 'fast'): Promise<void>;
  stop(how?: 'crash' | 'fast'): Promise<void>;
  start(): Promise<void>;
}

const user = 'posthorn';
const startWithinMs = 30_000;
/** The server refuses to run as root; this user owns nothing. */
const nobody = 65_534;

/**
 * `flags` are further settings of the server, such as `fsync=off`; `parent` has its data, where not the memory does; `more`
 * comes into its environment.
 */
export async function startPostgres(
  flags: readonly string[] = [],
  parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir(),
  more: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const scratch = mkdtempSync(join(parent, 'posthorn-postgres-'));
  const asOther = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (asOther.uid !== undefined) chownSync(scratch, nobody, nobody);
  chmodSync(scratch, 0o755);
  const data = join(scratch, 'data');
  const port = await freePort();
  const { directory, env } = npmBinaries(scratch);
  const options = {
    ...asOther,
    env: { ...process.env, ...env, LC_ALL: 'C', ...more },
    cwd: scratch,
  } as const;
  let running: ChildProcess | undefined;

  const initdb = ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '-k'];
  await succeed(
    spawn(join(directory, 'initdb'), initdb, { ...options, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=64MB',
    ...flags,
  ];

  const killAtExit = () => void running?.kill('SIGQUIT');
  process.once('exit', killAtExit);

  const server: PostgresServer = {
    port,
    url: (database) => `postgres://${user}@127.0.0.1:${port}/${database}`,
    async start() {
      const given = settings.flatMap((setting) => ['-c', setting]);
      const until = Date.now() + startWithinMs;
      do {
        running = spawn(join(directory, 'postgres'), ['-D', data, ...given], { ...options, stdio: 'ignore' });
        // What a killed server left behind still ends by itself; until then the next one does not begin.
      } while (!(await answers(server.url('postgres'), running, until)));
    },
    async stop(how = 'fast') {
      if (running?.exitCode !== null) return;
      const exited = once(running, 'exit');
      running.kill(how === 'crash' ? 'SIGKILL' : 'SIGINT');
      await exited;
    },
    async restart(how) {
      await server.stop(how);
      await server.start();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      process.off('exit', killAtExit);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

async function succeed(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed: ${said}`);
}

/** Whether it answers, as soon as it does: false when it ended before. Rejects after `until`. */
async function answers(url: string, server: ChildProcess, until: number): Promise<boolean> {
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      if (Date.now() > until)
        throw new Error(`PostgreSQL did not start: ${(error as Error).message}`, { cause: error });
      await sleep(50);
      if (server.exitCode !== null) return false;
    }
  }
}
