import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom, testClock } from '../../test/test-clock.ts';
import type { Caller } from '../domain/access.ts';
import { makeIds } from '../domain/id.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Signal } from '../domain/signal.ts';
import { StoreFull, StoreUnavailable } from '../storage/port/store-errors.ts';
import { answerErrors } from './errors.ts';
import { takeBodies } from './media-types.ts';
import { makeServer, type Server, type ServerSettings } from './server.ts';

const bodyBytesMax = 4_096;
const closed = { additionalProperties: false };

let signals: Signal[];
let server: Server;
let release: () => void;

beforeEach(() => {
  signals = [];
  server = serverOf({});
});
afterEach(async () => {
  release?.();
  await server.close(0);
});

function serverOf(settings: Partial<ServerSettings>): Server {
  const emit = (signal: Signal) => void signals.push(signal);
  return makeServer(
    {
      dialects: [
        { name: 'native', routes: sampleRoutes },
        { name: 'confluence', routes: otherRoutes },
      ],
      authenticate,
      ready: async () => ({ ready: true, checks: { store: 'ok' } }),
      frameOfPortal: async () => undefined,
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
      ids: makeIds(testClock(), seededRandom(1)),
      emit,
    },
    {
      trustedProxies: [],
      bodyBytesMax,
      metricsOpen: false,
      https: false,
      pagesDirectory: '/nowhere',
      ...settings,
    },
  );
}

async function authenticate({ headers }: FastifyRequest): Promise<Caller> {
  if (headers.authorization !== 'Bearer operator') throw new Refusal('unauthenticated', 'Who are you?');
  const permissions = new Set(['SYSTEM:VIEW'] as const);
  return {
    principal: { kind: 'api-key', id: 'key_1', name: 'operator', tenantId: 'tnt_1', permissions },
    address: null,
  };
}

/** A dialect as strict as the native one. */
function sampleRoutes(app: FastifyInstance): void {
  takeBodies(app, { types: ['application/json'], missing: 'refused' });
  const body = Type.Object({ count: Type.Integer(), note: Type.Optional(Type.String()) }, closed);
  app.post('/sample', { schema: { body } }, async (request) => ({
    read: request.body,
    bytes: request.bytes.length,
  }));
  const querystring = Type.Object(
    {
      limit: Type.Optional(Type.Integer({ minimum: 1 })),
      open: Type.Optional(Type.Boolean()),
      tag: Type.Optional(Type.Array(Type.String())),
    },
    closed,
  );
  const params = Type.Object({ id: Type.String({ pattern: '^wh_[a-z0-9]{2,26}$' }) }, closed);
  app.get('/sample', { schema: { querystring } }, async (request) => request.query);
  app.get('/sample/:id', { schema: { params } }, async (request) => request.params);
  app.get('/bug', async () => {
    throw new Error('SELECT * FROM secrets at /srv/posthorn');
  });
  app.get('/full', async () => {
    throw new StoreFull('SQLITE_FULL: /srv/posthorn/data');
  });
  app.get('/away', async () => {
    throw new StoreUnavailable('connect ECONNREFUSED db.internal');
  });
  app.get('/slow', async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return 'done';
  });
}

/** A dialect that says no in its own way. */
function otherRoutes(app: FastifyInstance): void {
  void app.register(
    async (part) => {
      answerErrors(
        part,
        () => {},
        (declined) => ({
          status: declined.kind === 'refusal' && declined.refusal.code === 'not_found' ? 404 : 400,
          contentType: 'application/json',
          headers: { 'x-vendor': 'yes' },
          body: { statusCode: declined.kind === 'refusal' ? declined.refusal.message : 'fault' },
        }),
      );
      takeBodies(part, { types: ['application/json'], missing: 'taken' });
      part.post('/hooks', async (request) => Buffer.from(request.bytes).toString());
      part.get('/hooks', async () => {
        throw new Refusal('forbidden', 'not you');
      });
    },
    { prefix: '/vendor' },
  );
}

type Sent = { readonly type?: string; readonly headers?: Readonly<Record<string, string>> };

const post = (payload: string | Buffer, { type = 'application/json', headers = {} }: Sent = {}) =>
  server.app.inject({
    method: 'POST',
    url: '/sample',
    payload,
    headers: { 'content-type': type, ...headers },
  });
const get = (url: string) => server.app.inject(url);

