// Runs the victim and gathers what it says.

import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** The master key of every victim's database. */
export const victimsKey = Buffer.alloc(32).toString('base64');

export type Victim = {
  readonly pid: number;
  /** The words so far. */
  readonly words: readonly string[];
  /** Resolves once it has said a word of this kind; rejects if it ends before. */
  heard(matches: (words: readonly string[]) => boolean): Promise<void>;
  /** Kills it at once. */
  kill(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
};

/** `tool` runs it under another program, such as strace. */
export function runVictim(path: string, act: string, count = 0, tool: readonly string[] = []): Victim {
  const command = [
    ...tool,
    process.execPath,
    join(import.meta.dirname, 'victim.ts'),
    path,
    act,
    String(count),
  ];
  const child: ChildProcess = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const words: string[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    words.push(...lines);
    for (const listener of listeners) listener();
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal });
      for (const listener of listeners) listener();
    });
  });

  return {
    pid: child.pid!,
    words,
    ended,
    kill: () => void child.kill('SIGKILL'),
    heard: (matches) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const done = matches(words);
          if (!done && child.exitCode === null && child.signalCode === null) return;
          listeners.delete(look);
          if (done) resolve();
          else reject(new Error(`it ended after saying ${words.slice(-3).join(', ') || 'nothing'}`));
        };
        listeners.add(look);
        look();
      }),
  };
}
