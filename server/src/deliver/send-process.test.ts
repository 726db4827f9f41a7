import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startCanary } from '../../test/receivers/raw.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import type { Outcome } from '../domain/outcome.ts';

const program = join(import.meta.dirname, '../../test/receivers/send-program.ts');

/** Starts a process of its own, under a limit of open files, and tells the outcomes. */
async function sendInProcess(url: string, count: number, filesMax: number, env: Record<string, string> = {}) {
  const run = promisify(execFile);
  const command = `ulimit -n ${filesMax}; exec "$0" "$@"`;
  const args = ['-c', command, process.execPath, program, url, `${count}`];
  const { stdout } = await run('sh', args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as Outcome[];
}

test('HOS-21: a process started with proxies in its environment ignores them', async () => {
  await using canary = await startCanary();
  await using receiver = await startReceiver();
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
  const proxies = Object.fromEntries(names.map((name) => [name, canary.url]));
  const outcomes = await sendInProcess(receiver.url, 3, 1_024, { ...proxies, NODE_USE_ENV_PROXY: '1' });
  expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ kind: 'success', status: 200 })));
  expect(canary.connections).toBe(0);
});

test('RTY-08: without a free file descriptor the platform is at fault, no webhook, and the process lives', async () => {
  await using receiver = await startReceiver(async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return {};
  });
  const outcomes = await sendInProcess(receiver.url, 200, 100);
  const kinds = new Map(outcomes.map((outcome) => [outcome.kind, outcome]));
  expect([...kinds.keys()].toSorted()).toEqual(['platform', 'success']);
  expect(kinds.get('platform')).toEqual({
    kind: 'platform',
    reason: 'out_of_sockets',
    detail: 'This installation has no free socket or port',
  });
});