describe('bodies', () => {
  test('INP-02: a body of exactly the limit is taken, one byte more is 413', async () => {
    const body = (bytes: number) => {
      const rest = '{"count":1,"note":""}'.length;
      return JSON.stringify({ count: 1, note: 'x'.repeat(bytes - rest) });
    };
    expect((await post(body(bodyBytesMax))).json()).toMatchObject({ bytes: bodyBytesMax });
    const tooLarge = await post(body(bodyBytesMax + 1));
    expect(tooLarge.statusCode).toBe(413);
    expect(tooLarge.json()).toMatchObject({ code: 'payload_too_large' });
  });

  test('INP-02: a compressed body is 415', async () => {
    const response = await post(gzipSync('{"count":1}'), { headers: { 'content-encoding': 'gzip' } });
    expect(response.statusCode).toBe(415);
  });

  test.each([
    ['an overlong sequence', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'application/json'],
    ['invalid UTF-8', Buffer.from('{"count":1,"note":"\xe9"}', 'latin1'), 'application/json'],
    ['a byte order mark', Buffer.from('\ufeff{"count":1}'), 'application/json'],
    ['UTF-16', Buffer.from('{"count":1}', 'utf16le'), 'application/json'],
    [
      'UTF-8 and UTF-16 as declared',
      Buffer.from('{"count":1}'),
      'application/json; charset=utf-8; charset=utf-16',
    ],
    ['UTF-16 as declared', Buffer.from('{"count":1}', 'utf16le'), 'application/json; charset=utf-16'],
    ['UTF-32', Buffer.from([0, 0, 0, 0x7b, 0, 0, 0, 0x7d]), 'application/json'],
  ])('INP-07: %s is 400', async (_, body, type) => {
    const response = await post(body, { type });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'bad_request' });
  });

  test.each([
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/json;charset=utf-7',
    'application/json; charset=latin1',
    'application/jsonp',
    'nonsense',
    '',
  ])('INP-17: the content type %j is 415', async (type) => {
    const response = await post('{"count":1}', { type });
    expect(response.statusCode).toBe(415);
    expect(response.json()).toMatchObject({ code: 'unsupported_media_type' });
  });

  test('INP-17: a body without a content type is 415, and taken where a dialect wants it', async () => {
    const without = { method: 'POST', payload: Buffer.from('{"count":1}') } as const;
    expect((await server.app.inject({ ...without, url: '/sample' })).statusCode).toBe(415);
    expect((await server.app.inject({ ...without, url: '/vendor/hooks' })).body).toBe('{"count":1}');
  });

  test.each(['application/json', 'Application/JSON ; charset="UTF-8"', 'application/json;charset=utf8'])(
    'the content type %j is taken',
    async (type) => {
      expect((await post('{"count":1}', { type })).statusCode).toBe(200);
    },
  );

  test('a content type without a body does no harm', async () => {
    const response = await server.app.inject({
      method: 'POST',
      url: '/sample',
      headers: { 'content-type': 'text/plain' },
    });
    expect(response.json()).toMatchObject({
      code: 'invalid',
      errors: [{ pointer: '/count', rule: 'required' }],
    });
  });

  test('INP-01, INP-03, INP-04, INP-12: what is wrong with a body is 422 with the pointer and the rule', async () => {
    for (const [body, pointer, rule] of [
      [`{"count":${'['.repeat(100)}`, '', 'depth'],
      ['['.repeat(bodyBytesMax), '', 'depth'],
      ['{"count":1,"count":2}', '/count', 'duplicate_member'],
      ['{"count":1,"__proto__":{}}', '/__proto__', 'forbidden_member'],
      ['{"count":1,"isAdmin":true}', '/isAdmin', 'unknown_member'],
      ['{"count":true}', '/count', 'type'],
      ['{"count":["12"]}', '/count', 'type'],
      ['{"count":"12"}', '/count', 'type'],
      ['{"count":1.5}', '/count', 'type'],
      ['{"count":1e3}', '/count', 'type'],
      ['{"count":9007199254740993}', '/count', 'type'],
      ['null', '', 'type'],
    ]) {
      const response = await post(body!);
      expect(response.statusCode).toBe(422);
      const { errors } = response.json<{ errors: unknown[] }>();
      expect(errors).toContainEqual(expect.objectContaining({ pointer, rule }));
    }
  });
});

