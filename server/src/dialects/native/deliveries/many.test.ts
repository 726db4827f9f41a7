import { expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import type { Delivery, DeliveryState } from '../../../domain/delivery.ts';

const deliveries = '/api/v1/deliveries';

test('what waits for its next attempt is due at once, and stays as it is when it is due', async () => {
  await using native = await startNative();
  const [id] = await published(native, 1);
  const later = native.clock.now() + 60_000;
  await settle(native, [id!], { kind: 'scheduled', dueAt: later });
  const now = new Date(native.clock.now()).toISOString();

  const first = await native.call('POST', `${deliveries}/${id}/retry`);
  const again = await native.call('POST', `${deliveries}/${id}/retry`);

  expect([first.status, first.body]).toMatchObject([200, { id, state: 'scheduled', nextAttemptAt: now }]);
  expect(again.body).toEqual(first.body);
  expect((await native.call('GET', `${deliveries}/${id}`)).body.nextAttemptAt).toBe(now);
  const { body: audit } = await native.call('GET', '/api/v1/audit?action=delivery.retried');
  expect(audit.data).toHaveLength(1);
});

test('what is final is not retried but redelivered', async () => {
  await using native = await startNative();
  const [id] = await published(native, 1);
  await settle(native, [id!], { kind: 'exhausted', at: 5, reason: 'attempts' });
  const { status, body } = await native.call('POST', `${deliveries}/${id}/retry`);
  expect([status, body.detail]).toEqual([409, expect.stringContaining('redeliver it')]);
});

test('what waits behind another of its ordering key says so, and is retried neither alone nor with others', async () => {
  await using native = await startNative();
  const [first, behind] = await published(native, 2, { ordering: 'webhook' });
  await settle(native, [first!], { kind: 'scheduled', dueAt: native.clock.now() + 60_000 });

  const shown = await native.call('GET', `${deliveries}/${behind}`);
  expect(shown.body).toMatchObject({
    state: 'scheduled',
    nextAttemptAt: null,
    waitsBehind: first,
    waiting: { kind: 'order', until: null, explanation: expect.stringContaining('earlier delivery') },
  });
  const { status, body } = await native.call('POST', `${deliveries}/${behind}/retry`);
  expect([status, body.detail]).toEqual([409, expect.stringContaining('behind an earlier delivery')]);
  const many = await native.call('POST', `${deliveries}/retry`, { ids: [first, behind] });
  expect(many.body).toEqual({ retried: 1, redelivered: 0, skipped: 1, more: false });

  await native.call('POST', `${deliveries}/${first}/cancel`);
  const next = await native.call('GET', `${deliveries}/${behind}`);
  expect(next.body).toMatchObject({
    nextAttemptAt: shown.body.createdAt,
    waitsBehind: null,
    waiting: { kind: 'turn' },
  });
});

test('a retry by filter finds the first of a long line, and comes to an end', async () => {
  await using native = await startNative();
  const [first] = await published(native, 1_100, { ordering: 'webhook' });
  await settle(native, [first!], { kind: 'scheduled', dueAt: native.clock.now() + 60_000 });
  const { webhookId } = native.handedOver[0]!.delivery;
  const { body } = await native.call('POST', `${deliveries}/retry`, { filter: { webhookId } });
  expect(body).toEqual({ retried: 1, redelivered: 0, skipped: 0, more: false });
});

test('of listed deliveries those that wait are due now and those that ended are redelivered', async () => {
  await using native = await startNative();
  const [waits, due, ended, gone] = await published(native, 4);
  await settle(native, [waits!], { kind: 'scheduled', dueAt: native.clock.now() + 60_000 });
  await settle(native, [ended!], { kind: 'exhausted', at: 5, reason: 'attempts' });
  const ids = [waits, due, ended, 'dlv_unknown', gone!.replace('dlv', 'evt')];
  const key = { 'idempotency-key': 'k' };
  const first = await native.call('POST', `${deliveries}/retry`, { ids }, key);
  const repeated = await native.call('POST', `${deliveries}/retry`, { ids }, key);

  expect([first.status, first.body]).toEqual([200, { retried: 1, redelivered: 1, skipped: 3, more: false }]);
  expect(repeated.body).toEqual(first.body);
  const { body } = await native.call('GET', deliveries);
  expect(body.data.map(({ redeliveryOf }: { redeliveryOf: string }) => redeliveryOf)).toEqual([
    ended,
    null,
    null,
    null,
    null,
  ]);
});

test('who retries what is due already, one or many, asks for a probe of what holds it back', async () => {
  await using native = await startNative();
  const [id] = await published(native, 1);
  const { webhookId } = native.handedOver[0]!.delivery;
  await native.call('POST', `${deliveries}/${id}/retry`);
  await native.call('POST', `${deliveries}/retry`, { ids: [id] });
  await native.call('POST', `${deliveries}/retry`, { filter: { webhookId } });
  expect(native.probed).toEqual([webhookId, webhookId, webhookId]);
});

test('nobody has another tenant’s webhook probed, nor one that is not there', async () => {
  await using native = await startNative();
  await published(native, 1);
  const { webhookId } = native.handedOver[0]!.delivery;
  const { key } = await native.tenant('other');
  for (const id of [webhookId, 'a'.repeat(9_000)]) {
    const headers = { authorization: `Bearer ${key}` };
    const { status } = await native.call(
      'POST',
      `${deliveries}/retry`,
      { filter: { webhookId: id } },
      headers,
    );
    expect(status).toBe(200);
  }
  expect(native.probed).toEqual([]);
});

test('a filter retries what is scheduled for later, and nothing that has ended', async () => {
  await using native = await startNative();
  const [waits, due, ended] = await published(native, 3);
  await settle(native, [waits!], { kind: 'scheduled', dueAt: native.clock.now() + 60_000 });
  await settle(native, [ended!], { kind: 'exhausted', at: 5, reason: 'attempts' });
  const filter = { webhookId: native.handedOver[0]!.delivery.webhookId };
  const { body } = await native.call('POST', `${deliveries}/retry`, { filter });
  expect(body).toEqual({ retried: 1, redelivered: 0, skipped: 0, more: false });
  expect((await native.call('GET', deliveries)).body.data).toHaveLength(3);
  expect(due).toBeDefined();
});

test('many scheduled deliveries are cancelled by a filter or by ids, and others stay as they are', async () => {
  await using native = await startNative();
  const [one, two, three, ended] = await published(native, 4);
  await settle(native, [ended!], { kind: 'delivered', at: 5 });
  const key = { 'idempotency-key': 'k' };
  const ids = [one, ended];
  const first = await native.call('POST', `${deliveries}/cancel`, { ids }, key);
  const repeated = await native.call('POST', `${deliveries}/cancel`, { ids }, key);
  expect(first.body).toEqual({ cancelled: 1, more: false });
  expect(repeated.body).toEqual(first.body);
  expect(await statesOf(native)).toEqual(['delivered', 'scheduled', 'scheduled', 'cancelled']);

  const filter = { webhookId: native.handedOver[0]!.delivery.webhookId, eventType: 'a' };
  const all = await native.call('POST', `${deliveries}/cancel`, { filter });
  expect(all.body).toEqual({ cancelled: 2, more: false });
  expect(await statesOf(native)).toEqual(['delivered', 'cancelled', 'cancelled', 'cancelled']);
  expect([two, three]).not.toContain(undefined);
  const { body: audit } = await native.call('GET', '/api/v1/audit?action=deliveries.cancelled');
  expect(audit.data).toMatchObject([
    { subject: { kind: 'webhook' }, after: { count: 2, filter } },
    { subject: { kind: 'tenant' }, after: { count: 1, ids } },
  ]);
});

test('a thousand are done in one call, which tells that there are more', async () => {
  await using native = await startNative();
  await published(native, 1_050);
  const filter = { eventType: 'a' };
  const first = await native.call('POST', `${deliveries}/cancel`, { filter });
  expect(first.body).toEqual({ cancelled: 1_000, more: true });
  const rest = await native.call('POST', `${deliveries}/cancel`, { filter });
  expect(rest.body).toEqual({ cancelled: 50, more: false });
});

test("nothing of another tenant's is cancelled or retried", async () => {
  await using native = await startNative();
  const ids = await published(native, 2);
  await settle(native, [ids[0]!], { kind: 'exhausted', at: 5, reason: 'attempts' });
  const headers = { authorization: `Bearer ${(await native.tenant('acme')).key}` };
  const filter = { webhookId: native.handedOver[0]!.delivery.webhookId };
  for (const chosen of [{ ids }, { filter }]) {
    const cancelled = await native.call('POST', `${deliveries}/cancel`, chosen, headers);
    expect(cancelled.body).toEqual({ cancelled: 0, more: false });
    const retried = await native.call('POST', `${deliveries}/retry`, chosen, headers);
    expect(retried.body).toMatchObject({ retried: 0, redelivered: 0 });
  }
  expect(await statesOf(native)).toEqual(['scheduled', 'exhausted']);
});

test.each([
  [{}, ''],
  [{ ids: ['dlv_1'], filter: { eventType: 'a' } }, ''],
  [{ filter: {} }, '/filter'],
  [{ filter: { state: 'delivered' } }, '/filter/state'],
  [{ filter: { eventType: 'a b' } }, '/filter/eventType'],
  [{ ids: [] }, '/ids'],
])('the choice %o is refused', async (choice, pointer) => {
  await using native = await startNative();
  for (const verb of ['cancel', 'retry']) {
    const { status, body } = await native.call('POST', `${deliveries}/${verb}`, choice);
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  }
});

/** The ids of so many deliveries to one webhook, oldest first. */
async function published(native: NativeServer, count: number, more: object = {}): Promise<readonly string[]> {
  const webhook = { name: 'w', url: 'https://example.com/hooks', eventTypes: ['*'], ...more };
  await native.call('POST', '/api/v1/webhooks', webhook);
  for (let made = 0; made < count; made += 1_000) {
    const events = Array.from({ length: Math.min(1_000, count - made) }, () => ({ type: 'a', data: {} }));
    await native.call('POST', '/api/v1/events/batch', events);
  }
  return native.handedOver.map(({ delivery }) => delivery.id);
}

async function settle(native: NativeServer, ids: readonly string[], state: DeliveryState): Promise<void> {
  const befores = native.handedOver.map(({ delivery }) => delivery).filter(({ id }) => ids.includes(id));
  const results = befores.map((before) => {
    const after: Delivery = { ...before, attempts: 1, state };
    return { before, after, attempt: null, lastExchange: null };
  });
  await native.store.record({ results, health: new Map() });
}

/** Newest first. */
async function statesOf(native: NativeServer): Promise<readonly string[]> {
  const { body } = await native.call('GET', deliveries);
  return body.data.map(({ state }: Pick<Delivery, 'id'> & { state: string }) => state);
}
