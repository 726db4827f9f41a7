import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { answering, answeringOnce, onRequest, startRaw } from '../../test/receivers/raw.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import { movableClock, testSender } from '../../test/receivers/sender.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('a request goes out exactly as given: order and case of headers, length, and nothing added', async () => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  const body = randomBytes(300);
  const headers = {
    'User-Agent': 'Atlassian HttpClient',
    'X-Zeta': 'z',
    'X-Alpha': 'a',
    'Content-Type': 'application/json; charset=UTF-8',
    authorization: 'Basic eA==',
  };

  await sender.post(`${receiver.url}/p%20a?q=%C3%A9&r`, { headers, body });

  const [request] = await receiver.waitFor(1);
  expect(request).toMatchObject({ method: 'POST', url: '/p%20a?q=%C3%A9&r' });
  expect(request!.body.equals(body)).toBe(true);
  const sent = request!.rawHeaders;
  const names = sent.filter((_, at) => at % 2 === 0);
  expect(names).toEqual(['host', 'connection', ...Object.keys(headers), 'content-length']);
  expect(request!.headers).toMatchObject({
    host: `127.0.0.1:${receiver.port}`,
    connection: 'keep-alive',
    'content-length': '300',
  });
  expect(request!.headers).not.toHaveProperty('transfer-encoding');
});

test('an empty body has a length, too', async () => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  expect(await sender.post(receiver.url, { body: '' })).toMatchObject({ outcome: { kind: 'success' } });
  expect(receiver.requests[0]!.headers['content-length']).toBe('0');
});

test('the answer is recorded: status, reason, headers, body, and when each phase ended', async () => {
  await using receiver = await startReceiver();
  receiver.respondWith({
    status: 202,
    headers: { 'X-One': '1', 'Set-Cookie': ['a=1', 'b=2'] },
    body: 'héllo',
  });
  await using sender = testSender();

  const first = await sender.post(receiver.url);
  const second = await sender.post(receiver.url);

  expect(first.outcome).toEqual({ kind: 'success', status: 202 });
  expect(first.response).toMatchObject({
    status: 202,
    reason: 'Accepted',
    headers: { 'x-one': '1', 'set-cookie': 'a=1, b=2' },
    bodyLength: 6,
    bodySha256: sha256(Buffer.from('héllo')),
    bodyTruncated: false,
  });
  expect(Buffer.from(first.response!.body).toString()).toBe('héllo');
  const { connectMs, firstByteMs } = first.timing;
  expect(connectMs).toBeLessThanOrEqual(firstByteMs!);
  expect(firstByteMs).toBeLessThanOrEqual(first.durationMs);
  expect(Object.keys(first.timing)).toEqual(['connectMs', 'firstByteMs']);
  expect(Object.keys(second.timing), 'no connecting on a kept connection').toEqual(['firstByteMs']);
  expect(receiver.connections).toBe(1);
});

test('DLV-04: 200, 201, 202, 204, 206 and 299 are success', async () => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  for (const status of [200, 201, 202, 204, 206, 299]) {
    receiver.respondWith({ status });
    expect((await sender.post(receiver.url)).outcome).toEqual({ kind: 'success', status });
  }
});

