// The receiver of the throughput benchmarks, in a process of its own: nginx where it is installed, since it costs least.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../server/test/process/free-port.ts';
import type { ReceiverAnswer } from './own-receiver.ts';
import { startProgram, type Program } from './program.ts';

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly what: string;
}

export async function startReceiver(): Promise<Receiver> {
  const nginx = ['nginx', '/usr/sbin/nginx'].find((path) => spawnSync(path, ['-v']).status === 0);
  return nginx === undefined ? startOwn() : startNginx(nginx);
}

async function startOwn(): Promise<Receiver> {
  const own: Program<object, ReceiverAnswer> = await startProgram('own-receiver.ts');
  const { url } = await own.ask({});
  return {
    url,
    what: 'node:net, answers 200',
    async [Symbol.asyncDispose]() {
      own[Symbol.dispose]();
    },
  };
}

async function startNginx(path: string): Promise<Receiver> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-bench-nginx-'));
  const port = await freePort();
  await writeFile(join(directory, 'nginx.conf'), configuration(port));
  const nginx = spawn(path, ['-p', directory, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' });
  while (!(await listens(port))) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}`);
    await sleep(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    what: `${spawnSync(path, ['-v'], { encoding: 'utf8' }).stderr.trim().replace('nginx version: ', '')}, one worker, answers 200`,
    async [Symbol.asyncDispose]() {
      nginx.kill();
      await once(nginx, 'exit');
      await rm(directory, { recursive: true });
    },
  };
}

function configuration(port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off; worker_processes 1; pid nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
      ${temporary.map((kind) => `${kind}_temp_path ${kind};`).join(' ')}
      server { listen 127.0.0.1:${port}; location / { return 200 ok; } }
    }`;
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
