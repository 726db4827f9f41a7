// What receivers get, and when: envelope, ids, the profiles' rules (specification §8 to §10).

import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, secondMs } from '../../domain/clock.ts';
import { timeOfUuid } from '../../../test/entrust/time-of-uuid.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { ownHeaders } from '../../domain/webhook.ts';
import { startEntrust, type EntrustServer } from '../../../test/entrust/entrust-server.ts';
import { samples } from './fixtures/samples.ts';

const textOf = ({ body }: { readonly body: Uint8Array }) => Buffer.from(body).toString();
const messageOf = (sent: { readonly body: Uint8Array }) => JSON.parse(textOf(sent));
const failing = (status: number): Outcome => ({ kind: 'failure', status });
const success: Outcome = { kind: 'success', status: 200 };
const timeout: Outcome = { kind: 'error', reason: 'timeout_headers', detail: '' };

async function statesOf(entrust: EntrustServer, eventId: string) {
  const page = { limit: 100, after: null, before: null };
  const { rows } = await entrust.store.listDeliveries(entrust.tenantId, { eventId }, page);
  return rows.map(({ delivery }) => delivery.state).toReversed();
}

/** Publishes an event whose requests end as given, in turn, and waits until it is over; answers when they were made. */
async function deliver(entrust: EntrustServer, outcomes: readonly Outcome[]) {
  const before = entrust.sent.length;
  let turn = 0;
  entrust.receive = () => outcomes[turn++] ?? success;
  const eventId = await entrust.publish({ type: 'user.created' });
  await entrust.until(async () => {
    const [state] = await statesOf(entrust, eventId);
    return state?.kind !== 'scheduled';
  });
  const requests = entrust.sent.slice(before);
  return { eventId, requests, state: (await statesOf(entrust, eventId))[0] };
}

describe('the envelope', () => {
  test.each(samples)(
    'a $type has five members in order, and its data byte for byte',
    async ({ type, data }) => {
      await using entrust = await startEntrust();
      await entrust.create({ events: [type] });
      const occurredAt = Date.UTC(2025, 0, 15, 9, 30, 0, 123);
      await entrust.publish({ type, data, occurredAt });
      await entrust.until(() => entrust.sent.length === 1);
      const { uuid } = (await entrust.store.getTenantByName('default'))!;
      const id = messageOf(entrust.sent[0]!).id as string;
      expect(textOf(entrust.sent[0]!)).toBe(
        `{"id":"${id}","type":"${type}","accountId":"${uuid}","eventTime":"2025-01-15T09:30:00Z","data":${data}}`,
      );
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      expect(timeOfUuid(id)).toBe(occurredAt);
    },
  );

  test('numbers, spaces and escapes of the data stay as they were published', async () => {
    await using entrust = await startEntrust();
    await entrust.create();
    const data = '{ "n": 1.0e2, "big": 12345678901234567890,\n"text":"Zo\\u00eb Zoë"}';
    await entrust.publish({ type: 'user.created', data });
    await entrust.until(() => entrust.sent.length === 1);
    expect(textOf(entrust.sent[0]!).endsWith(`,"data":${data}}`)).toBe(true);
  });

  test('two webhooks get two ids for one event; retries and redeliveries of one get the same bytes', async () => {
    await using entrust = await startEntrust();
    await entrust.create();
    await entrust.create();
    let failures = 3;
    entrust.receive = () => (failures-- > 0 ? failing(503) : success);
    const eventId = await entrust.publish({ type: 'user.created' });
    await entrust.until(async () =>
      (await statesOf(entrust, eventId)).every(({ kind }) => kind === 'delivered'),
    );
    const { rows } = await entrust.store.listDeliveries(
      entrust.tenantId,
      { eventId },
      { limit: 9, after: null, before: null },
    );
    const once = await entrust.redeliver(entrust.caller, rows[0]!.delivery.id);
    await entrust.clock.advance(dayMs);
    await entrust.redeliver(entrust.caller, once.id);
    await entrust.until(
      async () => (await statesOf(entrust, eventId)).filter(({ kind }) => kind === 'delivered').length === 4,
    );
    expect(entrust.sent.length).toBeGreaterThan(4);
    expect(new Set(entrust.sent.map(textOf)).size).toBe(2);
    expect(new Set(entrust.sent.map((sent) => messageOf(sent).id)).size).toBe(2);
    expect(new Set(entrust.sent.map(({ headers }) => headers['Signature'])).size).toBeGreaterThan(2);
  });

  test('the headers are those of the profile, and own headers replace none of them', async () => {
    await using entrust = await startEntrust();
    const { id } = await entrust.create();
    const { id: nativeId } = await entrust.webhookOf(id);
    const own = ownHeaders({ 'user-agent': 'mine', signature: 'mine', 'x-own': 'mine' });
    await entrust.webhooks.update(entrust.caller, nativeId, (current) => ({
      ...current,
      endpoint: { ...current.endpoint, headers: own },
    }));
    await entrust.publish({ type: 'user.created' });
    await entrust.until(() => entrust.sent.length === 1);
    const { url, headers } = entrust.sent[0]!;
    expect({ url, names: Object.keys(headers).toSorted() }).toEqual({
      url: 'https://hooks.example.net/in',
      names: ['Content-Digest', 'Content-Type', 'Signature', 'Signature-Input', 'User-Agent', 'x-own'],
    });
    expect(headers['Signature']).toMatch(/^sig=:/);
    expect(headers).toMatchObject({ 'Content-Type': 'application/json', 'User-Agent': 'Posthorn/1.2.3' });
    expect(headers['Signature-Input']).toBe(
      `sig=("@method" "@target-uri" "content-digest");created=${Math.floor(entrust.sent[0]!.at / secondMs)};alg="hmac-sha256"`,
    );
  });
});

