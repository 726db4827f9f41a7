// The six operations, their bodies and the rules of the form (specification §4 to §6).

import { describe, expect, test } from 'vitest';
import { dayMs, secondMs } from '../../domain/clock.ts';
import { startEntrust, type EntrustServer } from '../../../test/entrust/entrust-server.ts';

const parms = {
  name: 'siem',
  callbackUrl: 'https://example.com/webhook',
  events: ['user.created', 'authentication.failed'],
};
const post = (entrust: EntrustServer, body: object | string) => entrust.api('POST', '/webhooks', body);
const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

test('a create answers 200 with the webhook and its token, which no other answer shows', async () => {
  await using entrust = await startEntrust();
  const { status, body } = await post(entrust, parms);
  expect(status).toBe(200);
  expect(body).toEqual({
    id: expect.stringMatching(uuid) as string,
    ...parms,
    state: 'ACTIVE',
    createDate: '2026-01-01T00:00:00Z',
    lastModifiedDate: '2026-01-01T00:00:00Z',
    token: expect.stringMatching(/^[\w-]{43}$/) as string,
  });
  expect(Object.keys(body)).toEqual([
    'id',
    'name',
    'callbackUrl',
    'events',
    'state',
    'createDate',
    'lastModifiedDate',
    'token',
  ]);
  const { token: _, ...shown } = body;
  expect((await entrust.api('GET', `/webhooks/${shown.id}`)).body).toEqual(shown);
  expect((await entrust.api('GET', `/webhooks/${(shown.id as string).toUpperCase()}`)).body).toEqual(shown);
  expect((await entrust.api('GET', '/webhooks?limit=0&state=x')).body).toEqual([shown]);
  expect((await entrust.api('PUT', `/webhooks/${shown.id}`, {})).body).toEqual(shown);
  const { rows } = await entrust.store.listAudit(
    entrust.tenantId,
    {},
    { limit: 9, after: null, before: null },
  );
  expect(JSON.stringify(rows)).not.toContain(body.token);
});

test('delete and test answer 200 with zero bytes and no content type; a second delete finds nothing', async () => {
  await using entrust = await startEntrust();
  const { id } = await entrust.create();
  for (const [method, path] of [
    ['POST', `/webhooks/test/${id}`],
    ['DELETE', `/webhooks/${id}`],
  ] as const) {
    const { status, headers, text } = await entrust.api(method, path);
    expect({ status, text, length: headers['content-length'], type: headers['content-type'] }).toEqual({
      status: 200,
      text: '',
      length: '0',
      type: undefined,
    });
  }
  const again = await entrust.api('DELETE', `/webhooks/${id}`);
  expect(again).toMatchObject({ status: 404, body: { errorCode: 'webhook_not_found' } });
});

test('the list is a bare array in order of creation, and empty without webhooks', async () => {
  await using entrust = await startEntrust();
  expect((await entrust.api('GET', '/webhooks')).body).toEqual([]);
  for (const name of ['c', 'a', 'b']) {
    await entrust.create({ name });
    await entrust.clock.advance(secondMs);
  }
  const { body } = await entrust.api('GET', '/webhooks');
  expect(body.map(({ name }: { name: string }) => name)).toEqual(['c', 'a', 'b']);
});

test('an update merges: what is absent or null stays, events are replaced as a whole, the token stays', async () => {
  await using entrust = await startEntrust();
  const { id, token } = await entrust.create({ name: 'siem', expiryDays: 3 });
  await entrust.clock.advance(1_500);
  const before = (await entrust.api('GET', `/webhooks/${id}`)).body;
  const nothing = { name: null, url: null, events: null, state: null, expiryDays: null, unknown: 1 };
  expect((await entrust.api('PUT', `/webhooks/${id}`, nothing)).body).toEqual(before);
  const { status, body } = await entrust.api('PUT', `/webhooks/${id}`, { events: ['grid.created'] });
  expect(status).toBe(200);
  expect(body).toEqual({ ...before, events: ['grid.created'], lastModifiedDate: '2026-01-01T00:00:01Z' });
  const { signing } = await entrust.webhookOf(id);
  expect('keys' in signing && signing.keys[0].secret.reveal()).toBe(token);
});

