// Verification: a message asks, the receiver calls back, while the request is open or later (specification §3.3, §7.1).

import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../domain/clock.ts';
import { accountUrl, startXurrent, type XurrentServer } from '../../../test/xurrent/xurrent-server.ts';

const verifications = (xurrent: XurrentServer) =>
  xurrent.sent.filter(({ message }) => message.event === 'webhook.verify');
const events = (xurrent: XurrentServer) =>
  xurrent.sent.filter(({ message }) => message.event !== 'webhook.verify');
const isVerified = async (xurrent: XurrentServer, id: number): Promise<boolean> =>
  (await xurrent.call('GET', `/v1/webhooks/${id}`)).body.verified;

async function callbackOf(xurrent: XurrentServer, count = 1): Promise<string> {
  await xurrent.until(() => verifications(xurrent).length >= count);
  const { pathname, search } = new URL(verifications(xurrent).at(-1)!.message.payload.callback);
  return pathname + search;
}

test('a new webhook is sent a message about itself, with a callback of 24 characters that is good for a day', async () => {
  await using xurrent = await startXurrent();
  const { id, nodeID } = await xurrent.create({ name: 'Problem changes' });
  await xurrent.until(() => xurrent.sent.length > 0);
  const { message, headers } = xurrent.sent[0]!;
  expect(message).toMatchObject({
    webhook_id: id,
    webhook_nodeID: nodeID,
    object_id: id,
    object_nodeID: nodeID,
    name: 'Problem changes',
    event: 'webhook.verify',
    person_id: expect.any(Number) as number,
    person_name: 'ADMIN_TOKEN',
  });
  expect(Object.keys(message.payload)).toEqual(['callback']);
  const callback = new URL(message.payload.callback);
  expect(`${callback.origin}${callback.pathname}`).toBe(`${accountUrl}/webhooks/${id}/verify`);
  expect(callback.searchParams.get('code')).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect(callback.searchParams.get('expires_at')).toBe(
    String((xurrent.clock.wall() - (xurrent.clock.wall() % 1_000) + dayMs) / 1_000),
  );
  expect(headers['Link']).toContain(`<${accountUrl}/webhooks/${id}>; rel="canonical"`);
});

test.each(['GET', 'POST'])(
  '%s of the callback verifies: 200 exactly, with the text of the original',
  async (method) => {
    await using xurrent = await startXurrent();
    const { id } = await xurrent.create();
    const callback = await callbackOf(xurrent);
    expect(await xurrent.call(method, callback, undefined, {})).toMatchObject({
      status: 200,
      text: 'Verification successful',
      headers: { 'content-type': 'text/html' },
    });
    expect(await isVerified(xurrent, id)).toBe(true);
    expect((await xurrent.call(method, callback, undefined, {})).status).toBe(200);
  },
);

test('the callback arrives while the message is still open, and counts whatever the message then returns', async () => {
  await using xurrent = await startXurrent();
  let during: unknown;
  xurrent.receive = async ({ message }) => {
    const { pathname, search } = new URL(message.payload.callback);
    during = (await xurrent.call('GET', pathname + search, undefined, {})).status;
    return { kind: 'failure', status: 500 };
  };
  const { id } = await xurrent.create();
  await xurrent.until(() => isVerified(xurrent, id));
  expect(during).toBe(200);
  await xurrent.clock.advance(hourMs);
  expect(verifications(xurrent)).toHaveLength(1);
});

test('a wrong code is 401, a missing one or an unknown webhook 404, an expired one 410; HEAD verifies nothing', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  const callback = await callbackOf(xurrent);
  const status = async (url: string, method = 'GET') =>
    (await xurrent.call(method, url, undefined, {})).status;
  expect(await status(callback.replace(/code=./, 'code=!'))).toBe(401);
  expect(await status(callback.replace('code=', 'code=x'))).toBe(401);
  expect(await status(`/webhooks/${id}/verify`)).toBe(404);
  expect(await status(`/webhooks/${id}/verify?code=`)).toBe(404);
  expect(await status(callback.replace(`/webhooks/${id}/`, '/webhooks/99/'))).toBe(404);
  expect(await status(callback, 'HEAD')).toBe(404);
  expect(await isVerified(xurrent, id)).toBe(false);
  await xurrent.clock.advance(dayMs);
  expect(await status(callback)).toBe(410);
  expect(await isVerified(xurrent, id)).toBe(false);
});

test('the expires_at of the callback may be missing: the stored one decides', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  const callback = await callbackOf(xurrent);
  expect((await xurrent.call('GET', callback.replace(/&expires_at=.*/, ''), undefined, {})).status).toBe(200);
  expect(await isVerified(xurrent, id)).toBe(true);
});

