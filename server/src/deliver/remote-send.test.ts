import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { networks } from '../../test/receivers/sender.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import { startSendingThread } from '../app/sending.ts';
import type { Signal } from '../domain/signal.ts';
import { closedPolicy, type EgressPolicy } from './egress/policy.ts';
import { makeRemoteSend } from './remote-send.ts';
import {
  packExchanges,
  packRules,
  unpackExchanges,
  unpackRules,
  type NumberedExchange,
} from './remote-send-wire.ts';
import { Secret } from '../domain/secret.ts';

const open: EgressPolicy = { ...closedPolicy, cidrs: networks('127.0.0.0/8'), http: true };
const options = { tenantId: 'tnt_a', timeoutMs: 10_000, tlsVerify: true, redirectsMax: 0 };
const uncut = new AbortController().signal;

function given(beforeSending = () => {}, beforeStarting = () => {}) {
  let policy = open;
  const signals: Signal[] = [];
  const threads: Worker[] = [];
  const sender = makeRemoteSend({
    startThread() {
      beforeStarting();
      const started = startSendingThread();
      threads.push(started.worker);
      return started;
    },
    rules: () => ({ policy, listening: { ports: [], publicHost: null } }),
    beforeSending,
    emit: (signal) => signals.push(signal),
  });
  return {
    signals,
    threads,
    change(next: EgressPolicy) {
      policy = next;
      sender.rulesChanged();
    },
    post: (url: string, cut = uncut, body = '{"n":1}') =>
      sender.send(
        { method: 'POST', url, headers: { 'x-one': '1', 'X-Two': '2' }, body: Buffer.from(body) },
        options,
        cut,
      ),
    head: (url: string) =>
      sender.send(
        { method: 'HEAD', url, headers: {}, body: new Uint8Array() },
        { ...options, inspects: true },
        uncut,
      ),
    close: sender.close,
    [Symbol.asyncDispose]: sender.close,
  };
}

test('requests of one moment arrive each with its own headers and body, and each gets its own answer', async () => {
  await using receiver = await startReceiver(({ body }) => ({ status: 200, body: `got ${body.toString()}` }));
  await using sender = given();
  const bodies = Array.from({ length: 50 }, (_, index) => `{"n":"${'x'.repeat(index)}"}`);
  const exchanges = await Promise.all(bodies.map((body) => sender.post(receiver.url, uncut, body)));
  expect(exchanges.map(({ outcome, response }) => [outcome, Buffer.from(response!.body).toString()])).toEqual(
    bodies.map((body) => [{ kind: 'success', status: 200 }, `got ${body}`]),
  );
  expect(receiver.requests.map(({ body }) => body.toString()).toSorted()).toEqual(bodies.toSorted());
  expect(receiver.requests[0]!.headers).toMatchObject({ 'x-one': '1', 'x-two': '2' });
});

test('an exchange crosses unchanged, whatever came of it', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const response = {
    status: 503,
    reason: 'No',
    headers: Object.fromEntries([['__proto__', 'x']]),
    body: bytes('later'),
    bodyLength: 9,
    bodySha256: 'abc',
    bodyTruncated: true,
  };
  const ended: NumberedExchange[] = [
    {
      id: 7,
      exchange: {
        outcome: { kind: 'failure', status: 503, retryAfterMs: 1 },
        response,
        timing: {},
        durationMs: 3,
      },
    },
    {
      id: 8,
      exchange: {
        outcome: { kind: 'error', reason: 'connection_lost', detail: 'It was closed' },
        response: null,
        timing: { dnsMs: 1 },
        durationMs: 2,
        staleConnection: true,
      },
    },
    {
      id: 9,
      exchange: {
        outcome: { kind: 'error', reason: 'tls_untrusted', detail: 'Self-signed' },
        response: null,
        timing: { dnsMs: 1, connectMs: 2 },
        durationMs: 3,
        found: {
          addresses: ['192.0.2.1'],
          tls: { protocol: 'TLSv1.3', issuer: 'CN=a', subject: 'CN=a', validTo: 4 },
        },
      },
    },
  ];
  const crossed = unpackExchanges(structuredClone(packExchanges([...ended, ...ended])));
  expect(crossed).toEqual([...ended, ...ended]);
  expect(crossed[0]!.exchange.response!.body.buffer.byteLength, 'no larger buffer is held on to').toBe(5);
});