describe('queries and paths', () => {
  test('a parameter becomes what the schema says, only in its plain spelling', async () => {
    expect((await get('/sample?limit=10&open=true&tag=a')).json()).toEqual({
      limit: 10,
      open: true,
      tag: ['a'],
    });
    expect((await get('/sample?tag=a&tag=b')).json()).toEqual({ tag: ['a', 'b'] });
  });

  test.each([
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=NaN',
    'limit=010',
    'limit=%2010',
    'limit=1.0',
    'limit=9007199254740993',
    'limit=',
    'limit=1&limit=2',
    'open=1',
    'open=TRUE',
    'offset=5',
    'limit%00=1',
    '__proto__=1',
    'tag=%00',
  ])('INP-16: ?%s is 422', async (query) => {
    const response = await get(`/sample?${query}`);
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({
      code: 'invalid',
      errors: [{ pointer: expect.stringMatching(/^query\//) as string }],
    });
  });

  test.each([
    '/sample/%2e%2e%2fetc',
    '/sample/%00',
    '/sample/wh_A',
    '/sample/../../etc',
    '//sample',
    '/debug',
    '/server.js.map',
    '/.env',
  ])('INP-16, SEC-07: %s is 404', async (path) => {
    const response = await get(path);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code: 'not_found' });
  });

  test('INP-16: a URL of 8 KiB is 404 or 422', async () => {
    for (const [url, status] of [
      [`/sample/wh_${'a'.repeat(8_000)}`, 404],
      [`/${'a'.repeat(8_000)}`, 404],
      [`/sample?${'x'.repeat(8_000)}=1`, 422],
    ] as const) {
      expect((await get(url)).statusCode).toBe(status);
    }
  });

  test('a path that can not be decoded is 400', async () => {
    const response = await get('/sample/%zz');
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'bad_request' });
    expect(response.headers['x-request-id']).toMatch(/^req_/);
  });

  test('a trailing slash means the same path', async () => {
    expect((await get('/sample/')).statusCode).toBe(200);
    expect((await get('/sample/wh_ab/')).json()).toEqual({ id: 'wh_ab' });
  });

  test('a method that a path lacks is 405 and told what it takes', async () => {
    const response = await server.app.inject({ method: 'DELETE', url: '/sample' });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe('GET, HEAD, POST');
    const vendor = await server.app.inject({ method: 'PUT', url: '/vendor/hooks' });
    expect(vendor.headers).toMatchObject({ allow: 'GET, HEAD, POST', 'x-vendor': 'yes' });
  });

  test.each(['TRACE', 'PROPFIND', 'QUERY'])('no path has the method %s', async (method) => {
    const response = await server.app.inject({ method: method as 'TRACE', url: '/sample' });
    expect(response.statusCode).toBe(404);
    expect(signals).toEqual([]);
  });
});

describe('answers', () => {
  test('WEB-02: every answer forbids guessing, storing, framing and referring, and names its request', async () => {
    for (const url of ['/sample', '/nothing', '/bug', '/vendor/hooks', '/health']) {
      const { headers } = await get(url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-request-id': expect.stringMatching(/^req_[0-9a-z]{26}$/) as string,
      });
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers.server ?? headers['x-powered-by']).toBeUndefined();
    }
    server = serverOf({ https: true });
    expect((await get('/health')).headers['strict-transport-security']).toMatch(/^max-age=/);
  });

  test('a caller can not choose the request id', async () => {
    const response = await server.app.inject({
      url: '/health',
      headers: { 'x-request-id': 'mine', 'request-id': 'mine' },
    });
    expect(response.headers['x-request-id']).not.toBe('mine');
  });

  test('SEC-07: a bug is 500 with the request id and nothing else, and a signal with its cause', async () => {
    const response = await get('/bug?token=secret');
    expect(response.statusCode).toBe(500);
    const requestId = response.headers['x-request-id'];
    expect(response.json()).toEqual({
      title: 'Internal Server Error',
      status: 500,
      code: 'internal',
      detail: 'Something went wrong on our side; the request id tells the operator what',
      requestId,
    });
    expect(signals).toEqual([
      { kind: 'request.failed', requestId, method: 'GET', path: '/bug', cause: expect.any(Error) as Error },
    ]);
  });

  test('SEC-08: no body of an error holds SQL, paths, host names or versions', async () => {
    const bodies = await Promise.all(
      ['/bug', '/full', '/away', '/nothing', '/sample/%zz', '/sample?x=1'].map((url) => get(url)),
    );
    for (const { body, statusCode } of bodies) {
      expect(statusCode).toBeGreaterThanOrEqual(400);
      expect(body).not.toMatch(/SELECT|SQLITE|srv|db\.|ECONN|node_modules| at \//);
      expect(body).not.toContain(process.version.slice(1));
    }
  });

  test('a full disk is 507, a database that is away 503, both with Retry-After', async () => {
    const full = await get('/full');
    expect([full.statusCode, full.headers['retry-after']]).toEqual([507, '5']);
    const away = await get('/away');
    expect([away.statusCode, away.headers['retry-after']]).toEqual([503, '5']);
  });

  test('a dialect says no in its own way, for unknown paths below its prefix too', async () => {
    for (const url of ['/vendor/hooks', '/vendor/nothing']) {
      const response = await get(url);
      expect(response.headers['x-vendor']).toBe('yes');
      expect(response.json()).toEqual({ statusCode: expect.any(String) as string });
    }
  });
});