test('any update of an unverified webhook sends a fresh message, an empty PATCH too, and the old callback is dead', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  const first = await callbackOf(xurrent);
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, {});
  const second = await callbackOf(xurrent, 2);
  expect(second).not.toBe(first);
  expect((await xurrent.call('GET', first, undefined, {})).status).toBe(401);
  expect((await xurrent.call('GET', second, undefined, {})).status).toBe(200);
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { name: 'verified now' });
  await xurrent.clock.advance(hourMs);
  expect(verifications(xurrent)).toHaveLength(2);
});

test('a changed uri makes the webhook unverified until the new callback arrives', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  await xurrent.confirm();
  const { body } = await xurrent.call('PATCH', `/v1/webhooks/${id}`, {
    uri: 'https://hooks.example.net/moved',
  });
  expect(body.verified).toBe(false);
  await callbackOf(xurrent, 2);
  expect(verifications(xurrent).at(-1)!.url).toBe('https://hooks.example.net/moved');
  await xurrent.confirm();
  expect(await isVerified(xurrent, id)).toBe(true);
});

test('a verified webhook of the account with the exact same uri vouches, also a disabled one; another account’s never', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  await xurrent.confirm();
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { disabled: true });
  expect((await xurrent.create({ event: 'task.update' })).verified).toBe(true);
  expect((await xurrent.create({ uri: 'https://hooks.example.net/in/' })).verified).toBe(false);
  const moved = await xurrent.create({ uri: 'https://hooks.example.net/else' });
  const path = `/v1/webhooks/${moved.id}`;
  expect((await xurrent.call('PATCH', path, { uri: 'https://hooks.example.net/in' })).body.verified).toBe(
    true,
  );
  const { key } = await xurrent.tenant('globex');
  const theirs = { event: 'task.update', uri: 'https://hooks.example.net/in' };
  const { body } = await xurrent.call('POST', '/v1/webhooks', theirs, { authorization: `Bearer ${key}` });
  expect(body.verified).toBe(false);
});

test('a webhook that another one vouches for is sent no message, and has its events at once', async () => {
  await using xurrent = await startXurrent({ profile: 'faithful' });
  await xurrent.create();
  await xurrent.confirm();
  await xurrent.create({ event: 'task.update' });
  await xurrent.publish({ type: 'task.update' });
  await xurrent.until(() => events(xurrent).length === 1);
  await xurrent.clock.advance(hourMs);
  expect(verifications(xurrent)).toHaveLength(1);
});

test.each(['https://ada:p%7Ess@hooks.example.net/in', 'https://hooks.example.net/in?ü=1#part'])(
  'the very same uri vouches however it is written: %s',
  async (uri) => {
    await using xurrent = await startXurrent();
    await xurrent.create({ uri });
    await xurrent.confirm();
    expect((await xurrent.create({ uri, event: 'task.update' })).verified).toBe(true);
    const { id } = await xurrent.create({ uri: 'https://hooks.example.net/else' });
    expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, { uri })).body.verified).toBe(true);
  },
);

test('a verified webhook that gets the uri that it has stays verified', async () => {
  await using xurrent = await startXurrent();
  const uri = 'https://ada:p%40ss@Hooks.Example.net/in?key=%20';
  const { id } = await xurrent.create({ uri });
  await xurrent.confirm();
  expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, { uri, name: 'x' })).body.verified).toBe(true);
  const other = uri.replace('p%40ss', 'other');
  expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, { uri: other })).body.verified).toBe(false);
});

test('no answer waits for a receiver: it may be the very client that asks', async () => {
  await using xurrent = await startXurrent();
  const held = Promise.withResolvers<void>();
  xurrent.receive = async () => {
    await held.promise;
    return { kind: 'success', status: 200 };
  };
  const { id } = await xurrent.create();
  expect((await xurrent.call('POST', `/v1/webhooks/${id}/test`)).status).toBe(204);
  expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, {})).status).toBe(200);
  await xurrent.until(() => xurrent.sent.length >= 2);
  expect(await isVerified(xurrent, id)).toBe(false);
  held.resolve();
  await xurrent.confirm();
  expect(await isVerified(xurrent, id)).toBe(true);
});

test('the message is retried with the same code until it is over, and never counts as a failure', async () => {
  await using xurrent = await startXurrent();
  xurrent.receive = () => ({ kind: 'error', reason: 'connect_refused', detail: 'refused' });
  const { id } = await xurrent.create({ disabled: true });
  await xurrent.until(() => verifications(xurrent).length >= 5);
  const callbacks = new Set(verifications(xurrent).map(({ message }) => message.payload.callback));
  expect(callbacks.size).toBe(1);
  expect(new Set(verifications(xurrent).map(({ headers }) => headers['X-4me-Delivery'])).size).toBe(5);
  await xurrent.clock.advance(3 * dayMs);
  const count = verifications(xurrent).length;
  expect(verifications(xurrent).every(({ at }) => at - xurrent.sent[0]!.at < dayMs)).toBe(true);
  await xurrent.clock.advance(9 * dayMs);
  expect(verifications(xurrent)).toHaveLength(count);
  expect((await xurrent.call('GET', `/v1/webhooks/${id}`)).body.last_error).toBeNull();
});

