// Receivers whose certificates come from an authority of the operator's own, over a running server, which sends from a thread.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../process/temporary-directory.ts';
import { makeCertificate, type Certificate } from '../receivers/certificate.ts';
import { answering, startTls, type RawReceiver } from '../receivers/raw.ts';
import { createWebhook, delivery, publish } from './given.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

let directory: TemporaryDirectory;
let authority: Certificate;
let receiver: RawReceiver;

beforeAll(async () => {
  directory = await temporaryDirectory();
  authority = makeCertificate({ name: 'Our Authority', authority: true });
  receiver = await startTls(makeCertificate({ name: '127.0.0.1', issuer: authority }), answering(ok));
});
afterAll(async () => {
  await receiver.close();
  await directory[Symbol.asyncDispose]();
});

/** The first attempt's outcome, by a server in whose environment this is. */
async function attemptBy(env: Readonly<Record<string, string>>) {
  await using posthorn = await startPosthorn({ env });
  await createWebhook(posthorn, receiver.url);
  const { id } = await publish(posthorn, 'order.paid', { marker: 'in the clear' });
  const { attempts } = await delivery(posthorn, id, ({ attemptCount }) => attemptCount > 0);
  return attempts[0]!;
}

test('a receiver is trusted by an authority that NODE_EXTRA_CA_CERTS names', async () => {
  const file = join(directory.path, 'authorities.pem');
  await writeFile(file, authority.cert);
  expect(await attemptBy({ NODE_EXTRA_CA_CERTS: file })).toMatchObject({ outcome: 'success', status: 200 });
  expect(receiver.received.toString()).toContain('in the clear');
});

test('without it, or with another one, the receiver gets nothing', async () => {
  const before = receiver.received.length;
  const file = join(directory.path, 'others.pem');
  await writeFile(file, makeCertificate({ name: 'Another Authority', authority: true }).cert);
  expect(await attemptBy({})).toMatchObject({ outcome: 'error', error: 'tls_untrusted' });
  expect(await attemptBy({ NODE_EXTRA_CA_CERTS: file })).toMatchObject({
    outcome: 'error',
    error: 'tls_untrusted',
  });
  expect(receiver.received).toHaveLength(before);
});