describe('proxies', () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.7' };
  const told = () => signals.filter(({ kind }) => kind === 'proxy.untrusted');

  test('a forwarded address from who is not a trusted proxy is told once, since all its clients count as one', async () => {
    await get('/sample');
    expect(told()).toEqual([]);
    for (let count = 0; count < 3; count++) await server.app.inject({ url: '/sample', headers: forwarded });
    expect(told()).toEqual([{ kind: 'proxy.untrusted', address: '127.0.0.1' }]);
  });

  test('one from a trusted proxy is believed, one from another peer is told', async () => {
    server = serverOf({ trustedProxies: ['127.0.0.0/8'] });
    await server.app.inject({ url: '/sample', headers: forwarded });
    expect(told()).toEqual([]);
    await server.app.inject({ url: '/sample', headers: forwarded, remoteAddress: '198.51.100.1' });
    expect(told()).toEqual([{ kind: 'proxy.untrusted', address: '198.51.100.1' }]);
  });
});

describe('operation', () => {
  test('/health and /ready are open, /metrics needs a key unless the operator opens it', async () => {
    expect((await get('/health')).json()).toEqual({ status: 'ok' });
    expect((await get('/ready')).json()).toEqual({ ready: true, checks: { store: 'ok' } });
    expect((await get('/metrics')).statusCode).toBe(401);
    const headers = { authorization: 'Bearer operator' };
    const metrics = await server.app.inject({ url: '/metrics', headers });
    expect([metrics.statusCode, metrics.body]).toEqual([200, 'up 1\n']);
    server = serverOf({ metricsOpen: true });
    expect((await get('/metrics')).statusCode).toBe(200);
  });

  test('P21: while it stops, new requests are 503 in each dialect’s words, health stays, ready says no', async () => {
    server.drain();
    const declined = await get('/sample');
    expect(declined.statusCode).toBe(503);
    expect(declined.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
    expect((await get('/vendor/hooks')).headers['x-vendor']).toBe('yes');
    expect((await get('/health')).statusCode).toBe(200);
    const ready = await get('/ready');
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      { ready: false, checks: { store: 'ok', server: 'stopping' } },
    ]);
  });

  test('P21: a request in progress ends before the server is closed', async () => {
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    const answer = exchange(port, 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => release).toBeTypeOf('function');
    const closing = server.close(30_000);
    release();
    expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*done$/);
    await closing;
    await expect(exchange(port, 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n')).rejects.toThrow('ECONNREFUSED');
  });

  test('a request that does not end within the grace is cut', async () => {
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    const answer = exchange(port, 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => release).toBeTypeOf('function');
    await Promise.all([server.close(10), server.close(10)]);
    expect(await answer).toBe('');
  });

  test('a taken port is told by the system’s error', async () => {
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    const second = serverOf({});
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await second.close(0);
  });
});

