// What receivers get: envelope, headers and tokens, and how deliveries go in both profiles (specification §5, §7).

import { describe, expect, test } from 'vitest';
import { dayMs, minuteMs, secondMs } from '../../domain/clock.ts';
import { accountUrl, startXurrent, type XurrentServer } from '../../../test/xurrent/xurrent-server.ts';

const context = {
  actor: { id: '6', name: 'Ada Jansen' },
  object: { type: 'problem', id: '332', related: ['https://api.xurrent.example/v1/problems/332/notes/7'] },
};
const events = (xurrent: XurrentServer) =>
  xurrent.sent.filter(({ message }) => message.event !== 'webhook.verify');

/** A webhook that is verified, and its events alone count from here. */
async function verified(xurrent: XurrentServer, fields: object = {}): Promise<{ id: number }> {
  const webhook = await xurrent.create(fields);
  if (!webhook.verified) await xurrent.confirm();
  return webhook;
}

describe('the unsigned body', () => {
  test('has the keys of the original in their order, and the published bytes as payload', async () => {
    await using xurrent = await startXurrent();
    await verified(xurrent, { name: 'Problem changes' });
    const data = '{ "status":"analyzed","b":1.0,"a":12345678901234567890,"u":"\\u00e9\\/" }';
    await xurrent.publish({ data, context });
    await xurrent.until(() => events(xurrent).length === 1);
    expect(Buffer.from(events(xurrent)[0]!.body).toString()).toBe(
      '{"webhook_id":1,"webhook_nodeID":"eHVycmVudC5leGFtcGxlL1dlYmhvb2svMQ","account_id":"acme",' +
        '"account":"https://acme.xurrent.example","name":"Problem changes","event":"problem.update",' +
        '"object_id":332,"object_nodeID":"eHVycmVudC5leGFtcGxlL1Byb2JsZW0vMzMy","person_id":6,' +
        '"person_nodeID":"eHVycmVudC5leGFtcGxlL1BlcnNvbi82","person_name":"Ada Jansen",' +
        `"payload":${data}}`,
    );
  });

  test('has nulls for nobody and nothing, and an instance name only when there is one', async () => {
    await using xurrent = await startXurrent();
    await verified(xurrent);
    await xurrent.publish({ context: {} });
    await xurrent.publish({
      context: { instanceName: 'prod', object: { id: 'not-a-number', nodeId: 'given' } },
    });
    await xurrent.until(() => events(xurrent).length === 2);
    const [bare, named] = events(xurrent);
    expect(bare!.message).toMatchObject({
      object_id: null,
      object_nodeID: null,
      person_id: null,
      person_nodeID: null,
      person_name: null,
      payload: {},
    });
    expect(bare!.message).not.toHaveProperty('instance_name');
    expect(bare!.headers).not.toHaveProperty('Link');
    expect(named!.message).toMatchObject({
      instance_name: 'prod',
      object_id: 'not-a-number',
      object_nodeID: 'given',
    });
  });
});

test('the keys are those of the original in their order; instance_name stands before the payload', async () => {
  await using xurrent = await startXurrent();
  await verified(xurrent, { openid_connect_discovery: true });
  await xurrent.publish({ context: { ...context, instanceName: 'prod' } });
  await xurrent.until(() => events(xurrent).length === 1);
  expect(Object.keys(events(xurrent)[0]!.message)).toEqual([
    'webhook_id',
    'webhook_nodeID',
    'account_id',
    'account',
    'name',
    'event',
    'object_id',
    'object_nodeID',
    'person_id',
    'person_nodeID',
    'person_name',
    'instance_name',
    'payload',
  ]);
});

test('an event goes to each enabled webhook of its account and name, and to no other', async () => {
  await using xurrent = await startXurrent();
  const mine = await verified(xurrent);
  const too = await verified(xurrent, { uri: 'https://hooks.example.net/too' });
  await verified(xurrent, { event: 'problem.create' });
  await verified(xurrent, { disabled: true });
  const globex = await xurrent.tenant('globex');
  const theirs = { event: 'problem.update', uri: 'https://hooks.example.net/theirs' };
  await xurrent.call('POST', '/v1/webhooks', theirs, { authorization: `Bearer ${globex.key}` });
  await xurrent.confirm();
  await xurrent.publish();
  await xurrent.until(async () => (await xurrent.store.backlog()).pending === 0);
  const ids = events(xurrent).map(({ message }) => message.webhook_id as number);
  expect(ids.toSorted((a, b) => a - b)).toEqual([mine.id, too.id]);
  await xurrent.publish({ tenantId: globex.id });
  await xurrent.until(() => events(xurrent).length === 3);
  expect(events(xurrent)[2]!.message).toMatchObject({
    account_id: 'globex',
    account: 'https://globex.xurrent.example',
  });
});