describe('in the profile faithful', () => {
  async function faithful() {
    const entrust = await startEntrust({ profile: 'faithful' });
    const { id } = await entrust.create();
    return { entrust, id: id as string };
  }

  test('503, 503, 200: three requests with the same body, about 2 s and 4 s apart, each signed anew', async () => {
    const { entrust } = await faithful();
    await using _ = entrust;
    const { requests, state } = await deliver(entrust, [failing(503), failing(503), success]);
    expect(state).toMatchObject({ kind: 'delivered' });
    expect(requests).toHaveLength(3);
    const [first, second, third] = requests.map(({ at }) => at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(2 * secondMs);
    expect(second - first).toBeLessThan(2.6 * secondMs);
    expect(third - second).toBeGreaterThanOrEqual(4 * secondMs);
    expect(third - second).toBeLessThan(4.6 * secondMs);
    expect(new Set(requests.map(textOf)).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers['Signature-Input'])).size).toBe(3);
  });

  test.each([
    ['503 three times', [failing(503), failing(500), failing(599)], 3, 'attempts'],
    ['404', [failing(404)], 1, 'not_retried'],
    ['302', [failing(302)], 1, 'not_retried'],
    ['429', [{ kind: 'failure', status: 429, retryAfterMs: hourMs } as const], 1, 'not_retried'],
    ['a time-out', [timeout], 1, 'not_retried'],
    ['503 and then a time-out', [failing(503), timeout], 2, 'not_retried'],
  ])('%s ends the delivery', async (_name, outcomes, requestCount, reason) => {
    const { entrust } = await faithful();
    await using _ = entrust;
    const { requests, state } = await deliver(entrust, outcomes);
    expect(requests).toHaveLength(requestCount);
    expect(state).toMatchObject({ kind: 'exhausted', reason });
  });

  test('a hundred failed deliveries in a row switch the webhook off; ninety-nine and a success do not', async () => {
    const { entrust, id } = await faithful();
    await using _ = entrust;
    const stateOf = async () => (await entrust.webhookOf(id)).state;
    for (let count = 0; count < 99; count++) await deliver(entrust, [failing(400)]);
    await deliver(entrust, [failing(503), success]);
    for (let count = 0; count < 99; count++) await deliver(entrust, [failing(400)]);
    expect(await stateOf()).toEqual({ kind: 'active' });
    await deliver(entrust, [failing(503), failing(503), failing(503)]);
    await entrust.until(async () => (await stateOf()).kind === 'disabled');
    expect(await stateOf()).toMatchObject({ kind: 'disabled', reason: 'failing' });
    expect((await entrust.api('GET', `/webhooks/${id}`)).body.state).toBe('INACTIVE');
    await entrust.api('PUT', `/webhooks/${id}`, { state: 'ACTIVE' });
    for (let count = 0; count < 99; count++) await deliver(entrust, [failing(400)]);
    expect(await stateOf()).toEqual({ kind: 'active' });
  });

  test('attempts that fail on the way to a success do not add up', async () => {
    const { entrust, id } = await faithful();
    await using _ = entrust;
    const open = new Map<string, number>();
    entrust.receive = (sent) => {
      const attempts = (open.get(textOf(sent)) ?? 0) + 1;
      open.set(textOf(sent), attempts);
      return attempts < 3 ? failing(503) : success;
    };
    for (let count = 0; count < 120; count++) await entrust.publish({ type: 'user.created' });
    await entrust.until(() => open.size === 120 && [...open.values()].every((attempts) => attempts === 3));
    expect((await entrust.webhookOf(id)).state).toEqual({ kind: 'active' });
  });

  test('what waits for a retry is dropped when the webhook is switched off, and follows a changed URL', async () => {
    const { entrust, id } = await faithful();
    await using _ = entrust;
    entrust.receive = () => failing(503);
    const moved = await entrust.publish({ type: 'user.created' });
    await entrust.until(() => entrust.sent.length === 1);
    await entrust.api('PUT', `/webhooks/${id}`, { callbackUrl: 'https://moved.example.net/' });
    await entrust.until(() => entrust.sent.length === 2);
    expect(entrust.sent[1]!.url).toBe('https://moved.example.net/');
    await entrust.api('PUT', `/webhooks/${id}`, { state: 'INACTIVE' });
    await entrust.until(async () => (await statesOf(entrust, moved))[0]?.kind === 'cancelled');
    expect(await statesOf(entrust, moved)).toMatchObject([{ kind: 'cancelled', reason: 'webhook_disabled' }]);
  });
});

