// One Posthorn process for tests: the real command line under this Node, with nothing of the tester's environment.

import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServer } from '../../../scripts/build-server.ts';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export interface PosthornProcess {
  readonly pid: number;
  /** Resolves when the process is gone and all that it said has been read. */
  readonly exited: Promise<Exit>;
  /** Undefined while it runs. */
  readonly exit: Exit | undefined;
  /** What it wrote so far, standard output and error as they came. */
  logs(): string;
  /** Does nothing when the process is gone. */
  signal(name: NodeJS.Signals): void;
}

export type ProcessOptions = {
  /** Directory to run in, where a `.env` is looked for. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What Node runs: the product, or a test's entry point. */
  readonly entry?: string | undefined;
  readonly nodeArguments?: readonly string[] | undefined;
};

/** The command line as `npm start` runs it: built, which starts sooner than its sources. */
export const program = join(await buildServer(), 'main.js');
/** Hundreds of starts read the same modules. */
const compileCache = join(tmpdir(), 'posthorn-compile-cache');
const alive = new Set<ChildProcess>();

process.once('exit', killAll);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killAll();
    process.kill(process.pid, signal);
  });
}

/** Starts `node main.js ARGUMENT…`. Ends with the tests at the latest. */
export function spawnPosthorn(args: readonly string[], options: ProcessOptions): PosthornProcess {
  const given = [...(options.nodeArguments ?? []), options.entry ?? program, ...args];
  const child = spawn(process.execPath, given, {
    cwd: options.cwd,
    env: { ...bareEnvironment(), NODE_COMPILE_CACHE: compileCache, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
  }
  let exit: Exit | undefined;
  alive.add(child);
  const exited = new Promise<Exit>((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      alive.delete(child);
      exit = { code, signal };
      settle(exit);
    });
  });

  return {
    pid: child.pid ?? 0,
    exited,
    get exit() {
      return exit;
    },
    logs: () => said.join(''),
    signal: (name) => void child.kill(name),
  };
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

/** What any program needs; settings of the tester's own shell stay out. */
function bareEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