test('what inspects a receiver crosses with its method, and what it found comes back', async () => {
  await using receiver = await startReceiver();
  await using sender = given();
  const { outcome, found } = await sender.head(receiver.url);
  expect(outcome).toEqual({ kind: 'success', status: 200 });
  expect(found).toEqual({ addresses: null, tls: null });
  expect(receiver.requests.map(({ method }) => method)).toEqual(['HEAD']);
});

test('the credentials of an egress proxy cross with the rules', () => {
  const proxy = { tls: false, host: '10.0.0.9', port: 3128, authorization: new Secret('Basic eA==') };
  const rules = { policy: { ...open, proxy }, listening: { ports: [1], publicHost: null } };
  const crossed = unpackRules(structuredClone(packRules(rules)));
  expect(crossed.policy.proxy!.authorization!.reveal()).toBe('Basic eA==');
  expect(JSON.stringify(crossed)).toBe(JSON.stringify(rules));
});

test('a changed policy takes hold at once, on kept connections too, and refusals are told', async () => {
  await using receiver = await startReceiver();
  await using sender = given();
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
  sender.change(closedPolicy);
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { reason: 'target_not_allowed' } });
  expect(sender.signals).toMatchObject([{ kind: 'target.refused', tenantId: 'tnt_a', host: '127.0.0.1' }]);
});

test('what is to be done before a request goes out is done before', async () => {
  let written = false;
  await using receiver = await startReceiver(() => ({ status: written ? 200 : 500 }));
  await using sender = given(() => {
    written = true;
  });
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
});

test('a signal cuts what is in flight, and what comes later, of its own requests alone', async () => {
  const answer = Promise.withResolvers<object>();
  await using receiver = await startReceiver(async () => answer.promise);
  await using sender = given();
  const cut = new AbortController();
  const [stopped, other] = [sender.post(receiver.url, cut.signal), sender.post(receiver.url)];
  await expect.poll(() => receiver.requests.length).toBe(2);
  cut.abort();
  expect(await stopped).toMatchObject({ outcome: { kind: 'platform', reason: 'stopped' } });
  expect(await sender.post(receiver.url, cut.signal)).toMatchObject({ outcome: { reason: 'stopped' } });
  answer.resolve({});
  expect(await other).toMatchObject({ outcome: { kind: 'success' } });
  expect(receiver.requests).toHaveLength(2);
});

test("a thread that ends is replaced: what it had in flight is the platform's fault, and nothing hangs", async () => {
  const answer = Promise.withResolvers<object>();
  await using receiver = await startReceiver(async () => answer.promise);
  await using sender = given();
  const interrupted = sender.post(receiver.url);
  await expect.poll(() => receiver.requests.length).toBe(1);
  await sender.threads[0]!.terminate();
  expect(await interrupted).toMatchObject({ outcome: { kind: 'platform', reason: 'sending_ended' } });
  expect(sender.signals).toMatchObject([{ kind: 'sending.ended', interrupted: 1 }]);
  answer.resolve({});
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
  expect(sender.threads).toHaveLength(2);
});

test("a thread that can not be started again is the platform's fault, not an exception", async () => {
  await using receiver = await startReceiver();
  let starts = 0;
  await using sender = given(undefined, () => {
    if (++starts === 2) throw new Error('no thread');
  });
  await sender.threads[0]!.terminate();
  await expect.poll(() => sender.signals.length).toBe(1);
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { reason: 'sending_ended' } });
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
});

test('closing ends the thread without a fault; what is sent later is not sent', async () => {
  await using receiver = await startReceiver();
  const sender = given();
  await sender.post(receiver.url);
  await sender.close();
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'platform', reason: 'stopped' } });
  await sender.close();
  expect(sender.signals).toEqual([]);
  expect(receiver.requests).toHaveLength(1);
});