describe('in the profile durable', () => {
  test('everything is tried again on the schedule of the installation, and nothing is dropped', async () => {
    await using entrust = await startEntrust();
    const { id } = await entrust.create();
    const { requests, state } = await deliver(entrust, [
      failing(404),
      timeout,
      failing(302),
      failing(503),
      success,
    ]);
    expect(requests).toHaveLength(5);
    expect(state).toMatchObject({ kind: 'delivered' });
    entrust.receive = () => failing(503);
    const waiting = await entrust.publish({ type: 'user.created' });
    await entrust.until(() => entrust.sent.length === 6);
    await entrust.api('PUT', `/webhooks/${id}`, { state: 'INACTIVE' });
    await entrust.clock.advance(hourMs);
    expect(await statesOf(entrust, waiting)).toMatchObject([{ kind: 'scheduled' }]);
    entrust.receive = () => success;
    await entrust.api('PUT', `/webhooks/${id}`, { state: 'ACTIVE' });
    await entrust.until(async () => (await statesOf(entrust, waiting))[0]?.kind === 'delivered');
  });
});

test('an inactive webhook gets no events of that time, and an expired one sends nothing from then on', async () => {
  await using entrust = await startEntrust();
  const off = await entrust.create({ state: 'INACTIVE' });
  const expiring = await entrust.create({ expiryDays: 1 });
  const early = await entrust.publish({ type: 'user.created' });
  await entrust.until(() => entrust.sent.length === 1);
  await entrust.clock.advance(dayMs);
  await entrust.publish({ type: 'user.created' });
  for (const { id } of [off, expiring])
    await entrust.api('PUT', `/webhooks/${id as string}`, { state: 'ACTIVE' });
  await entrust.clock.advance(hourMs);
  expect(entrust.sent).toHaveLength(1);
  expect(await statesOf(entrust, early)).toHaveLength(1);
  await entrust.publish({ type: 'user.created' });
  await entrust.until(() => entrust.sent.length === 3);
});

test('events of other types, such as those of other dialects, never reach it', async () => {
  await using entrust = await startEntrust();
  await entrust.create();
  for (const type of ['user.updated', 'page_created', 'user', 'user.created.x'])
    expect(await statesOf(entrust, await entrust.publish({ type }))).toEqual([]);
});
