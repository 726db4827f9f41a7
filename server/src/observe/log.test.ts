import { describe, expect, test } from 'vitest';
import type { Attempt } from '../domain/attempt.ts';
import type { Delivery } from '../domain/delivery.ts';
import { Secret } from '../domain/secret.ts';
import type { Signal } from '../domain/signal.ts';
import { makeLog, type LogOptions } from './log.ts';

const delivery: Delivery = {
  id: 'dlv_1',
  tenantId: 'tnt_1',
  webhookId: 'wh_1',
  eventId: 'evt_1',
  eventType: 'invoice.paid',
  attempts: 1,
  state: { kind: 'scheduled', dueAt: Date.UTC(2026, 0, 1) },
  createdAt: 0,
  purpose: 'event',
  redeliveryOf: null,
  orderingKey: null,
};

const attempt: Attempt = {
  id: 'att_1',
  tenantId: 'tnt_1',
  deliveryId: 'dlv_1',
  webhookId: 'wh_1',
  eventType: 'invoice.paid',
  number: 1,
  startedAt: 0,
  durationMs: 12,
  outcome: { kind: 'failure', status: 503 },
  request: {
    method: 'POST',
    url: 'https://hooks.example.com:8443/path-secret?token=query-secret',
    headers: { authorization: 'Basic header-secret' },
  },
  response: {
    status: 503,
    reason: 'reason-secret',
    headers: { 'set-cookie': 'cookie-secret' },
    body: Buffer.from('body-secret'),
    bodyLength: 11,
    bodySha256: '',
    bodyTruncated: false,
  },
  timing: { dnsMs: 1, connectMs: 2 },
};

test('an attempt is one wide line', () => {
  const lines = logged([{ kind: 'delivery.attempted', attempt, delivery }]);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'warn',
    node: 'here',
    msg: 'delivery.attempted',
    tenantId: 'tnt_1',
    webhookId: 'wh_1',
    eventId: 'evt_1',
    eventType: 'invoice.paid',
    deliveryId: 'dlv_1',
    attemptId: 'att_1',
    attempt: 1,
    host: 'hooks.example.com:8443',
    outcome: 'failure',
    status: 503,
    durationMs: 12,
    connectMs: 2,
    state: 'scheduled',
    dueAt: '2026-01-01T00:00:00.000Z',
  });
});

test('a token that some receivers find too long is a warning', () => {
  const lines = logged([{ kind: 'token.large', tenantId: 'tnt_1', webhookId: 'wh_1', bytes: 8_193 }]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', msg: 'token.large', tenantId: 'tnt_1', webhookId: 'wh_1', bytes: 8_193 },
  ]);
});

test('a delivered delivery is told by its attempt alone, an exhausted one has a line of its own', () => {
  const delivered: Delivery = { ...delivery, state: { kind: 'delivered', at: 0 } };
  const exhausted: Delivery = { ...delivery, state: { kind: 'exhausted', at: 0, reason: 'attempts' } };
  const lines = logged([
    { kind: 'delivery.settled', delivery: delivered },
    { kind: 'delivery.settled', delivery: exhausted },
  ]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'delivery.exhausted', level: 'warn', attempts: 1, reason: 'attempts' },
  ]);
});

describe('SEC-06: no line has a path, query, header, body or secret', () => {
  const cause = Object.assign(new Error('it failed', { cause: new Error('deeper') }), {
    code: 'E_BAD',
    headers: { authorization: 'error-secret' },
    key: new Secret('kept-secret'),
  });
  const signals: Signal[] = [
    { kind: 'delivery.attempted', attempt, delivery },
    { kind: 'store.failed', operation: 'publish', cause },
    { kind: 'request.failed', requestId: 'req_1', method: 'POST', path: '/api/v1/events', cause },
    { kind: 'format.failed', webhookId: 'wh_1', eventId: 'evt_1', cause },
  ];

  test.each(['json', 'pretty'] as const)('%s', (format) => {
    const text = logged(signals, { format }).join('');
    expect(text).not.toMatch(/-secret/);
    expect(text).toContain('it failed');
    expect(text).toContain('deeper');
  });
});

test('what an orderly stop cuts is told for information, a fault of the platform as an error', () => {
  const lines = logged([
    { kind: 'platform.fault', reason: 'stopped', detail: 'Posthorn is stopping' },
    { kind: 'platform.fault', reason: 'resolver_down', detail: 'no resolver answers' },
  ]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', reason: 'stopped' },
    { level: 'error', reason: 'resolver_down' },
  ]);
});

test('a proxy that is not trusted is told with the setting that trusts it', () => {
  const [line] = logged([{ kind: 'proxy.untrusted', address: '10.0.0.2' }]);
  expect(JSON.parse(line!)).toMatchObject({
    level: 'warn',
    msg: 'proxy.untrusted',
    address: '10.0.0.2',
    hint: expect.stringContaining('TRUST_PROXY') as string,
  });
});

test('lines below the level are not written', () => {
  const published: Signal = {
    kind: 'event.published',
    tenantId: 'tnt_1',
    eventId: 'evt_1',
    type: 'invoice.paid',
    deliveries: 1,
  };
  expect(logged([published])).toEqual([]);
  expect(logged([published], { level: 'debug' })).toHaveLength(1);
});

test('text that would steer a terminal is escaped in lines for people', () => {
  const [line] = logged([{ kind: 'login.failed', username: 'a\u001b[2Jb c', address: null }], {
    format: 'pretty',
  });
  expect(line).not.toContain('\u001b');
  expect(line).toMatch(/WARN {2}login\.failed username="a\\u001b\[2Jb c" address=null\n$/);
});

function logged(signals: readonly Signal[], options: Partial<LogOptions> = {}): string[] {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), lost: () => 0, flush: async () => {} };
  const log = makeLog({ level: 'info', format: 'json', color: false, nodeName: 'here', ...options }, sink);
  for (const signal of signals) log.listen(signal);
  return lines;
}

test('a webhook that waits for its server is told with the server, the time and who made it fail', () => {
  const offenders = [{ tenantId: 'tnt_1', webhookId: 'wh_2' }];
  const [throttled, released] = logged([
    {
      kind: 'server.throttled',
      server: 'https://down.example',
      tenantId: 'tnt_1',
      webhookId: 'wh_1',
      until: Date.UTC(2026, 0, 1),
      offenders,
    },
    { kind: 'server.released', server: 'https://down.example' },
  ]);
  expect(JSON.parse(throttled!)).toMatchObject({
    level: 'warn',
    msg: 'server.throttled',
    webhookId: 'wh_1',
    server: 'https://down.example',
    until: '2026-01-01T00:00:00.000Z',
    offenders: ['wh_2'],
  });
  expect(JSON.parse(released!)).toMatchObject({ level: 'info', server: 'https://down.example' });
});
