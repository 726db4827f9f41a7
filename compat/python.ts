// Python with the packages that the tests drive, in a virtual environment of their own.

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = join(import.meta.dirname, '../node_modules/.cache/posthorn-compat');
const installWithinMs = 240_000;

/** A running bridge: the client in a process of its own. */
export interface Bridge extends AsyncDisposable {
  /** A command's answer: its value, or how the client failed. */
  ask(name: string, ...args: readonly unknown[]): Promise<Answered>;
}

export type Answered = {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of any shape
  readonly value?: any;
  /** The client raised the server's refusal. */
  readonly status?: number;
  readonly body?: unknown;
  /** The client raised anything else. */
  readonly error?: string;
};

/** The interpreter of the environment with the packages, or why it can't be had. */
export type Python = { readonly path: string } | { readonly reason: string };

/** With the packages that a requirements file names, made once for each of its versions. */
export async function pythonWithPackages(requirements: string): Promise<Python> {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const home = join(cache, `python-${version}`);
  if (existsSync(home)) return { path: join(home, 'bin/python') };
  const fresh = `${home}-${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    await run('python3', ['-m', 'venv', fresh], { timeout: installWithinMs });
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await run(join(fresh, 'bin/python'), install, { timeout: installWithinMs });
    await rename(fresh, home);
    return { path: join(home, 'bin/python') };
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (existsSync(home)) return { path: join(home, 'bin/python') };
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return { reason: (stderr.trim().split('\n').at(-1) || message).slice(0, 300) };
  }
}

/** Starts a program that reads one JSON command a line and answers each with one line. */
export function startBridge(python: string, program: string, programArgs: readonly string[] = []): Bridge {
  const child = spawn(python, [program, ...programArgs], { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    async ask(name, ...args) {
      const answer = new Promise<string>((resolve) => waiting.push(resolve));
      child.stdin.write(`${JSON.stringify({ name, args })}\n`);
      const gone = ended.then(() => '{"error":"the client ended"}');
      return JSON.parse(await Promise.race([answer, gone])) as Answered;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
