import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { answering, answeringOnce, onRequest, startCanary, startRaw } from '../../test/receivers/raw.ts';
import type { Script } from '../../test/receivers/raw.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import { movableClock, testSender } from '../../test/receivers/sender.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
// An error that nobody caught fails the run by itself: the runner reports it.

/** Sends to a hostile receiver, then over the same sender to a good one: nothing may be left behind. */
async function against(script: Script, timeoutMs = 5_000, body = Buffer.from('{}')) {
  await using receiver = await startRaw(script);
  await using good = await startReceiver();
  await using sender = testSender();
  const exchange = await sender.post(receiver.url, { timeoutMs, body });
  expect(await sender.post(good.url)).toMatchObject({ outcome: { kind: 'success' } });
  expect(JSON.stringify(exchange.outcome)).not.toMatch(/127\.0\.0\.1|\d{5}/);
  return exchange;
}

/** Writes again and again, as fast as the other side reads. */
function flood(socket: Socket, bytes: Buffer | string): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

test('HOS-02: a header line now and then for ever is cut at the deadline', async () => {
  const exchange = await against((socket) => {
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('X-Drip: 1\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
  }, 600);
  expect(exchange.outcome).toMatchObject({ kind: 'error', reason: 'timeout_headers' });
});

test('HOS-03: interim answers for ever are no answer', async () => {
  const dripped = await against((socket) => {
    onRequest(socket, () => {
      const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
  }, 600);
  expect(dripped.outcome).toMatchObject({ kind: 'error', reason: 'timeout_total' });
  for (const status of ['103 Early Hints', '102 Processing', '100 Continue']) {
    const { outcome } = await against((socket) => {
      onRequest(socket, () => flood(socket, `HTTP/1.1 ${status}\r\n\r\n`.repeat(1_000)));
    });
    expect(outcome).toMatchObject({ kind: 'error', reason: 'bad_response' });
  }
});

test('HOS-04: of an endless body 64 KiB are read, 16 KiB kept, the socket is destroyed, and the status decides', async () => {
  const chunk = Buffer.alloc(65_536, 'x');
  for (const [head, kind] of [
    ['HTTP/1.1 200 OK\r\n\r\n', 'success'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n', 'success'],
    ['HTTP/1.1 500 Oops\r\n\r\n', 'failure'],
  ] as const) {
    await using receiver = await startRaw((socket) => {
      onRequest(socket, () => {
        socket.write(head);
        flood(socket, chunk);
      });
    });
    await using sender = testSender();
    const { outcome, response } = await sender.post(receiver.url);
    expect(outcome).toMatchObject({ kind });
    expect(response).toMatchObject({ bodyLength: 65_536, bodyTruncated: true });
    expect(response!.bodySha256).toBe(createHash('sha256').update(chunk).digest('hex'));
    expect(Buffer.from(response!.body).equals(chunk.subarray(0, 16_384))).toBe(true);
    await expect.poll(() => receiver.closed).toBe(1);
  }
});

test.each([
  [16_384, false],
  [16_385, false],
  [65_536, false],
  [65_537, true],
  [200_000, true],
])(
  'of a body of %i bytes, 16 KiB are kept and 64 KiB counted; truncated: %s',
  async (size, bodyTruncated) => {
    const body = Buffer.alloc(size, 'abc');
    const { response } = await against(answering(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`, body));
    expect(response).toMatchObject({ bodyLength: Math.min(size, 65_536), bodyTruncated });
    expect(Buffer.from(response!.body).equals(body.subarray(0, 16_384))).toBe(true);
    expect(response!.bodySha256).toBe(createHash('sha256').update(body.subarray(0, 65_536)).digest('hex'));
  },
);

test('HOS-04: a hundred endless bodies at once take little memory', async () => {
  const chunk = Buffer.alloc(65_536, 'x');
  await using receiver = await startRaw((socket) => {
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      flood(socket, chunk);
    });
  });
  await using sender = testSender();
  for (let round = 0; round < 3; round++) {
    const exchanges = await Promise.all(Array.from({ length: 100 }, () => sender.post(receiver.url)));
    for (const { response } of exchanges) {
      expect(response!.bodyLength).toBe(65_536);
      expect(response!.body.buffer.byteLength, 'no larger buffer is held on to').toBeLessThanOrEqual(16_384);
    }
  }
  await expect.poll(() => receiver.closed).toBe(300);
});

test.each([
  ['a reason phrase', 'HTTP/1.1 200 ', 'error'],
  ['a chunk extension', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;', 'success'],
  ['a chunk size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0', 'success'],
])('HOS-04: %s without end is cut long before the deadline', async (_, head, kind) => {
  await using receiver = await startRaw((socket) => {
    onRequest(socket, () => {
      socket.write(head);
      flood(socket, Buffer.alloc(65_536, '0'));
    });
  });
  await using sender = testSender();
  const { outcome, response } = await sender.post(receiver.url, { timeoutMs: 25_000 });
  expect(outcome).toMatchObject({ kind });
  expect(outcome).not.toHaveProperty('reason', 'timeout_headers');
  expect(response?.bodyTruncated ?? true).toBe(true);
  await expect.poll(() => receiver.closed).toBe(1);
});

test('a body that drips past the deadline is cut there, and the status decides', async () => {
  const { outcome, response } = await against((socket) => {
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(timer));
    });
  }, 600);
  expect(outcome).toEqual({ kind: 'success', status: 200 });
  expect(response).toMatchObject({ bodyTruncated: true });
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
])('HOS-05: a %s bomb is kept as it came, never inflated', async (encoding, compress) => {
  const bomb = compress(Buffer.alloc(20_000_000));
  await using receiver = await startReceiver(() => ({
    headers: { 'Content-Encoding': encoding },
    body: bomb,
  }));
  await using sender = testSender();
  const { outcome, response } = await sender.post(receiver.url);
  expect(outcome).toEqual({ kind: 'success', status: 200 });
  expect(Buffer.from(response!.body).equals(bomb.subarray(0, 16_384))).toBe(true);
  expect(response!.bodyLength).toBe(Math.min(bomb.length, 65_536));
});

test('HOS-06: a thousand content encodings are ignored (CVE-2026-22036)', async () => {
  const encodings = Array.from({ length: 1_000 }, () => 'gzip, br').join(', ');
  const { outcome, response } = await against(
    answering(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encodings}\r\nContent-Length: 2\r\n\r\nhi`),
  );
  expect(outcome).toEqual({ kind: 'success', status: 200 });
  expect(Buffer.from(response!.body).toString()).toBe('hi');
});

test.each([
  ['200 KB of headers', `X-A: ${'a'.repeat(1_000)}\r\n`.repeat(200)],
  ['one header of 64 KB', `X-A: ${'a'.repeat(65_536)}\r\n`],
  ['one header name of 64 KB', `${'a'.repeat(65_536)}: x\r\n`],
  ['20,000 headers', 'a:\r\n'.repeat(20_000)],
])('HOS-07: %s are too much', async (_, headers) => {
  const { outcome } = await against(answering(`HTTP/1.1 200 OK\r\n${headers}\r\n`));
  expect(outcome).toMatchObject({ kind: 'error', reason: 'headers_overflow' });
});

test('HOS-08: of many headers 32 and 8 KiB are kept', async () => {
  const tiny = Array.from({ length: 3_000 }, (_, at) => `${at.toString(36)}:1\r\n`).join('');
  const many = await against(answering(`HTTP/1.1 200 OK\r\n${tiny}Content-Length: 0\r\n\r\n`));
  expect(many.outcome).toEqual({ kind: 'success', status: 200 });
  expect(Object.keys(many.response!.headers)).toHaveLength(32);

  const large = Array.from({ length: 12 }, (_, at) => `X-${at}: ${'v'.repeat(1_000)}\r\n`).join('');
  const heavy = await against(answering(`HTTP/1.1 200 OK\r\n${large}Content-Length: 0\r\n\r\n`));
  expect(JSON.stringify(heavy.response!.headers).length).toBeLessThan(8_192 + 500);
  expect(Object.keys(heavy.response!.headers)).toHaveLength(8);
});

test('HOS-08: no cookie is ever sent back', async () => {
  const cookies = Array.from({ length: 300 }, (_, at) => `Set-Cookie: c${at}=1\r\n`).join('');
  await using receiver = await startRaw(answering(`HTTP/1.1 200 OK\r\n${cookies}Content-Length: 0\r\n\r\n`));
  await using sender = testSender();
  await sender.post(receiver.url);
  await sender.post(receiver.url);
  expect(receiver.received.toString()).not.toMatch(/cookie/i);
});

test('HOS-08: header names that mean something to JavaScript are only names', async () => {
  const { response } = await against(
    answering(
      'HTTP/1.1 200 OK\r\n__proto__: a\r\n__proto__: b\r\nconstructor: c\r\nContent-Length: 0\r\n\r\n',
    ),
  );
  expect(Object.entries(response!.headers)).toEqual(
    expect.arrayContaining([
      ['__proto__', 'a, b'],
      ['constructor', 'c'],
    ]),
  );
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});

test('HOS-09: a receiver that accepts and says nothing is cut at the deadline', async () => {
  const { outcome } = await against(() => undefined, 500);
  expect(outcome).toMatchObject({ kind: 'error', reason: 'timeout_headers' });
});

test('HOS-09: a connection that is never answered is cut at the deadline', async () => {
  await using unanswering = await startUnanswering();
  await using sender = testSender();
  const { outcome, timing } = await sender.post(`http://127.0.0.1:${unanswering.port}/`, { timeoutMs: 500 });
  expect(outcome).toMatchObject({ kind: 'error', reason: 'connect_timeout' });
  expect(timing).toEqual({});
});

test('HOS-09: a closed port refuses', async () => {
  const closed = await startCanary();
  await closed.close();
  await using sender = testSender();
  expect(await sender.post(closed.url)).toMatchObject({
    outcome: { kind: 'error', reason: 'connect_refused' },
  });
});

const length = 'Content-Length: 0\r\n';
test.each([
  ['CL and TE', `HTTP/1.1 200 OK\r\n${length}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two different CL', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['a negative CL', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['a CL that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 0x10\r\n\r\n'],
  ['a folded header', `HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\n${length}\r\n`],
  ['NUL in a header', `HTTP/1.1 200 OK\r\nX-A: a\0b\r\n${length}\r\n`],
  ['ESC in a header', `HTTP/1.1 200 OK\r\nX-A: \u001B[31m\r\n${length}\r\n`],
  ['a space in a header name', `HTTP/1.1 200 OK\r\nX A: 1\r\n${length}\r\n`],
  ['a header without colon', `HTTP/1.1 200 OK\r\nX-A\r\n${length}\r\n`],
  ['HTTP/0.9', '<html>hello</html>'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
  ['a bare LF', `HTTP/1.1 200 OK\nContent-Length: 0\n\n`],
  ['a lower-case version', `http/1.1 200 OK\r\n${length}\r\n`],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
  ['random bytes', Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])],
  ['status 099', `HTTP/1.1 099 X\r\n${length}\r\n`],
  ['status 000', `HTTP/1.1 000 X\r\n${length}\r\n`],
  ['status 2000', `HTTP/1.1 2000 X\r\n${length}\r\n`],
  ['status abc', `HTTP/1.1 abc X\r\n${length}\r\n`],
  ['status 20', `HTTP/1.1 20 X\r\n${length}\r\n`],
  ['no status', `HTTP/1.1 \r\n${length}\r\n`],
  [
    '101 Switching Protocols',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
  ],
  ['101 without upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
])('HOS-11, HOS-12, HOS-13: %s is a bad response, and the next delivery is fine', async (_, answer) => {
  await using receiver = await startRaw(answering(answer));
  await using good = await startReceiver();
  await using sender = testSender();
  const { outcome } = await sender.post(receiver.url, { timeoutMs: 5_000 });
  expect(outcome).toMatchObject({
    kind: 'error',
    reason: 'bad_response',
    detail: expect.stringMatching(/answer/),
  });
  await expect.poll(() => receiver.closed).toBe(1);
  expect(await sender.post(good.url)).toMatchObject({ outcome: { kind: 'success' } });
});

test('HOS-13: a switch of protocols that nobody asked for is named', async () => {
  const { outcome } = await against(answering(`HTTP/1.1 101 Switching Protocols\r\n\r\n${ok}`));
  expect(outcome).toMatchObject({ detail: expect.stringContaining('101') as string });
});

test('HOS-12: 999 and an empty reason are failures like others', async () => {
  expect(await against(answering(`HTTP/1.1 999 \r\n${length}\r\n`))).toMatchObject({
    outcome: { kind: 'failure', status: 999 },
    response: { reason: '' },
  });
  expect(await against(answering(`HTTP/1.1 500\r\n${length}\r\n`))).toMatchObject({
    outcome: { kind: 'failure', status: 500 },
  });
});

test('HOS-13: 407 is a failure like others', async () => {
  const { outcome } = await against(answering(`HTTP/1.1 407 Proxy Authentication Required\r\n${length}\r\n`));
  expect(outcome).toEqual({ kind: 'failure', status: 407 });
});

test('HOS-14: 200 before the request is read, then close, is success; the connection is not used again', async () => {
  await using receiver = await startRaw((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.end(ok);
    });
  });
  await using good = await startReceiver();
  await using sender = testSender();
  const body = Buffer.alloc(1_048_576, 'x');
  for (let count = 1; count <= 3; count++) {
    expect(await sender.post(receiver.url, { body })).toMatchObject({
      outcome: { kind: 'success', status: 200 },
    });
    await sender.post(good.url); // the end of the connection is seen meanwhile
    expect(receiver.connections).toBe(count);
  }
});

test.each([1_000, 1_048_576, 33_554_432])(
  'HOS-14: a reset after an early 200 is success, with %i bytes of request left unread',
  async (size) => {
    const { outcome } = await against(
      (socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write(ok, () => socket.destroy());
        });
      },
      5_000,
      Buffer.alloc(size),
    );
    expect(outcome).toEqual({ kind: 'success', status: 200 });
  },
);

test('HOS-14: a receiver that answers, keeps the connection and never reads the rest gets a new connection', async () => {
  await using receiver = await startRaw((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.write(ok);
    });
  });
  await using sender = testSender();
  const body = Buffer.alloc(16_777_216, 'x');
  for (let count = 1; count <= 3; count++) {
    expect(await sender.post(receiver.url, { body })).toMatchObject({
      outcome: { kind: 'success', status: 200 },
    });
    expect(receiver.connections).toBe(count);
  }
});

test('HOS-16: an idle connection that the receiver closed is not used', async () => {
  await using receiver = await startRaw(answeringOnce(ok));
  await using sender = testSender();
  for (let count = 1; count <= 20; count++) {
    const exchange = await sender.post(receiver.url);
    expect(exchange.outcome).toEqual({ kind: 'success', status: 200 });
    await expect.poll(() => receiver.closed).toBe(count);
  }
  expect(receiver.connections).toBe(20);
});

test('HOS-16: a kept connection that ends at any moment is replaced unseen or reported as stale', async () => {
  const open: Socket[] = [];
  await using receiver = await startRaw((socket) => {
    open.push(socket);
    onRequest(socket, () => socket.write(ok));
  });
  await using sender = testSender();
  for (let count = 0; count < 50; count++) {
    const { outcome, staleConnection = false } = await sender.post(receiver.url);
    expect(outcome.kind === 'success' || staleConnection).toBe(true);
    if (count % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    open.at(-1)!.destroy();
  }
});

test('HOS-16: a kept connection that is closed as we write says so, and only then', async () => {
  await using receiver = await startRaw((socket, count) => {
    let requests = 0;
    onRequest(socket, () => {
      requests++;
      if (count === 1 && requests === 1) socket.write(ok);
      else socket.resetAndDestroy();
    });
  });
  await using sender = testSender();
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
  expect(await sender.post(receiver.url)).toMatchObject({
    outcome: { kind: 'error', reason: 'connection_lost' },
    staleConnection: true,
  });
  const fresh = await sender.post(receiver.url);
  expect(fresh).toMatchObject({ outcome: { kind: 'error', reason: 'connection_lost' } });
  expect(fresh, 'the first request of a connection is never repeated').not.toHaveProperty('staleConnection');
});

test('HOS-16: who takes a second to end a kept connection has had the request, and nothing is repeated', async () => {
  const clock = movableClock();
  await using receiver = await startRaw((socket) => {
    let requests = 0;
    onRequest(socket, () => {
      requests++;
      if (requests === 1) return socket.write(ok);
      clock.ahead(1_500);
      return socket.resetAndDestroy();
    });
  });
  await using sender = testSender({}, { clock });
  await sender.post(receiver.url);
  const exchange = await sender.post(receiver.url);
  expect(exchange).toMatchObject({ outcome: { kind: 'error', reason: 'connection_lost' } });
  expect(exchange).not.toHaveProperty('staleConnection');
});

test('HOS-16: once a byte of the answer came, nothing is repeated', async () => {
  await using receiver = await startRaw((socket) => {
    let requests = 0;
    onRequest(socket, () => {
      requests++;
      if (requests === 1) socket.write(ok);
      else socket.write('HTTP/1.1 200', () => socket.resetAndDestroy());
    });
  });
  await using sender = testSender();
  await sender.post(receiver.url);
  const exchange = await sender.post(receiver.url);
  expect(exchange).toMatchObject({ outcome: { kind: 'error', reason: 'connection_lost' } });
  expect(exchange).not.toHaveProperty('staleConnection');
});

test.each([
  ['no byte', '', 'connection_lost'],
  ['half a status line', 'HTTP/1.1 2', 'connection_lost'],
  ['half a head', 'HTTP/1.1 200 OK\r\nX-A: 1\r\n', 'connection_lost'],
])('a connection closed after %s is lost', async (_, part, reason) => {
  expect(await against(answeringOnce(part))).toMatchObject({ outcome: { kind: 'error', reason } });
  expect(
    await against((socket) => onRequest(socket, () => socket.write(part, () => socket.resetAndDestroy()))),
  ).toMatchObject({ outcome: { kind: 'error', reason } });
});

test.each([
  ['shorter than its length', 'Content-Length: 100\r\n\r\nhalf'],
  ['chunked and cut', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ['chunked and cut within a chunk', 'Transfer-Encoding: chunked\r\n\r\nff\r\nhalf'],
  ['chunked with a bad size', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n'],
])('HOS-19: a body %s is success, flagged as truncated', async (_, rest) => {
  const expected = {
    outcome: { kind: 'success', status: 200 },
    response: { bodyTruncated: true, bodyLength: 4, body: Buffer.from('half') },
  };
  expect(await against(answeringOnce(`HTTP/1.1 200 OK\r\n${rest}`))).toMatchObject(expected);
  const reset: Script = (socket) => {
    onRequest(socket, () => {
      socket.write(`HTTP/1.1 200 OK\r\n${rest}`);
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
  };
  expect(await against(reset)).toMatchObject(expected);
});

test('a body without length ends with the connection', async () => {
  expect(await against(answeringOnce('HTTP/1.1 200 OK\r\n\r\nwhole'))).toMatchObject({
    response: { bodyTruncated: false, bodyLength: 5 },
  });
});

test('HOS-20: whatever bytes the body holds are kept as bytes', async () => {
  const body = Buffer.concat([
    Buffer.from([0xff, 0xfe, 0x00, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
    Buffer.from('\u001B[2J\u202Eevil\u0000'),
    Buffer.alloc(16_000, 'x'),
  ]);
  await using receiver = await startReceiver(() => ({ body }));
  await using sender = testSender();
  const { response } = await sender.post(receiver.url);
  expect(Buffer.from(response!.body).equals(body)).toBe(true);
  expect(response).toMatchObject({ bodyLength: body.length, bodyTruncated: false });
});

test('bytes that nobody asked for on an idle connection are not taken for the next answer', async () => {
  await using receiver = await startRaw((socket, count) => {
    onRequest(socket, () => {
      socket.write(ok);
      if (count === 1) socket.write('HTTP/1.1 204 Poisoned\r\n\r\n');
    });
  });
  await using sender = testSender();
  for (let count = 0; count < 5; count++) {
    expect((await sender.post(receiver.url)).outcome).toEqual({ kind: 'success', status: 200 });
  }
});

/** A port whose listener is stopped with its backlog full: the kernel answers no further SYN. */
async function startUnanswering(): Promise<AsyncDisposable & { readonly port: number }> {
  const program =
    "const s=require('node:net').createServer();s.listen({port:0,host:'127.0.0.1',backlog:1},()=>console.log(s.address().port))";
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
  });
  child.kill('SIGSTOP');
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await Promise.race(
    fillers.slice(-1).map(
      (socket) =>
        new Promise((resolve) => {
          socket.once('connect', resolve);
          setTimeout(resolve, 300);
        }),
    ),
  );
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of fillers) socket.destroy();
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}
