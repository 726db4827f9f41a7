// `POST /webhooks/test/{id}` (specification §11).

import { expect, test } from 'vitest';
import type { Outcome } from '../../domain/outcome.ts';
import { healthy } from '../../domain/webhook-health.ts';
import { startEntrust, type EntrustServer } from '../../../test/entrust/entrust-server.ts';

function testCall(entrust: EntrustServer, id: string, body?: string) {
  return entrust.api('POST', `/webhooks/test/${id}`, body);
}

async function logOf(entrust: EntrustServer) {
  const page = { limit: 100, after: null, before: null };
  return (await entrust.store.listDeliveries(entrust.tenantId, {}, page)).rows;
}

test('the callback gets a signed dummy payload once, and the call waits for its answer', async () => {
  await using entrust = await startEntrust();
  const { id } = await entrust.create();
  let answer = (_outcome: Outcome) => {};
  entrust.receive = () => new Promise((resolve) => (answer = resolve));
  const call = testCall(entrust, id, 'a body is ignored');
  await entrust.until(() => entrust.sent.length === 1);
  answer({ kind: 'success', status: 204 });
  expect(await call).toMatchObject({ status: 200, text: '' });
  const [{ headers, body }] = entrust.sent as [(typeof entrust.sent)[0]];
  expect(JSON.parse(Buffer.from(body).toString())).toEqual({
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/) as string,
    type: 'webhook.test',
    accountId: (await entrust.store.getTenantByName('default'))!.uuid,
    eventTime: '2026-01-01T00:00:00Z',
    data: {
      subject: '00000000-0000-0000-0000-000000000000',
      subjectName: 'test',
      subjectType: 'USER',
      resourceName: 'Webhook test',
      sourceIp: '127.0.0.1',
    },
  });
  expect(headers).toHaveProperty('Signature');
  expect(await logOf(entrust)).toMatchObject([
    { delivery: { purpose: 'test', state: { kind: 'delivered' } } },
  ]);
});

test('it works on an inactive webhook and never touches its failures', async () => {
  await using entrust = await startEntrust({ profile: 'faithful' });
  const { id } = await entrust.create({ state: 'INACTIVE' });
  entrust.receive = () => ({ kind: 'failure', status: 503 });
  for (let round = 0; round < 101; round++) expect((await testCall(entrust, id)).status).toBe(400);
  const webhook = await entrust.webhookOf(id);
  expect(webhook.state).toMatchObject({ kind: 'disabled', reason: 'client' });
  expect(entrust.engine.health(webhook.id)).toBe(healthy);
  expect(entrust.sent).toHaveLength(101);
  const active = await entrust.create();
  for (let round = 0; round < 101; round++) await testCall(entrust, active.id as string);
  expect((await entrust.webhookOf(active.id as string)).state.kind).toBe('active');
});

test.each([
  [
    { kind: 'failure', status: 503 },
    { reason: 'status', status: 503 },
  ],
  [
    { kind: 'failure', status: 302 },
    { reason: 'status', status: 302 },
  ],
  [{ kind: 'error', reason: 'timeout_headers', detail: '' }, { reason: 'timeout' }],
  [{ kind: 'error', reason: 'connect_timeout', detail: '' }, { reason: 'timeout' }],
  [{ kind: 'error', reason: 'timeout_tls', detail: '' }, { reason: 'timeout' }],
  [{ kind: 'error', reason: 'connect_refused', detail: '' }, { reason: 'connection' }],
  [{ kind: 'error', reason: 'dns_not_found', detail: '' }, { reason: 'connection' }],
  [{ kind: 'error', reason: 'tls_untrusted', detail: '' }, { reason: 'tls' }],
  [{ kind: 'error', reason: 'target_not_allowed', detail: '' }, { reason: 'target_not_allowed' }],
] as const)('%j is told as %j, after one attempt', async (outcome, parameter) => {
  await using entrust = await startEntrust();
  const { id } = await entrust.create();
  entrust.receive = () => outcome;
  const { status, body } = await testCall(entrust, id);
  expect({ status, ...body }).toMatchObject({
    status: 400,
    errorCode: 'webhook_test_failed',
    parameters: [parameter],
  });
  expect(entrust.sent).toHaveLength(1);
  expect(await logOf(entrust)).toMatchObject([{ delivery: { state: { kind: 'exhausted' } } }]);
});

test('a fault of this server is no failure of the callback: 503, to be tried again', async () => {
  await using entrust = await startEntrust();
  const { id } = await entrust.create();
  entrust.receive = () => ({ kind: 'platform', reason: 'resolver_down', detail: '' });
  expect(await testCall(entrust, id)).toMatchObject({ status: 503, body: { errorCode: 'unavailable' } });
});

test('a test of a webhook that is deleted while it waits finds nothing', async () => {
  await using entrust = await startEntrust();
  const { id } = await entrust.create();
  const hung: ((outcome: Outcome) => void)[] = [];
  entrust.receive = () => new Promise((resolve) => hung.push(resolve));
  const calls = [testCall(entrust, id), testCall(entrust, id), testCall(entrust, id)];
  await entrust.until(() => entrust.sent.length === 2);
  await entrust.api('DELETE', `/webhooks/${id}`);
  expect(await calls[2]).toMatchObject({ status: 404, body: { errorCode: 'webhook_not_found' } });
  for (const end of hung) end({ kind: 'success', status: 200 });
});

test('tests that a hanging callback holds up are refused beyond twenty, and hold up no other webhook', async () => {
  await using entrust = await startEntrust();
  const hanging = await entrust.create({ callbackUrl: 'https://hangs.example.net/' });
  const { id } = await entrust.create();
  const hung: ((outcome: Outcome) => void)[] = [];
  entrust.receive = ({ url }) =>
    url.startsWith('https://hangs')
      ? new Promise((resolve) => hung.push(resolve))
      : { kind: 'success', status: 200 };
  const waiting = Array.from({ length: 20 }, () => testCall(entrust, hanging.id as string));
  await entrust.until(() => entrust.sent.length === 2);
  expect(await testCall(entrust, hanging.id as string)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '3' },
    body: { errorCode: 'too_many_requests' },
  });
  expect((await testCall(entrust, id)).status).toBe(200);
  await entrust.api('DELETE', `/webhooks/${hanging.id as string}`);
  expect((await Promise.all(waiting.slice(2))).map(({ status }) => status)).toEqual(Array(18).fill(404));
  for (const end of hung) end({ kind: 'success', status: 200 });
});
