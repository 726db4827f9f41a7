// A verification message is owed like every other: what a kill interrupts, the next start sends.

import { expect, test, vi } from 'vitest';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { temporaryDirectory } from '../process/temporary-directory.ts';
import { startReceiver, type Recorded } from '../receivers/receiver.ts';
import { eventually } from './given.ts';

vi.setConfig({ testTimeout: 120_000 });

test('DUR-04: a kill while the handshake is open loses nothing: the same callback comes again, and verifies', async () => {
  await using directory = await temporaryDirectory();
  let hangs = true;
  await using receiver = await startReceiver(async () => {
    if (hangs) await new Promise(() => {});
    return { status: 200 };
  });
  await using first = await startPosthorn({ dataDir: directory.path });
  const created = await fetch(`${first.url}/v1/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${first.token}` },
    body: JSON.stringify({ event: 'request.create', uri: `${receiver.url}/in` }),
  });
  expect(created.status).toBe(200);
  await receiver.waitFor(1);
  await first.kill9();

  hangs = false;
  await using second = await startPosthorn({ dataDir: directory.path, port: first.port });
  const [before, after] = await receiver.waitFor(2);
  expect(callbackIn(after!)).toBe(callbackIn(before!));
  expect(await statusOf(callbackIn(after!))).toBe(200);
  expect(await eventually('the verified webhook', () => verifiedWebhook(second))).toBe(true);
  expect(await messages(second)).toMatchObject([
    { purpose: 'verification', state: 'delivered', attemptCount: 1 },
  ]);
});

function callbackIn({ body }: Recorded): string {
  return (JSON.parse(body.toString()) as { payload: { callback: string } }).payload.callback;
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status;
}

async function verifiedWebhook({ url, token }: Posthorn): Promise<true | undefined> {
  const response = await fetch(`${url}/v1/webhooks/1`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { verified: boolean }).verified || undefined;
}

type Listed = { readonly data: readonly object[] };

function messages({ api }: Posthorn): Promise<readonly object[]> {
  return eventually('the end of the message', async () => {
    const { data } = (await api<Listed>('/deliveries?state=delivered')).body;
    return data.length > 0 ? data : undefined;
  });
}