describe('the wire', () => {
  const json = 'host: x\r\ncontent-type: application/json\r\n';
  let port: number;
  beforeEach(async () => {
    ({ port } = await server.listen({ host: '127.0.0.1', port: 0 }));
  });

  test.each([
    [
      'Content-Length with Transfer-Encoding',
      `POST /sample HTTP/1.1\r\n${json}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `POST /sample HTTP/1.1\r\n${json}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`],
    ['a folded header', 'GET /health HTTP/1.1\r\nhost: x\r\nx-a: 1\r\n 2\r\n\r\n'],
    ['a bare CR', 'GET /health HTTP/1.1\r\nhost: x\r\nx-a: 1\r2\r\n\r\n'],
    ['a space before the colon', 'GET /health HTTP/1.1\r\nhost : x\r\n\r\n'],
    ['a target in absolute form', 'GET http://other.example/health HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['no Host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['two Hosts', 'GET /health HTTP/1.1\r\nhost: x\r\nHost: y\r\n\r\n'],
    ['the same Host twice', 'GET /health HTTP/1.1\r\nhost: x\r\nhost: x\r\n\r\n'],
    ['200 headers', `GET /health HTTP/1.1\r\nhost: x\r\n${'a: 1\r\n'.repeat(200)}\r\n`],
    ['HTTP/0.9', 'GET /health\r\n\r\n'],
    ['a protocol that is not HTTP', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'],
  ])('INP-15: %s is 400 and the connection ends', async (_, request) => {
    const answer = await exchange(port, request);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer.match(/^HTTP\/1\.1/gm)).toHaveLength(1);
  });

  test('a head of more than 16 KiB is 431', async () => {
    const answer = await exchange(
      port,
      `GET /health HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('INP-02: a chunked body without a length is 413 once it is too long, and the connection ends', async () => {
    const chunk = `${(1_024).toString(16)}\r\n${'x'.repeat(1_024)}\r\n`;
    const answer = await exchange(
      port,
      `POST /sample HTTP/1.1\r\n${json}transfer-encoding: chunked\r\n\r\n${chunk.repeat(5)}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each([
    ['too large', { 'content-length': '9500000' }, 413],
    ['too large and comes in chunks', { 'transfer-encoding': 'chunked' }, 413],
    [
      'not JSON, on a connection that its client closes',
      { 'content-type': 'text/plain', connection: 'close' },
      415,
    ],
  ])(
    'INP-02: the refusal of a big body that is %s reaches its client every time',
    async (_, headers, status) => {
      const url = `http://127.0.0.1:${port}/sample`;
      const answers = await uploads({ url, headers: { 'content-type': 'application/json', ...headers } });
      expect(answers).toEqual(Array.from({ length: 20 }, () => status));
    },
  );

  test('INP-02: who stops sending, or sends without end, is refused all the same', async () => {
    const head = `POST /sample HTTP/1.1\r\n${json}content-length: 99999999999\r\n\r\n`;
    expect(await exchange(port, `${head}{"count":`)).toMatch(/^HTTP\/1\.1 413 [\s\S]*payload_too_large/);
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const cut = new Promise((resolve) => socket.on('close', resolve));
    socket.write(head);
    const pour = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(1_048_576)));
    };
    socket.on('drain', pour);
    pour();
    await cut;
    expect(socket.bytesWritten).toBeLessThan(200 * 1_048_576);
  });

  test('INP-02: a body that is shorter or longer than its length is 400', async () => {
    const short = await exchange(
      port,
      `POST /sample HTTP/1.1\r\n${json}content-length: 50\r\n\r\n{"count":1}`,
      'end',
    );
    expect(short === '' || short.startsWith('HTTP/1.1 400 ')).toBe(true);
    const long = await exchange(port, `POST /sample HTTP/1.1\r\n${json}content-length: 5\r\n\r\n{"count":1}`);
    expect(long).toMatch(/^HTTP\/1\.1 400 /);
    expect(long).not.toContain('HTTP/1.1 200');
  });

  test('INP-14: slow heads and slow bodies are cut within 30 s, and others are served meanwhile', async () => {
    const { headersTimeout, requestTimeout } = server.app.server;
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 25_000]);
    // The rest with shorter times: they are looked at every two seconds.
    server.app.server.headersTimeout = 100;
    server.app.server.requestTimeout = 200;
    const slowHeads = Array.from({ length: 50 }, () =>
      exchange(port, 'GET /health HTTP/1.1\r\nhost: x\r\nx-a: '),
    );
    const slowBody = exchange(port, `POST /sample HTTP/1.1\r\n${json}content-length: 11\r\n\r\n{"co`);
    expect(await exchange(port, 'GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    for (const answer of await Promise.all([...slowHeads, slowBody]))
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});

/** Streams 9.5 MB twenty times, as Node's own client does: beside the server, since both would take turns in one thread. */
async function uploads(to: { readonly url: string; readonly headers: object }): Promise<unknown> {
  const client = new Worker(uploader, { eval: true, workerData: to });
  const [answers] = (await once(client, 'message')) as [unknown];
  return answers;
}

const uploader = `
  const { request } = require('node:http');
  const { Readable } = require('node:stream');
  const { parentPort, workerData: { url, headers } } = require('node:worker_threads');
  const upload = () => new Promise((resolve) => {
    const sending = request(url, { method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    sending.on('error', (error) => resolve(error.code));
    Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(95_000, 'x'))).pipe(sending);
  });
  (async () => {
    const answers = [];
    while (answers.length < 20) answers.push(await upload());
    parentPort.postMessage(answers);
  })();
`;

/** Sends bytes as they are and answers all that came back until the connection ended. */
function exchange(port: number, request: string, then: 'wait' | 'end' = 'wait'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (answer += text));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(answer);
      else reject(error);
    });
    socket.on('close', () => resolve(answer));
    socket.write(request, 'latin1', () => then === 'end' && socket.end());
  });
}