test('members are understood under their aliases, and the canonical name wins; answers know the canonical ones only', async () => {
  await using entrust = await startEntrust();
  const { body } = await post(entrust, {
    url: 'https://one.example.com/',
    callbackURL: 'https://two.example.com/',
    webhookEvents: ['user.deleted'],
    enabled: false,
    expiration: 1,
  });
  expect(body).toEqual({
    id: expect.any(String) as string,
    name: 'two.example.com',
    callbackUrl: 'https://two.example.com/',
    events: ['user.deleted'],
    state: 'INACTIVE',
    createDate: '2026-01-01T00:00:00Z',
    lastModifiedDate: '2026-01-01T00:00:00Z',
    expiryDate: '2026-01-02T00:00:00Z',
    token: expect.any(String) as string,
  });
  const canonical = {
    ...parms,
    state: 'active',
    enabled: false,
    url: 'http://x',
    eventTypes: ['x'],
    expirationDays: -1,
    expiryDays: 0,
  };
  expect((await post(entrust, canonical)).body).toMatchObject({ ...parms, state: 'ACTIVE' });
  const nulls = {
    ...parms,
    name: 'n',
    callbackUrl: null,
    url: 'https://three.example.com',
    events: null,
    eventTypes: ['user.updated'],
  };
  expect((await post(entrust, nulls)).body).toMatchObject({
    callbackUrl: 'https://three.example.com',
    events: ['user.updated'],
  });
});

test('a webhook without a name has its host, with a number where that is taken, fifty at a time too', async () => {
  await using entrust = await startEntrust();
  const given = {
    callbackUrl: 'https://hooks.example.com:8443/a',
    events: ['user.created'],
    state: 'INACTIVE',
  };
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(entrust, given)));
  const names = answers.map(({ body }) => body.name as string);
  expect(new Set(names)).toEqual(
    new Set([
      'hooks.example.com:8443',
      ...Array.from({ length: 49 }, (_, index) => `hooks.example.com:8443 (${index + 2})`),
    ]),
  );
});

test('the URL reads back as it was given, trimmed, and is asked for in canonical form', async () => {
  await using entrust = await startEntrust();
  const callbackUrl = 'HTTPS://EXAMPLE.com:443/a/../hook?q=a%20b&n=é';
  const { id, ...body } = await entrust.create({ callbackUrl: ` ${callbackUrl} ` });
  expect(body.callbackUrl).toBe(callbackUrl);
  expect((await entrust.webhookOf(id)).endpoint.url).toBe('https://example.com/hook?q=a%20b&n=%C3%A9');
  expect((await entrust.api('PUT', `/webhooks/${id}`, { name: 'other' })).body.callbackUrl).toBe(callbackUrl);
});

test('repeated events are taken once, in the given order', async () => {
  await using entrust = await startEntrust();
  const events = ['user.updated', 'user.created', 'user.updated', 'face.biometric.created'];
  expect((await entrust.create({ events })).events).toEqual([
    'user.updated',
    'user.created',
    'face.biometric.created',
  ]);
});

