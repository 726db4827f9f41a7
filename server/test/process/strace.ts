// Looks on at a running server's system calls, or makes some of them fail, with strace.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Why there can be no strace; undefined when there can. */
export const noStrace: string | undefined =
  spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

export type Watch = {
  /** System calls to see. */
  readonly trace: string;
  /** What happens to them, such as `error=EIO` or `signal=SIGKILL:when=1`; nothing without. */
  readonly inject?: string;
  /** Only calls that concern this file. */
  readonly file?: string;
  /** Where to write what is seen; nowhere without. */
  readonly output?: string;
};

/** Attaches to a process with all its threads; resolves once its calls are seen. Detaches at the end of the scope. */
export async function attachStrace(
  pid: number,
  { trace, inject, file, output }: Watch,
): Promise<AsyncDisposable> {
  const args = ['-y', '-o', output ?? '/dev/null', '-e', `trace=${trace}`];
  if (inject !== undefined) args.push('-e', `inject=${trace}:${inject}`);
  if (file !== undefined) args.push('-P', file);
  const strace = spawn('strace', ['-f', '-p', String(pid), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(strace, 'exit');
  await new Promise<void>((resolve, reject) => {
    let said = '';
    strace.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (/Process \d+ attached/.test(said)) resolve();
    });
    strace.once('exit', () => reject(new Error(`strace could not attach: ${said}`)));
  });
  return {
    async [Symbol.asyncDispose]() {
      strace.kill('SIGINT');
      await ended;
    },
  };
}
