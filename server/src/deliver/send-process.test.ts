import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeCertificate } from '../../test/receivers/certificate.ts';
import { startCanary, startRaw, startTls, type Script } from '../../test/receivers/raw.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import type { Outcome } from '../domain/outcome.ts';

const program = join(import.meta.dirname, '../../test/receivers/send-program.ts');

/** Starts a process of its own, under a limit of open files, and tells the outcomes. */
async function sendInProcess(
  url: string,
  count: number,
  {
    filesMax = 1_024,
    bytes = 7,
    env = {},
  }: { filesMax?: number; bytes?: number; env?: Record<string, string> },
) {
  const run = promisify(execFile);
  const command = `ulimit -n ${filesMax}; exec "$0" "$@"`;
  const args = ['-c', command, process.execPath, program, url, `${count}`, `${bytes}`];
  const { stdout } = await run('sh', args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as Outcome[];
}

test('HOS-21: a process started with proxies in its environment ignores them', async () => {
  await using canary = await startCanary();
  await using receiver = await startReceiver();
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
  const proxies = Object.fromEntries(names.map((name) => [name, canary.url]));
  const outcomes = await sendInProcess(receiver.url, 3, { env: { ...proxies, NODE_USE_ENV_PROXY: '1' } });
  expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ kind: 'success', status: 200 })));
  expect(canary.connections).toBe(0);
});

test('RTY-08: without a free file descriptor the platform is at fault, no webhook, and the process lives', async () => {
  await using receiver = await startReceiver(async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return {};
  });
  const outcomes = await sendInProcess(receiver.url, 200, { filesMax: 100 });
  const kinds = new Map(outcomes.map((outcome) => [outcome.kind, outcome]));
  expect([...kinds.keys()].toSorted()).toEqual(['platform', 'success']);
  expect(kinds.get('platform')).toEqual({
    kind: 'platform',
    reason: 'out_of_sockets',
    detail: 'This installation has no free socket or port',
  });
});

test.each([
  ['http', 20],
  ['https', 4],
])(
  'HOS-14: over %s, an early 200 is success, whether the reset behind it is met by reading or by writing 32 MiB more',
  async (scheme, count) => {
    const early: Script = (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', () => socket.destroy());
      });
    };
    const certificate = makeCertificate({ name: '127.0.0.1' });
    await using receiver = await (scheme === 'http' ? startRaw(early) : startTls(certificate, early));
    const outcomes = await sendInProcess(receiver.url, count, { bytes: 33_554_432 });
    expect(outcomes).toEqual(Array.from({ length: count }, () => ({ kind: 'success', status: 200 })));
  },
);