test.each(['durable', 'faithful'] as const)(
  'a deleted webhook in %s gets nothing more of what waits',
  async (profile) => {
    await using xurrent = await startXurrent({ profile });
    const { id } = await verified(xurrent);
    xurrent.receive = () => ({ kind: 'failure', status: 500 });
    const eventId = await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 1);
    await xurrent.call('DELETE', `/v1/webhooks/${id}`);
    await xurrent.clock.advance(dayMs);
    expect(events(xurrent)).toHaveLength(1);
    const page = { limit: 1, after: null, before: null };
    const { rows } = await xurrent.store.listDeliveries(xurrent.caller.principal.tenantId, { eventId }, page);
    expect(rows[0]!.delivery.state.kind).toBe('cancelled');
  },
);

describe('headers', () => {
  test('are those of both generations, with one UUID that is new for each attempt and its origin on retries', async () => {
    await using xurrent = await startXurrent();
    await verified(xurrent, { uri: 'https://us%3Aer:p%40ss@hooks.example.net/in?key=1' });
    let failures = 2;
    xurrent.receive = () =>
      failures-- > 0 ? { kind: 'failure', status: 500 } : { kind: 'success', status: 204 };
    await xurrent.publish({ context });
    await xurrent.until(() => events(xurrent).length === 3);
    const [first, second, third] = events(xurrent).map(({ headers }) => headers);
    expect(Object.keys(first!)).toEqual([
      'Accept',
      'Content-Type',
      'User-Agent',
      'Link',
      'X-4me-Delivery',
      'X-Xurrent-Delivery',
      'Authorization',
    ]);
    expect(first).toMatchObject({
      Accept: '*/*',
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'xurrent/1.0 (https://developer.xurrent.com/v1/webhooks)',
      Link: `<${accountUrl}/problems/332>; rel="canonical", <https://api.xurrent.example/v1/problems/332>; rel="resource", <https://api.xurrent.example/v1/problems/332/notes/7>; rel="related"`,
      Authorization: `Basic ${btoa('us:er:p@ss')}`,
    });
    expect(events(xurrent)[0]!.url).toBe('https://hooks.example.net/in?key=1');
    const uuids = [first, second, third].map((headers) => headers!['X-4me-Delivery']!);
    expect(new Set(uuids).size).toBe(3);
    for (const [index, headers] of [first, second, third].entries()) {
      expect(uuids[index]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(headers!['X-Xurrent-Delivery']).toBe(uuids[index]);
      expect(headers!['X-4me-Delivery-Origin']).toBe(index === 0 ? undefined : uuids[0]);
      expect(headers!['X-Xurrent-Delivery-Origin']).toBe(index === 0 ? undefined : uuids[0]);
    }
  });

  test('of a redelivery name the first attempt as their origin, with a chain of its own from attempt 1', async () => {
    await using xurrent = await startXurrent();
    await verified(xurrent);
    const eventId = await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 1);
    const page = { limit: 10, after: null, before: null };
    const { rows } = await xurrent.store.listDeliveries(xurrent.caller.principal.tenantId, { eventId }, page);
    await xurrent.until(async () => {
      const found = await xurrent.store.getDelivery(xurrent.caller.principal.tenantId, rows[0]!.delivery.id);
      return found!.delivery.state.kind === 'delivered';
    });
    await xurrent.redeliver(xurrent.caller, rows[0]!.delivery.id);
    await xurrent.until(() => events(xurrent).length === 2);
    const [first, again] = events(xurrent);
    expect(again!.headers['X-4me-Delivery-Origin']).toBe(first!.headers['X-4me-Delivery']);
    expect(again!.headers['X-4me-Delivery']).not.toBe(first!.headers['X-4me-Delivery']);
    expect(Buffer.from(again!.body)).toEqual(Buffer.from(first!.body));
  });

  test('tell the brand that the operator chose', async () => {
    await using xurrent = await startXurrent({ brand: '4me', docsUrl: 'https://developer.4me.com/v1' });
    await xurrent.create();
    await xurrent.until(() => xurrent.sent.length > 0);
    expect(xurrent.sent[0]!.headers['User-Agent']).toBe('4me/1.0 (https://developer.4me.com/v1/webhooks)');
  });
});

