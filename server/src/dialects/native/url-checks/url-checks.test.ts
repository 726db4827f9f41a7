import { afterAll, expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';

const native = await startNative();
afterAll(() => native[Symbol.asyncDispose]());

const check = (body: object, authorization?: string) =>
  native.call('POST', '/api/v1/url-checks', body, authorization === undefined ? {} : { authorization });

test('an answer tells each phase by itself, and what its status says about deliveries', async () => {
  native.exchange = {
    outcome: { kind: 'failure', status: 405 },
    response: null,
    timing: { dnsMs: 2.5, connectMs: 10, tlsMs: 30.25, firstByteMs: 50 },
    durationMs: 51,
    found: {
      addresses: ['192.0.2.7'],
      tls: {
        protocol: 'TLSv1.3',
        issuer: 'C=US, CN=Some \u202eAuthority',
        subject: 'CN=example.com',
        validTo: Date.parse('2030-01-01T00:00:00Z'),
      },
    },
  };
  const { status, body } = await check({ url: 'https://example.com/hook' });
  expect(status).toBe(200);
  expect(body).toEqual({
    ok: true,
    problems: [],
    dns: { addresses: ['192.0.2.7'], ms: 2.5 },
    connectMs: 7.5,
    tls: {
      protocol: 'TLSv1.3',
      issuer: 'C=US, CN=Some \ufffdAuthority',
      subject: 'CN=example.com',
      validTo: '2030-01-01T00:00:00.000Z',
      ms: 20.25,
    },
    response: { status: 405, ms: 19.75, note: expect.stringContaining('only POST') },
    outcome: 'failure',
    error: null,
  });
});

test('what keeps an answer from coming is told with what can be done', async () => {
  native.exchange = {
    outcome: { kind: 'error', reason: 'dns_not_found', detail: 'x' },
    response: null,
    timing: {},
    durationMs: 1,
    found: { addresses: null, tls: null },
  };
  const { body } = await check({ url: 'https://exmaple.com/hook' });
  expect(body).toMatchObject({ ok: false, dns: null, tls: null, response: null, outcome: 'error' });
  expect(body.error).toEqual({
    code: 'dns_not_found',
    message: 'The host name does not exist.',
    hint: expect.stringContaining('spelling'),
  });
});

test('the rules are those of the dialect, and a broken one keeps the request from going out', async () => {
  const before = native.checked.length;
  const { body } = await check({ url: 'http://example.com/' });
  expect(body).toMatchObject({ ok: false, problems: [{ code: 'http_not_allowed' }], outcome: null });
  expect((await check({ url: 'https://10.0.0.1/' })).body.problems).toMatchObject([
    { code: 'target_not_allowed' },
  ]);
  expect((await check({ url: 'https://example.com/', send: false })).body).toMatchObject({
    ok: true,
    outcome: null,
  });
  expect(native.checked).toHaveLength(before);

  expect((await check({ url: 'http://example.com/', dialect: 'confluence' })).body.problems).toEqual([]);
  expect(native.checked.at(-1)).toMatchObject({
    request: { method: 'HEAD', url: 'http://example.com/' },
    options: { timeoutMs: 20_000, tlsVerify: true, redirectsMax: 0 },
  });
});

test('who may add webhooks or change them may check, and nobody else', async () => {
  const url = { url: 'https://example.com/', send: false };
  for (const [permission, status] of [
    ['WEBHOOKS:ADD', 200],
    ['WEBHOOKS:EDIT', 200],
    ['WEBHOOKS:VIEW', 403],
  ] as const) {
    const key = await native.apiKey([permission]);
    expect([permission, (await check(url, `Bearer ${key}`)).status]).toEqual([permission, status]);
  }
});

test('a caller that checks without end has to wait, the others have not', async () => {
  const key = `Bearer ${await native.apiKey(['WEBHOOKS:ADD'])}`;
  const url = { url: 'https://example.com/', send: false };
  const statuses = [];
  for (let times = 0; times < 31; times++) statuses.push((await check(url, key)).status);
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 200), 429]);
  expect(Number((await check(url, key)).headers['retry-after'])).toBeGreaterThan(0);
  expect((await check(url)).status).toBe(200);
  await native.clock.advance(60_000);
  expect((await check(url, key)).status).toBe(200);
});