describe('what breaks a rule', () => {
  const url = (callbackUrl: unknown) => ({ ...parms, callbackUrl });
  test.each([
    [url('http://example.com/'), 'callbackUrl', 'scheme'],
    [url('ftp://example.com/'), 'callbackUrl', 'scheme'],
    [url('example.com'), 'callbackUrl', 'scheme'],
    [url('https://'), 'callbackUrl', 'host'],
    [url('https://u:p@example.com/'), 'callbackUrl', 'userinfo'],
    [url('https://example.com/#part'), 'callbackUrl', 'fragment'],
    [url('https://example.com\\a'), 'callbackUrl', 'characters'],
    [url('https://example.com/a b'), 'callbackUrl', 'characters'],
    [url('https://example.com/a\u00a0b'), 'callbackUrl', 'characters'],
    [url('https://example.com/a\u2028b'), 'callbackUrl', 'characters'],
    [url('https://example.com/a\u0085b'), 'callbackUrl', 'characters'],
    [url('https://example.com:0/'), 'callbackUrl', 'port'],
    [url('https://example.com/a\tb'), 'callbackUrl', 'characters'],
    [url(`https://example.com/${'a'.repeat(2_048)}`), 'callbackUrl', 'length'],
    [url('https://localhost/'), 'callbackUrl', 'target_not_allowed'],
    [url('https://x.localhost/'), 'callbackUrl', 'target_not_allowed'],
    [url('https://10.0.0.1/'), 'callbackUrl', 'target_not_allowed'],
    [url('https://100.64.0.1/'), 'callbackUrl', 'target_not_allowed'],
    [url('https://0x0a.1/'), 'callbackUrl', 'target_not_allowed'],
    [url('https://[::ffff:10.0.0.1]/'), 'callbackUrl', 'target_not_allowed'],
    [url('https://[fd00::1]/'), 'callbackUrl', 'target_not_allowed'],
    [url(7), 'callbackUrl', 'type'],
    [{ ...parms, name: '  ' }, 'name', 'length'],
    [{ ...parms, name: 'x'.repeat(101) }, 'name', 'length'],
    [{ ...parms, name: 'a\0b' }, 'name', 'characters'],
    [{ ...parms, name: 7 }, 'name', 'type'],
    [{ ...parms, events: [] }, 'events', 'empty'],
    [{ ...parms, events: 'user.created' }, 'events', 'type'],
    [{ ...parms, events: ['user.created', 7] }, 'events', 'type'],
    [{ ...parms, events: ['user.*'] }, 'events', 'unknown_event'],
    [{ ...parms, events: ['User.Created'] }, 'events', 'unknown_event'],
    [{ ...parms, events: ['webhook.test'] }, 'events', 'unknown_event'],
    [{ ...parms, events: ['__proto__'] }, 'events', 'unknown_event'],
    [{ ...parms, state: 'ON' }, 'state', 'unknown_state'],
    [{ ...parms, state: 'ınactive' }, 'state', 'unknown_state'],
    [{ ...parms, state: true }, 'state', 'type'],
    [{ ...parms, enabled: 'true' }, 'state', 'type'],
    [{ ...parms, expiryDays: -1 }, 'expiryDays', 'range'],
    [{ ...parms, expiryDays: 3_651 }, 'expiryDays', 'range'],
    [{ ...parms, expiryDays: 1.5 }, 'expiryDays', 'type'],
    [{ ...parms, expiryDays: '1' }, 'expiryDays', 'type'],
  ])('%j: %s, %s', async (body, name, reason) => {
    await using entrust = await startEntrust();
    const expected = {
      status: 400,
      body: { errorCode: 'invalid_parameter', parameters: [{ name, reason }] },
    };
    const created = await post(entrust, body);
    expect(created).toMatchObject(expected);
    expect(created.body.errorMessage).toContain(name);
    const { id } = await entrust.create();
    expect(await entrust.api('PUT', `/webhooks/${id}`, body)).toMatchObject(expected);
    expect((await entrust.api('GET', '/webhooks')).body).toHaveLength(1);
  });

  test('all bad fields are told at once, and what is missing wins', async () => {
    await using entrust = await startEntrust();
    const { body } = await post(entrust, {
      callbackUrl: 'http://example.com',
      events: [],
      state: 1,
      expiryDays: 1e9,
    });
    expect(body.parameters.map(({ name }: { name: string }) => name)).toEqual([
      'callbackUrl',
      'events',
      'state',
      'expiryDays',
    ]);
    const missing = await post(entrust, { state: 1 });
    expect(missing.body).toMatchObject({
      errorCode: 'missing_parameter',
      parameters: [{ name: 'callbackUrl' }, { name: 'events' }],
    });
  });

  test.each(['', '[]', '"text"', 'null', '7', '{', 'url=https://example.com', '{"a":1}x', '\uFEFF{}'])(
    'the body %j is no JSON object',
    async (text) => {
      await using entrust = await startEntrust();
      const expected = { status: 400, body: { errorCode: 'invalid_json' } };
      expect(await post(entrust, text)).toMatchObject(expected);
      const { id } = await entrust.create();
      expect(await entrust.api('PUT', `/webhooks/${id}`, text)).toMatchObject(expected);
    },
  );
});

test('a body is JSON whatever its type says, also one that is no type, and may have 64 KiB', async () => {
  await using entrust = await startEntrust();
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'nonsense',
    '',
    'application/json; charset=utf-16',
    'multipart/form-data',
  ];
  for (const [index, type] of types.entries()) {
    const headers = { authorization: entrust.token, 'content-type': type };
    const body = JSON.stringify({ ...parms, name: `n${index}` });
    const { status } = await entrust.call('POST', '/api/web/v1/webhooks', body, headers);
    expect([type, status]).toEqual([type, 200]);
  }
  const full = { ...parms, name: 'full', padding: '' };
  full.padding = 'x'.repeat(65_536 - JSON.stringify(full).length);
  expect((await post(entrust, JSON.stringify(full))).status).toBe(200);
  expect(await post(entrust, `${JSON.stringify(full)} `)).toMatchObject({
    status: 413,
    body: { errorCode: 'payload_too_large' },
  });
});

test('unknown paths and other methods are told in ErrorInfo', async () => {
  await using entrust = await startEntrust();
  const { id } = await entrust.create();
  for (const path of ['/', '/webhook', `/webhooks/${id}/test`, '/webhooks/test/a/b', '/users'])
    expect(await entrust.api('GET', path)).toMatchObject({ status: 404, body: { errorCode: 'not_found' } });
  const cases = [
    ['PUT', '/webhooks', 'GET, POST'],
    ['POST', `/webhooks/${id}`, 'GET, PUT, DELETE'],
    ['PATCH', `/webhooks/${id}`, 'GET, PUT, DELETE'],
    ['GET', `/webhooks/test/${id}`, 'POST'],
    ['GET', '/adminapi/authenticate', 'POST'],
  ] as const;
  for (const [method, path, allow] of cases) {
    const { status, headers, body } = await entrust.api(method, path);
    expect([method, path, status, headers['allow'], body.errorCode]).toEqual([
      method,
      path,
      405,
      allow,
      'method_not_allowed',
    ]);
  }
  expect((await entrust.api('GET', '/webhooks/test')).body.errorCode).toBe('invalid_id');
});