describe('the signed body', () => {
  async function signed(xurrent: XurrentServer, policy: object, fields: object = {}): Promise<number> {
    const { body } = await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'es256', ...policy });
    return (await verified(xurrent, { webhook_policy_id: body.id, ...fields })).id;
  }

  test('is a token alone, with the claims of the original in their order; every message is signed', async () => {
    await using xurrent = await startXurrent();
    const id = await signed(xurrent, { jwt_audience: 'acme hooks', jwt_claim_expires_in: 5 });
    await xurrent.call('POST', `/v1/webhooks/${id}/test`);
    await xurrent.publish({ data: '{"n":1.0}', context });
    await xurrent.until(() => xurrent.sent.length === 3);
    for (const { body, claims, at } of xurrent.sent) {
      expect(Buffer.from(body).toString()).toMatch(/^\{"jwt":"[\w-]+\.[\w-]+\.[\w-]+"\}$/);
      expect(Object.keys(claims!)).toEqual(['data', 'jti', 'sub', 'iss', 'nbf', 'iat', 'aud', 'exp']);
      const iat = Number(claims!['iat']);
      // A test's time may pass while the token is being signed.
      expect(iat).toBeLessThanOrEqual(Math.floor(at / secondMs));
      expect(claims).toMatchObject({
        jti: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        sub: String(id),
        iss: accountUrl,
        nbf: iat,
        iat,
        aud: 'acme hooks',
        exp: iat + 300,
      });
    }
  });

  test('has no aud and no exp where the policy has none', async () => {
    await using xurrent = await startXurrent();
    await signed(xurrent, {});
    expect(Object.keys(xurrent.sent[0]!.claims!)).toEqual(['data', 'jti', 'sub', 'iss', 'nbf', 'iat']);
  });

  test('is made anew for every attempt: iat, nbf and jti are those of the sending', async () => {
    await using xurrent = await startXurrent();
    await signed(xurrent, {});
    let failures = 3;
    xurrent.receive = () =>
      failures-- > 0 ? { kind: 'failure', status: 500 } : { kind: 'success', status: 200 };
    await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 4);
    const claims = events(xurrent).map((sent) => sent.claims!);
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(4);
    const times = claims.map(({ iat }) => Number(iat));
    expect(times).toEqual(claims.map(({ nbf }) => nbf));
    for (const [index, { at }] of events(xurrent).entries()) {
      const sentBefore = index === 0 ? 0 : Math.floor(events(xurrent)[index - 1]!.at / secondMs);
      expect(times[index]).toBeGreaterThan(sentBefore);
      expect(times[index]).toBeLessThanOrEqual(Math.floor(at / secondMs));
    }
  });

  test('keeps the published bytes inside the token', async () => {
    await using xurrent = await startXurrent();
    await signed(xurrent, {});
    const data = '{"z":1.0,"a":12345678901234567890,"e":"\\u00e9"}';
    await xurrent.publish({ data });
    await xurrent.until(() => events(xurrent).length === 1);
    const { jwt } = JSON.parse(Buffer.from(events(xurrent)[0]!.body).toString()) as { jwt: string };
    expect(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()).toContain(`"payload":${data}}`);
  });

  test('with discovery names its key and the policy as its issuer; without, the account', async () => {
    await using xurrent = await startXurrent({ issuer: 'https://tokens.example/{account}' });
    const id = await signed(xurrent, {}, { openid_connect_discovery: true });
    const header = () =>
      JSON.parse(
        Buffer.from(
          (JSON.parse(Buffer.from(xurrent.sent.at(-1)!.body).toString()) as { jwt: string }).jwt.split(
            '.',
          )[0]!,
          'base64url',
        ).toString(),
      ) as object;
    expect(Object.keys(header())).toEqual(['typ', 'alg', 'kid']);
    expect(xurrent.sent.at(-1)!.claims!['iss']).toMatch(
      /^https:\/\/tokens\.example\/acme\/webhook_policies\/[0-9a-f]{56}$/,
    );
    await xurrent.call('PATCH', `/v1/webhooks/${id}`, { openid_connect_discovery: false });
    await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 1);
    expect(header()).toEqual({ typ: 'JWT', alg: 'ES256' });
    expect(xurrent.sent.at(-1)!.claims!['iss']).toBe('https://tokens.example/acme');
  });
});

