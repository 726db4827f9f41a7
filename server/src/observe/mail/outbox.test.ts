// What becomes of mails while the mail server is away, hangs, or the process stops: nobody waits for them, and none is lost in silence.

import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { attempted, disabled, givenMails, statusUpdate } from '../../../test/mail/given-mails.ts';
import { startMailServer } from '../../../test/receivers/mail-server.ts';
import { sampleWebhook } from '../../../test/sample-webhook.ts';
import { Secret } from '../../domain/secret.ts';
import { mailsMax, retryWaitsMs, sendMsMax } from './outbox.ts';

test('a mail waits for a mail server that is away, and goes out once when it is back', async () => {
  const port = await portOfNobody();
  const { mails, clock, said, counted } = givenMails(at(port));
  mails.listen(attempted(statusUpdate));
  await vi.waitFor(() => expect(texts(said)).toEqual(['mail not sent yet']), waitMs);
  await clock.advance(retryWaitsMs[0]!);
  await vi.waitFor(() => expect(texts(said)).toEqual(Array(2).fill('mail not sent yet')), waitMs);

  await using server = await startMailServer({ port });
  await clock.advance(retryWaitsMs[1]! - 1);
  expect(server.tries).toBe(0);
  await clock.advance(1);
  await vi.waitFor(() => expect(counted).toEqual(['sent']), waitMs);
  expect(server.received).toHaveLength(1);
});

test('a mail is given up after growing waits, and the log says what it would have said', async () => {
  const { mails, clock, said, counted } = givenMails(at(await portOfNobody()));
  mails.listen(attempted(statusUpdate));
  for (const [tries, wait] of retryWaitsMs.entries()) {
    await vi.waitFor(() => expect(said).toHaveLength(tries + 1), waitMs);
    expect(counted).toEqual([]);
    await clock.advance(wait);
  }
  await vi.waitFor(() => expect(counted).toEqual(['failed']), waitMs);
  expect(said.at(-1)).toMatchObject({
    level: 'error',
    text: 'mail given up',
    more: {
      webhookId: 'wh_179',
      subject: 'Webhook #179 failed – Status Update',
      error: '503 Service Unavailable',
      detail: expect.stringContaining('ECONNREFUSED') as string,
    },
  });
  expect(clock.nextTimerMs()).toBe(undefined);
});

test('a mail that the server refuses for good is not tried again', async () => {
  await using server = await startMailServer({
    onRcptTo: (_address, _session, callback) =>
      callback(Object.assign(new Error('no such user'), { responseCode: 550 })),
  });
  const { mails, clock, said, counted } = givenMails(server);
  mails.listen(attempted(statusUpdate));
  await vi.waitFor(() => expect(counted).toEqual(['failed']), waitMs);
  expect(texts(said)).toEqual(['mail given up']);
  expect(clock.nextTimerMs()).toBe(undefined);
});

test('a mail server that says nothing is let go of in time, and the next mail has its turn', async () => {
  await using hanging = await startHanging();
  const { mails, clock, said, webhooks } = givenMails(at(hanging.port));
  const other = sampleWebhook({ id: 'wh_2', wireId: 2, name: 'Other' });
  webhooks.set(other.id, other);
  mails.listen(attempted(statusUpdate));
  mails.listen(attempted(other));
  await vi.waitFor(() => expect(hanging.connections).toBe(1), waitMs);
  await clock.advance(sendMsMax);
  await vi.waitFor(() => expect(hanging.connections).toBe(2), waitMs);
  expect(said).toMatchObject([{ text: 'mail not sent yet', more: { webhookId: 'wh_179' } }]);
  await mails.stop(0);
});

test('while a mail server hangs, signals are heard at once and only so many mails wait', async () => {
  await using hanging = await startHanging();
  const { mails, clock, counted, webhooks, said } = givenMails(at(hanging.port));
  for (let number = 0; number < mailsMax + 3; number++) {
    const webhook = sampleWebhook({ id: `wh_${number}` });
    webhooks.set(webhook.id, webhook);
    mails.listen(disabled(webhook, 'failing'));
  }
  // One is on its way, so many wait, and two find no room.
  await vi.waitFor(() => expect(counted).toEqual(['dropped', 'dropped']), waitMs);
  expect(said).toMatchObject([
    { level: 'warn', text: 'mail dropped', more: { webhookId: `wh_${mailsMax + 1}` } },
    { level: 'warn', text: 'mail dropped', more: { webhookId: `wh_${mailsMax + 2}` } },
  ]);
  await clock.settle();
  await mails.stop(0);
  expect(counted).toHaveLength(mailsMax + 3);
});

test('a stop lets go out what waits, also what waits for another try', async () => {
  const port = await portOfNobody();
  const { mails, counted, said } = givenMails(at(port));
  mails.listen(attempted(statusUpdate));
  await vi.waitFor(() => expect(said).toHaveLength(1), waitMs);
  await using server = await startMailServer({ port });
  mails.listen(disabled(statusUpdate, 'failing'));
  await mails.stop(60_000);
  expect(counted).toEqual(['sent', 'sent']);
  expect(server.received).toHaveLength(2);
});

test('a stop waits no longer than it may for a mail server that hangs, and tells what it drops', async () => {
  await using hanging = await startHanging();
  const { mails, clock, counted, said } = givenMails(at(hanging.port));
  mails.listen(attempted(statusUpdate));
  mails.listen(disabled(statusUpdate, 'failing'));
  await vi.waitFor(() => expect(hanging.connections).toBe(1), waitMs);
  let stopped = false;
  const stop = mails.stop(3_000).then(() => (stopped = true));
  await clock.advance(2_999);
  expect(stopped).toBe(false);
  await clock.advance(1);
  await stop;
  expect(counted.toSorted()).toEqual(['dropped', 'failed']);
  expect(texts(said).toSorted()).toEqual(['mail dropped', 'mail given up']);
  await vi.waitFor(() => expect(hanging.open).toBe(0), waitMs);
});

test('a stop waits no longer than it may for a database that hangs, and hears nothing any more', async () => {
  await using server = await startMailServer();
  const { mails, clock, counted } = givenMails(server, { webhookOf: () => new Promise(() => {}) });
  mails.listen(attempted(statusUpdate));
  mails.listen(disabled(statusUpdate, 'failing'));
  const stop = mails.stop(3_000);
  await clock.advance(3_000);
  await stop;
  expect(counted).toEqual(['dropped']);
  mails.listen(disabled(statusUpdate, 'failing'));
  expect(counted).toEqual(['dropped']);
});

/** A guard against hanging only. */
const waitMs = 20_000;

function at(port: number) {
  return { url: () => new Secret(`smtp://127.0.0.1:${port}`) };
}

function texts(said: readonly { readonly text: string }[]): string[] {
  return said.map(({ text }) => text);
}

/** A port of 127.0.0.1 where connections are refused. */
async function portOfNobody(): Promise<number> {
  await using server = await startHanging();
  return server.port;
}

/** Accepts connections and never says a word. */
async function startHanging() {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket.resume().on('close', () => sockets.delete(socket)));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