describe('limits', () => {
  test('twenty webhooks are active: the next is refused, an inactive one passes, and switching it on is refused', async () => {
    await using entrust = await startEntrust();
    for (let count = 0; count < 20; count++) await entrust.create();
    const refusal = {
      status: 409,
      body: { errorCode: 'webhook_limit_reached', parameters: [{ limit: 20 }] },
    };
    expect(await post(entrust, parms)).toMatchObject(refusal);
    const { id } = await entrust.create({ state: 'INACTIVE' });
    expect(await entrust.api('PUT', `/webhooks/${id}`, { state: 'ACTIVE' })).toMatchObject(refusal);
    const [first] = (await entrust.api('GET', '/webhooks')).body;
    expect(
      (await entrust.api('PUT', `/webhooks/${first.id as string}`, { state: 'INACTIVE' })).body.state,
    ).toBe('INACTIVE');
    expect((await entrust.api('PUT', `/webhooks/${id}`, { state: 'ACTIVE' })).body.state).toBe('ACTIVE');
  });

  test('hold under fifty requests at a time, as does that of names', async () => {
    await using entrust = await startEntrust();
    const unlike = await Promise.all(
      Array.from({ length: 50 }, (_, index) => post(entrust, { ...parms, name: `n${index}` })),
    );
    expect(unlike.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(unlike.filter(({ status }) => status === 409)).toHaveLength(30);
    const alike = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        post(entrust, { ...parms, name: index % 2 ? 'Same' : 'sAME', state: 'INACTIVE' }),
      ),
    );
    const refused = alike.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(49);
    for (const { status, body } of refused)
      expect({ status, body }).toMatchObject({
        status: 409,
        body: { errorCode: 'webhook_exists', parameters: [{ name: 'name' }] },
      });
  });

  test('there are two hundred in all, of one account', async () => {
    await using entrust = await startEntrust();
    for (let count = 0; count < 200; count++) await entrust.create({ state: 'INACTIVE' });
    expect(await post(entrust, { ...parms, state: 'INACTIVE' })).toMatchObject({
      status: 409,
      body: { errorCode: 'webhook_limit_reached', parameters: [{ limit: 200 }] },
    });
    const other = await entrust.tenant('other');
    await entrust.create({}, other.key);
  });

  test('a webhook that has expired is inactive and frees its place, and has its days again once it is switched on', async () => {
    await using entrust = await startEntrust();
    const { id } = await entrust.create({ expiryDays: 2 });
    for (let count = 0; count < 19; count++) await entrust.create();
    expect((await post(entrust, parms)).status).toBe(409);
    await entrust.clock.advance(2 * dayMs - 1);
    expect((await entrust.api('GET', `/webhooks/${id}`)).body).toMatchObject({
      state: 'ACTIVE',
      expiryDate: '2026-01-03T00:00:00Z',
    });
    await entrust.clock.advance(1);
    expect((await entrust.api('GET', `/webhooks/${id}`)).body.state).toBe('INACTIVE');
    const { body } = await post(entrust, parms);
    await entrust.api('DELETE', `/webhooks/${body.id as string}`);
    await entrust.clock.advance(dayMs);
    const { status, body: again } = await entrust.api('PUT', `/webhooks/${id}`, { state: 'ACTIVE' });
    expect({ status, ...again }).toMatchObject({
      status: 200,
      state: 'ACTIVE',
      expiryDate: '2026-01-06T00:00:00Z',
    });
    expect((await entrust.api('PUT', `/webhooks/${id}`, { expiryDays: 0 })).body).not.toHaveProperty(
      'expiryDate',
    );
  });
});

test('what was paused or disabled elsewhere reads as inactive, and is active again when its client says so', async () => {
  await using entrust = await startEntrust();
  const { id } = await entrust.create();
  const { id: nativeId, endpoint } = await entrust.webhookOf(id);
  await entrust.webhooks.pause(entrust.caller, nativeId);
  expect((await entrust.api('GET', `/webhooks/${id}`)).body.state).toBe('INACTIVE');
  await entrust.api('PUT', `/webhooks/${id}`, { state: 'INACTIVE' });
  expect((await entrust.webhookOf(id)).state.kind).toBe('paused');
  expect((await entrust.api('PUT', `/webhooks/${id}`, { state: 'ACTIVE' })).body.state).toBe('ACTIVE');
  await entrust.webhooks.disable(entrust.tenantId, nativeId, 'failing', endpoint.url);
  expect((await entrust.api('GET', `/webhooks/${id}`)).body.state).toBe('INACTIVE');
});