test('app_offering_references narrow the events of app instances, and no others', async () => {
  await using xurrent = await startXurrent();
  const references = { app_offering_references: ['mine', 'ours'] };
  await verified(xurrent, { event: 'app_instance.create', ...references });
  await verified(xurrent, { event: 'task.update', ...references });
  const instance = (reference: string) => ({
    type: 'app_instance.create',
    data: `{"customer_account_id":"x","app_offering":{"reference":"${reference}","id":1}}`,
  });
  await xurrent.publish(instance('theirs'));
  await xurrent.publish(instance('ours'));
  await xurrent.publish({ type: 'app_instance.create', data: '{}' });
  await xurrent.publish({ type: 'task.update' });
  await xurrent.until(() => events(xurrent).length === 2);
  await xurrent.clock.advance(minuteMs);
  expect(
    events(xurrent).map(({ message }) => message.payload.app_offering?.reference ?? message.event),
  ).toEqual(['ours', 'task.update']);
});

describe('last_error', () => {
  test.each([
    [{ kind: 'failure', status: 404 }, '404 Not Found'],
    [{ kind: 'failure', status: 599 }, '599'],
    [{ kind: 'error', reason: 'timeout_headers', detail: 'd' }, 'Timeout after 10 seconds'],
    [{ kind: 'error', reason: 'connect_refused', detail: 'd' }, 'Connection refused'],
    [{ kind: 'error', reason: 'dns_not_found', detail: 'd' }, 'Host not found'],
    [{ kind: 'error', reason: 'tls_expired', detail: 'd' }, 'TLS error: certificate has expired'],
  ] as const)('of %o is told as %s', async (outcome, text) => {
    await using xurrent = await startXurrent();
    const { id } = await verified(xurrent);
    xurrent.receive = () => outcome;
    await xurrent.publish();
    const path = `/v1/webhooks/${id}`;
    await xurrent.until(async () => (await xurrent.call('GET', path)).body.last_error === text);
    expect((await xurrent.call('GET', '/v1/webhooks')).body[0].last_error).toBe(text);
  });

  test('is cleared by a success, by enabling and by another uri, and moves updated_at never', async () => {
    await using xurrent = await startXurrent();
    const webhook = await verified(xurrent);
    const path = `/v1/webhooks/${webhook.id}`;
    const lastError = async () => (await xurrent.call('GET', path)).body.last_error as string | null;
    const fail = async () => {
      xurrent.receive = () => ({ kind: 'failure', status: 500 });
      await xurrent.publish();
      await xurrent.until(async () => (await lastError()) !== null);
    };
    await fail();
    expect((await xurrent.call('GET', path)).body).toMatchObject({ updated_at: '2026-01-01T00:00:00Z' });
    xurrent.receive = () => ({ kind: 'success', status: 200 });
    await xurrent.until(async () => (await lastError()) === null);
    await fail();
    expect((await xurrent.call('PATCH', path, { disabled: false })).body.last_error).toBeNull();
    await fail();
    expect(
      (await xurrent.call('PATCH', path, { uri: 'https://hooks.example.net/moved' })).body.last_error,
    ).toBeNull();
  });
});