test('DLV-05: of all statuses 100 to 999 only 200 to 299 succeed, the others are failures with their status', async () => {
  let status = 0;
  await using receiver = await startRaw((socket) => {
    onRequest(socket, () => socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`));
  });
  await using sender = testSender();
  for (status = 200; status <= 999; status++) {
    const kind = status < 300 ? 'success' : 'failure';
    expect((await sender.post(receiver.url)).outcome).toEqual({ kind, status });
  }
});

const interim = ['100', ...Array.from({ length: 98 }, (_, at) => `${102 + at}`)];

test.each(interim)('DLV-05: the interim status %s alone is no answer', async (status) => {
  await using receiver = await startRaw(answeringOnce(`HTTP/1.1 ${status} X\r\n\r\n`));
  await using sender = testSender();
  expect((await sender.post(receiver.url)).outcome).toMatchObject({
    kind: 'error',
    reason: 'connection_lost',
  });
});

const proceed = 'HTTP/1.1 100 Continue\r\n\r\n';

test.each([
  ['early hints', ['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', ok]],
  ['100 Continue that nobody asked for', [proceed, ok]],
  ['100 Continue with the answer right behind it', [proceed + ok]],
  ['early hints and 100 Continue at once', ['HTTP/1.1 103 Early Hints\r\n\r\n' + proceed + ok]],
  ['several of 100 Continue', [proceed + 'HTTP/1.1 100 Go on\r\nX: y\r\n\r\n', proceed, ok]],
])('an interim answer before the answer is passed over, on every request: %s', async (_, pieces) => {
  await using receiver = await startRaw(answering(...pieces));
  await using sender = testSender();
  for (let count = 0; count < 2; count++)
    expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success', status: 200 } });
});

test.each([
  ['120', 120_000],
  ['0', 0],
  ['-5', undefined],
  ['1e9', undefined],
  ['120.4', undefined],
  ['soon', undefined],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
])('DLV-07: Retry-After: %s on any failure asks for %s ms', async (header, retryAfterMs) => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  for (const status of [429, 503, 500, 301, 404]) {
    receiver.respondWith({ status, headers: { 'Retry-After': header } });
    const outcome = { kind: 'failure', status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    expect((await sender.post(receiver.url)).outcome).toEqual(outcome);
  }
});

test('DLV-07: a date to come is a wait, two headers are none, and a success asks for nothing', async () => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  receiver.respondWith({
    status: 503,
    headers: { 'Retry-After': new Date(Date.now() + 90_000).toUTCString() },
  });
  const { outcome } = await sender.post(receiver.url);
  expect(outcome.kind === 'failure' && outcome.retryAfterMs).toBeGreaterThan(60_000);
  receiver.respondWith({ status: 503, headers: { 'Retry-After': ['5', '7'] } });
  expect((await sender.post(receiver.url)).outcome).toEqual({ kind: 'failure', status: 503 });
  receiver.respondWith({ status: 200, headers: { 'Retry-After': '5' } });
  expect((await sender.post(receiver.url)).outcome).toEqual({ kind: 'success', status: 200 });
});

test('connections are kept for the same tenant, receiver and verification, and shared with nobody else', async () => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  await sender.post(receiver.url, { tenantId: 'tnt_a' });
  await sender.post(receiver.url, { tenantId: 'tnt_a' });
  expect(receiver.connections).toBe(1);
  await sender.post(receiver.url, { tenantId: 'tnt_b' });
  expect(receiver.connections).toBe(2);
  await sender.post(receiver.url, { tenantId: 'tnt_a', tlsVerify: false });
  expect(receiver.connections).toBe(3);
  await sender.post(receiver.url, { tenantId: 'tnt_b' });
  expect(receiver.connections).toBe(3);
});

test('requests at the same time get a connection each, and no answer is mixed up', async () => {
  await using receiver = await startReceiver((request) => ({ body: request.body }));
  await using sender = testSender();
  const bodies = Array.from({ length: 300 }, (_, at) => `body ${at}`);
  const exchanges = await Promise.all(bodies.map((body) => sender.post(receiver.url, { body })));
  const again = await Promise.all(bodies.map((body) => sender.post(receiver.url, { body })));
  const echoes = [...exchanges, ...again].map(({ response }) => Buffer.from(response!.body).toString());
  expect(echoes).toEqual([...bodies, ...bodies]);
});

test('a connection serves a bounded number of requests', async () => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  for (let count = 0; count < 2_050; count++) await sender.post(receiver.url);
  expect(receiver.requests.filter(({ headers }) => headers.connection === 'close')).toHaveLength(2);
  expect(receiver.connections).toBe(3);
});

test('a connection is not used for longer than a minute, however busy', async () => {
  const clock = movableClock();
  await using receiver = await startReceiver();
  await using sender = testSender({}, { clock });
  for (let second = 0; second < 120; second += 2) {
    await sender.post(receiver.url);
    clock.ahead(2_000);
  }
  expect(receiver.connections).toBe(2);
});

test.each(['ftp://127.0.0.1/', 'not a url', '', 'unix:/run/x'])('the URL %j can not be sent', async (url) => {
  await using sender = testSender();
  expect(await sender.post(url)).toMatchObject({ outcome: { kind: 'error', reason: 'request_invalid' } });
});

test.each([
  { 'X-A': 'a\r\nB: c' },
  { 'X A': 'a' },
  { 'X-A': '\u20AC' },
  { 'Transfer-Encoding': 'chunked' },
  { Expect: '100-continue' },
  { 'Content-Length': '1' },
])('the headers %j can not be sent, and harm no later request', async (headers) => {
  await using receiver = await startReceiver();
  await using sender = testSender();
  expect(await sender.post(receiver.url, { headers })).toMatchObject({
    outcome: { kind: 'error', reason: 'request_invalid' },
  });
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
  expect(receiver.requests).toHaveLength(1);
});

test('a cut ends every exchange at once as stopped by us, and what has an answer keeps it', async () => {
  await using silent = await startRaw(() => undefined);
  await using dripping = await startRaw(answering('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf'));
  await using receiver = await startReceiver();
  await using sender = testSender();
  const cut = new AbortController();
  const pending = Array.from({ length: 20 }, () => sender.post(silent.url, { cut: cut.signal }));
  const answered = sender.post(dripping.url, { cut: cut.signal });
  await expect.poll(() => silent.connections).toBe(20);
  await expect.poll(() => dripping.received.includes('{"n":1}')).toBe(true);
  for (let count = 0; count < 3; count++) await sender.post(receiver.url); // the half answer comes meanwhile

  cut.abort();

  for (const exchange of await Promise.all(pending)) {
    expect(exchange.outcome).toMatchObject({ kind: 'platform', reason: 'stopped' });
  }
  expect(await answered).toMatchObject({ outcome: { kind: 'success' }, response: { bodyTruncated: true } });
  expect(await sender.post(silent.url, { cut: cut.signal })).toMatchObject({
    outcome: { reason: 'stopped' },
  });
  await expect.poll(() => silent.closed).toBe(20);
});

test('closing ends idle connections; a closed sender keeps none', async () => {
  await using receiver = await startRaw(answering(ok));
  const sender = testSender();
  await sender.post(receiver.url);
  await sender.close();
  await expect.poll(() => receiver.closed).toBe(1);
  await sender.post(receiver.url);
  await expect.poll(() => receiver.closed).toBe(2);
  await sender.close();
});
