// A running Posthorn for tests: a process with a port, a data directory and an administrator of its own.
//
//   await using posthorn = await startPosthorn();
//   const webhook = await posthorn.api('/webhooks', { method: 'POST', body: { … } });
//
// Kill it with `kill9` and start another with the same `dataDir` and `port` to see what survives.

import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { spawnPosthorn, type Exit, type PosthornProcess } from './posthorn-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export type StartOptions = {
  /** Settings beyond the ones below, by their full names; they win. */
  readonly env?: Readonly<Record<string, string>>;
  /** An existing directory to keep data in; without one, a new one that is removed with the server. */
  readonly dataDir?: string;
  readonly port?: number;
  /** Another program than the product's `main.js serve`, such as one that wraps its store. */
  readonly entry?: string;
  readonly nodeArguments?: readonly string[];
};

export type ApiRequest = {
  readonly method?: string;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type ApiAnswer<Body> = { readonly status: number; readonly headers: Headers; readonly body: Body };

export interface Posthorn extends PosthornProcess, AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** API key of the administrator. */
  readonly token: string;
  readonly username: string;
  readonly password: string;
  /** A request as the administrator to `path` below `/api/v1`; `body` is the parsed JSON, or the text of anything else. */
  readonly api: <Body = Record<string, unknown>>(
    path: string,
    request?: ApiRequest,
  ) => Promise<ApiAnswer<Body>>;
  /** Resolves once `/ready` says yes; rejects when the server ends before. The time is a guard against hanging only. */
  ready(withinMs?: number): Promise<void>;
  /** SIGTERM, then waits for the end. */
  stop(): Promise<Exit>;
  /** SIGKILL, then waits for the end. */
  kill9(): Promise<Exit>;
}

const token = 'administrator-of-the-tests';
const username = 'admin';
const password = 'password-of-the-tests';
const readyWithinMs = 90_000;
const exitWithinMs = 60_000;

/** Settings of a server under test: closed to everything but loopback, open to that. */
export function testEnvironment(dataDir: string, port: number): Record<string, string> {
  return {
    POSTHORN_HOST: '127.0.0.1',
    POSTHORN_PORT: String(port),
    POSTHORN_DATABASE_URL: `sqlite:${dataDir}/posthorn.db`,
    POSTHORN_ADMIN_USERNAME: username,
    POSTHORN_ADMIN_PASSWORD: password,
    POSTHORN_ADMIN_TOKEN: token,
    POSTHORN_EGRESS_ALLOW_CIDRS: '127.0.0.0/8',
    POSTHORN_EGRESS_ALLOW_HTTP: 'true',
    POSTHORN_LOG_FORMAT: 'json',
  };
}

/** Starts a server and resolves once it is ready; rejects with what it said when it ends before. */
export async function startPosthorn(options: StartOptions = {}): Promise<Posthorn> {
  const posthorn = await launchPosthorn(options);
  try {
    await posthorn.ready();
    return posthorn;
  } catch (error) {
    await posthorn[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts a server without waiting for it. */
export async function launchPosthorn(options: StartOptions = {}): Promise<Posthorn> {
  const owned = options.dataDir === undefined ? await temporaryDirectory() : undefined;
  const dataDir = options.dataDir ?? owned!.path;
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const bearer = options.env?.['POSTHORN_ADMIN_TOKEN'] ?? token;
  const database = await databaseOf(dataDir);
  const server = spawnPosthorn(options.entry === undefined ? ['serve'] : [], {
    cwd: dataDir,
    env: { ...testEnvironment(dataDir, port), ...database, ...options.env },
    entry: options.entry,
    nodeArguments: options.nodeArguments,
  });

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit> {
    server.signal(signal);
    const guard = setTimeout(() => server.signal('SIGKILL'), exitWithinMs);
    return server.exited.finally(() => clearTimeout(guard));
  }

  return {
    pid: server.pid,
    exited: server.exited,
    get exit() {
      return server.exit;
    },
    logs: () => server.logs(),
    signal: (name) => server.signal(name),
    url,
    port,
    dataDir,
    token: bearer,
    username,
    password,
    ready: (withinMs = readyWithinMs) => ready(server, url, withinMs),
    api: (path, request) => call(`${url}/api/v1${path}`, bearer, request),
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await owned?.[Symbol.asyncDispose]();
    },
  };
}

const databases = new Map<string, Promise<Readonly<Record<string, string>>>>();

/** Where a run of the tests is on PostgreSQL, each data directory stands for a database. */
async function databaseOf(dataDir: string): Promise<Readonly<Record<string, string>>> {
  if (process.env['TEST_STORE'] !== 'postgres') return {};
  const { testDatabase } = await import('../postgres/database.ts');
  const known = databases.get(dataDir) ?? testDatabase().then(({ env }) => env);
  databases.set(dataDir, known);
  return known;
}

async function ready(server: PosthornProcess, url: string, withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answered = await answers(`${url}/ready`);
    // An answer counts only while the server runs: another one may have its port.
    if (server.exit !== undefined)
      throw new Error(
        `Posthorn ended before it was ready (${JSON.stringify(server.exit)}):\n${server.logs()}`,
      );
    if (answered) return;
    if (performance.now() > giveUpAt)
      throw new Error(`Posthorn was not ready within ${withinMs} ms:\n${server.logs()}`);
    await sleep(10);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function call<Body>(url: string, bearer: string, request: ApiRequest = {}): Promise<ApiAnswer<Body>> {
  const { method = 'GET', body, headers } = request;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: asSent(body) }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    body: (json ? JSON.parse(text) : text) as Body,
  };
}

function asSent(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === 'string' ? body : JSON.stringify(body);
}