describe('in the faithful profile', () => {
  const start = () => startXurrent({ profile: 'faithful' });

  test('a delivery is dropped after ten attempts, 1, 2, 4 … 256 minutes apart, give or take a tenth', async () => {
    await using xurrent = await start();
    await verified(xurrent);
    // Other servers are well, so that the throttle has nothing to do with it.
    xurrent.receive = () => ({ kind: 'failure', status: 500, retryAfterMs: dayMs });
    const eventId = await xurrent.publish();
    await xurrent.until(() => events(xurrent).length === 9);
    const waits = events(xurrent)
      .slice(1)
      .map(({ at }, index) => (at - events(xurrent)[index]!.at) / minuteMs);
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(2 ** index * 0.9 - 0.01);
      expect(wait).toBeLessThanOrEqual(2 ** index * 1.1 + 0.01);
    }
    await xurrent.until(() => events(xurrent).length === 10);
    await xurrent.clock.advance(30 * dayMs);
    expect(events(xurrent)).toHaveLength(10);
    const page = { limit: 10, after: null, before: null };
    const { rows } = await xurrent.store.listDeliveries(xurrent.caller.principal.tenantId, { eventId }, page);
    expect(rows[0]!.delivery.state).toMatchObject({ kind: 'exhausted', reason: 'attempts' });
  });

  test('a webhook is disabled after 20 failures in a row only once the first is more than 7 days ago', async () => {
    await using xurrent = await start();
    const { id } = await verified(xurrent);
    const isDisabled = async () => (await xurrent.call('GET', `/v1/webhooks/${id}`)).body.disabled as boolean;
    xurrent.receive = () => ({ kind: 'failure', status: 503 });
    for (let count = 0; count < 3; count++) await xurrent.publish();
    await xurrent.until(() => events(xurrent).length >= 30 && xurrent.engine.state().held === 0);
    expect(await isDisabled()).toBe(false);
    const soFar = xurrent.clock.now() - events(xurrent)[0]!.at;
    await xurrent.clock.advance(7 * dayMs - soFar - minuteMs);
    expect(await isDisabled()).toBe(false);
    await xurrent.clock.advance(2 * minuteMs);
    const before = events(xurrent).length;
    await xurrent.publish();
    await xurrent.until(() => events(xurrent).length > before);
    await xurrent.until(isDisabled);
    expect((await xurrent.call('GET', `/v1/webhooks/${id}`)).body).toMatchObject({
      disabled: true,
      last_error: '503 Service Unavailable',
      updated_at: '2026-01-01T00:00:00Z',
    });
    const [entry] = (await xurrent.call('GET', `/v1/webhooks/${id}/audit`)).body;
    expect(entry).toMatchObject({ created_by: null, changes: { disabled: [false, true] } });
  });

  test('one success starts the count anew', async () => {
    await using xurrent = await start();
    const { id } = await verified(xurrent);
    xurrent.receive = () => ({ kind: 'failure', status: 503 });
    for (let count = 0; count < 3; count++) await xurrent.publish();
    await xurrent.until(() => events(xurrent).length >= 30 && xurrent.engine.state().held === 0);
    xurrent.receive = () => ({ kind: 'success', status: 200 });
    await xurrent.publish();
    await xurrent.until(
      async () => (await xurrent.call('GET', `/v1/webhooks/${id}`)).body.last_error === null,
    );
    xurrent.receive = () => ({ kind: 'failure', status: 503 });
    await xurrent.clock.advance(8 * dayMs);
    await xurrent.publish();
    await xurrent.until(
      async () => (await xurrent.call('GET', `/v1/webhooks/${id}`)).body.last_error !== null,
    );
    expect((await xurrent.call('GET', `/v1/webhooks/${id}`)).body.disabled).toBe(false);
  });

  test('events of a disabled webhook are skipped, and what waits for a retry is dropped, also by another uri', async () => {
    await using xurrent = await start();
    const { id } = await verified(xurrent);
    xurrent.receive = () => ({ kind: 'failure', status: 500 });
    for (const [change, reason] of [
      [{ disabled: true }, 'webhook_disabled'],
      [{ uri: 'https://hooks.example.net/moved' }, 'target_changed'],
    ] as const) {
      const before = events(xurrent).length;
      const eventId = await xurrent.publish();
      await xurrent.until(() => events(xurrent).length === before + 1);
      await xurrent.call('PATCH', `/v1/webhooks/${id}`, change);
      await xurrent.until(async () => {
        const page = { limit: 1, after: null, before: null };
        const { rows } = await xurrent.store.listDeliveries(
          xurrent.caller.principal.tenantId,
          { eventId },
          page,
        );
        const state = rows[0]!.delivery.state;
        return state.kind === 'cancelled' && state.reason === reason;
      });
      if ('disabled' in change) await xurrent.call('PATCH', `/v1/webhooks/${id}`, { disabled: false });
    }
    expect(events(xurrent)).toHaveLength(2);
  });

  test('after ten failures in a row a server gets one probe per five minutes, whoever points there', async () => {
    await using xurrent = await start();
    await verified(xurrent, { event: 'task.update' });
    const globex = await xurrent.tenant('globex');
    const theirs = { event: 'task.create', uri: 'https://hooks.example.net/globex' };
    await xurrent.call('POST', '/v1/webhooks', theirs, { authorization: `Bearer ${globex.key}` });
    await xurrent.confirm();
    xurrent.receive = () => ({ kind: 'failure', status: 500 });
    for (let count = 0; count < 5; count++) {
      await xurrent.publish({ type: 'task.update' });
      await xurrent.publish({ type: 'task.create', tenantId: globex.id });
    }
    await xurrent.until(() => xurrent.signals.some(({ kind }) => kind === 'server.throttled'));
    const before = events(xurrent).length;
    const since = xurrent.clock.now();
    await xurrent.clock.advance(30 * minuteMs);
    const probes = events(xurrent).slice(before);
    expect(probes.length).toBeLessThanOrEqual(7);
    expect(probes.length).toBeGreaterThanOrEqual(4);
    expect(xurrent.clock.now() - since).toBeGreaterThanOrEqual(30 * minuteMs);
    xurrent.receive = () => ({ kind: 'success', status: 200 });
    await xurrent.until(() => xurrent.signals.some(({ kind }) => kind === 'server.released'));
    await xurrent.until(async () => (await xurrent.store.backlog()).pending === 0);
  });
});