test('a guess never verifies, however many are made', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  await callbackOf(xurrent);
  for (let guess = 0; guess < 200; guess++) {
    const code = Buffer.from(`${guess}`.padStart(18, '0')).toString('base64url');
    expect((await xurrent.call('GET', `/webhooks/${id}/verify?code=${code}`, undefined, {})).status).toBe(
      401,
    );
  }
});

describe('events of an unverified webhook', () => {
  test('flow meanwhile where verification is offered: the default of durable', async () => {
    await using xurrent = await startXurrent();
    await xurrent.create();
    await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 1);
    expect(await isVerified(xurrent, 1)).toBe(false);
  });

  test('wait where it is required, and go out once it is verified', async () => {
    await using xurrent = await startXurrent({ verification: 'required' });
    await xurrent.create();
    await xurrent.publish();
    await xurrent.until(() => verifications(xurrent).length === 1);
    await xurrent.clock.advance(hourMs);
    expect(events(xurrent)).toHaveLength(0);
    await xurrent.confirm();
    await xurrent.until(() => events(xurrent).length === 1);
  });

  test('are not owed in faithful', async () => {
    await using xurrent = await startXurrent({ profile: 'faithful' });
    await xurrent.create();
    const eventId = await xurrent.publish();
    const { routing } = (await xurrent.store.getEvent(xurrent.caller.principal.tenantId, eventId))!;
    expect(routing.notDeliveredTo).toMatchObject([{ reason: 'unverified' }]);
    await xurrent.confirm();
    await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 1);
  });

  test('flow in faithful too where the operator says offered', async () => {
    await using xurrent = await startXurrent({ profile: 'faithful', verification: 'offered' });
    await xurrent.create();
    await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 1);
    expect(await isVerified(xurrent, 1)).toBe(false);
  });
});

describe('a test', () => {
  test('is 204 without a body, then one message about record 12345 by the caller, also of a disabled webhook', async () => {
    await using xurrent = await startXurrent();
    const { id } = await xurrent.create();
    await xurrent.confirm();
    await xurrent.call('PATCH', `/v1/webhooks/${id}`, { disabled: true });
    for (const body of [undefined, {}]) {
      expect(await xurrent.call('POST', `/v1/webhooks/${id}/test`, body)).toMatchObject({
        status: 204,
        text: '',
      });
    }
    await xurrent.until(() => events(xurrent).length === 2);
    expect(events(xurrent)[0]).toMatchObject({
      message: { event: 'problem.update', object_id: 12345, person_name: 'ADMIN_TOKEN', payload: {} },
      headers: { Link: expect.stringContaining('/problems/12345>; rel="canonical"') as string },
    });
  });

  test('is sent once, counts as no failure, and is recorded as a test', async () => {
    await using xurrent = await startXurrent();
    const { id } = await xurrent.create();
    await xurrent.confirm();
    xurrent.receive = () => ({ kind: 'failure', status: 500 });
    await xurrent.call('POST', `/v1/webhooks/${id}/test`);
    await xurrent.until(() => events(xurrent).length === 1);
    await xurrent.clock.advance(hourMs);
    expect(events(xurrent)).toHaveLength(1);
    expect((await xurrent.call('GET', `/v1/webhooks/${id}`)).body.last_error).toBeNull();
    const page = { limit: 10, after: null, before: null };
    const { rows } = await xurrent.store.listDeliveries(
      xurrent.caller.principal.tenantId,
      { eventType: 'problem.update' },
      page,
    );
    expect(rows.map(({ delivery }) => [delivery.purpose, delivery.state.kind])).toEqual([
      ['test', 'exhausted'],
    ]);
  });

  test('of an unverified webhook sends a fresh webhook.verify too', async () => {
    await using xurrent = await startXurrent({ profile: 'faithful' });
    const { id, updated_at } = await xurrent.create();
    const before = await callbackOf(xurrent);
    await xurrent.clock.advance(60_000);
    await xurrent.call('POST', `/v1/webhooks/${id}/test`);
    await xurrent.until(() => events(xurrent).length === 1 && verifications(xurrent).length >= 2);
    expect((await xurrent.call('GET', before, undefined, {})).status).toBe(401);
    expect((await xurrent.call('GET', `/v1/webhooks/${id}`)).body).toMatchObject({
      verified: false,
      updated_at,
    });
  });
});

test('nobody can subscribe to webhook.verify and get what is published under its name', async () => {
  await using xurrent = await startXurrent();
  await xurrent.create({ event: 'webhook.verify' });
  await xurrent.confirm();
  await xurrent.publish({ type: 'webhook.verify', data: '{"callback":"https://evil.example/"}' });
  await xurrent.clock.advance(hourMs);
  expect(xurrent.sent).toHaveLength(1);
});
