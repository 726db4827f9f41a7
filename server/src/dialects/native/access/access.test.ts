import { expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';
import { hourMs } from '../../../domain/clock.ts';

const api = '/api/v1';

test('a tenant is created, entered with a key made for it, renamed and deleted', async () => {
  await using native = await startNative();

  const { status, body: tenant } = await native.call('POST', `${api}/tenants`, { name: 'acme' });
  const { body: key } = await native.call('POST', `${api}/api-keys?tenantId=${tenant.id}`, {
    name: 'first',
    permissions: ['EVENTS:ADD'],
  });
  const published = await native.call(
    'POST',
    `${api}/events`,
    { type: 'a', data: {} },
    {
      authorization: `Bearer ${key.token}`,
    },
  );
  const renamed = await native.call('PATCH', `${api}/tenants/${tenant.id}`, { name: 'acme-two' });
  const taken = await native.call('POST', `${api}/tenants`, { name: 'acme-two' });
  const deleted = await native.call('DELETE', `${api}/tenants/${tenant.id}`);
  const refused = await native.call(
    'POST',
    `${api}/events`,
    { type: 'a', data: {} },
    {
      authorization: `Bearer ${key.token}`,
    },
  );

  expect(status).toBe(201);
  expect(tenant.uuid).toMatch(/^[0-9a-f-]{36}$/);
  expect(published.status).toBe(202);
  expect(renamed.body.name).toBe('acme-two');
  expect([taken.status, deleted.status, refused.status]).toEqual([409, 204, 401]);
});

test('a principal signs in with its password until it is disabled', async () => {
  await using native = await startNative();
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`,
  });

  const { status, body, bytes } = await native.call('POST', `${api}/principals`, {
    username: 'ada',
    roleId: 'rol_auditor',
    password: 'engine-analytical',
  });
  const listed = await native.call('GET', `${api}/webhooks`, undefined, basic('engine-analytical'));
  const changed = await native.call('PATCH', `${api}/principals/${body.id}`, {
    displayName: 'Ada',
    password: 'other-engine-password',
  });
  const oldPassword = await native.call('GET', `${api}/webhooks`, undefined, basic('engine-analytical'));
  const disabled = await native.call('PATCH', `${api}/principals/${body.id}`, { disabled: true });
  const refused = await native.call('GET', `${api}/webhooks`, undefined, basic('other-engine-password'));
  const deleted = await native.call('DELETE', `${api}/principals/${body.id}`);

  expect(status).toBe(201);
  expect(body).toMatchObject({ kind: 'user', username: 'ada', displayName: 'ada', disabledAt: null });
  expect(bytes.toString()).not.toMatch(/engine-analytical|argon2/);
  expect(listed.status).toBe(200);
  expect(changed.body.displayName).toBe('Ada');
  expect(disabled.body.disabledAt).not.toBeNull();
  expect([oldPassword.status, refused.status, deleted.status]).toEqual([401, 401, 204]);
});

test('a user has an e-mail address or none, and only one that is an address', async () => {
  await using native = await startNative();
  const draft = { username: 'ada', roleId: 'rol_auditor', password: 'engine-analytical' };

  const bad = await native.call('POST', `${api}/principals`, { ...draft, email: 'a@b.example, c@d.example' });
  const { body } = await native.call('POST', `${api}/principals`, { ...draft, email: 'ada@example.com' });
  const cleared = await native.call('PATCH', `${api}/principals/${body.id}`, { email: null });
  const wrong = await native.call('PATCH', `${api}/principals/${body.id}`, { email: 'ada' });

  expect([bad.status, wrong.status]).toEqual([422, 422]);
  expect(bad.body.errors).toMatchObject([{ pointer: '/email', rule: 'format' }]);
  expect(body.email).toBe('ada@example.com');
  expect(cleared.body).toMatchObject({ email: null, username: 'ada' });
});

test('a client comes in with an access token until it is disabled, and is changed and deleted like a user', async () => {
  await using native = await startNative();
  const draft = { kind: 'client', displayName: 'Importer', roleId: 'rol_auditor' };

  const { status, body: client } = await native.call('POST', `${api}/principals`, draft);
  const granted = await native.grantToken(client.clientId, client.clientSecret, '192.0.2.1');
  const asClient = { authorization: `Bearer ${granted!.token.reveal()}` };
  const listed = await native.call('GET', `${api}/webhooks`, undefined, asClient);
  const forbidden = await native.call('POST', `${api}/events`, { type: 'a', data: {} }, asClient);
  const changed = await native.call('PATCH', `${api}/principals/${client.id}`, {
    displayName: 'Publisher',
    roleId: 'rol_publisher',
  });
  const published = await native.call('POST', `${api}/events`, { type: 'a', data: {} }, asClient);
  const shown = await native.call('GET', `${api}/principals/${client.id}`);
  await native.call('PATCH', `${api}/principals/${client.id}`, { disabled: true });
  const refused = await native.call('POST', `${api}/events`, { type: 'a', data: {} }, asClient);
  const deleted = await native.call('DELETE', `${api}/principals/${client.id}`);
  const gone = await native.call('GET', `${api}/principals/${client.id}`);

  expect(status).toBe(201);
  expect(client).toMatchObject({ kind: 'client', displayName: 'Importer', disabledAt: null });
  expect(shown.body).toEqual(changed.body);
  expect(shown.body).toMatchObject({ displayName: 'Publisher', roleId: 'rol_publisher' });
  expect([listed.status, forbidden.status, published.status]).toEqual([200, 403, 202]);
  expect([refused.status, deleted.status, gone.status]).toEqual([401, 204, 404]);
});

test('SEC-01: the secret of a client is in the answers that make it only, and the old one ends with a new one', async () => {
  await using native = await startNative();
  const draft = { kind: 'client', displayName: 'Importer', roleId: 'rol_auditor' };
  const create = () => native.call('POST', `${api}/principals`, draft, { 'idempotency-key': 'create' });
  const grant = (secret: string) => native.grantToken(client.clientId, secret, '192.0.2.1');

  const { body: client, bytes } = await create();
  const again = await create();
  const rotate = () =>
    native.call('POST', `${api}/principals/${client.id}/secrets/rotate`, undefined, {
      'idempotency-key': 'rotate',
    });
  const rotated = await rotate();
  const rotatedAgain = await rotate();
  const shown = await native.call('GET', `${api}/principals/${client.id}`);
  const list = await native.call('GET', `${api}/principals`);
  const audit = await native.call('GET', `${api}/audit`);

  expect(bytes.toString()).toContain(client.clientSecret);
  expect(again.body).toEqual({ ...client, clientSecret: undefined });
  expect(rotated.status).toBe(200);
  expect(rotated.body.clientSecret).not.toBe(client.clientSecret);
  expect(rotatedAgain.body).toEqual({ ...rotated.body, clientSecret: undefined });
  expect(again.headers['idempotency-replayed']).toBe('true');
  for (const answer of [again, rotatedAgain, shown, list, audit]) {
    for (const { clientSecret } of [client, rotated.body]) {
      expect(answer.bytes.toString()).not.toContain(clientSecret);
    }
  }
  expect(JSON.stringify(native.signals)).not.toContain(client.clientSecret);
  expect(await grant(client.clientSecret)).toBeUndefined();
  expect(await grant(rotated.body.clientSecret)).toBeDefined();
});

test('what only a user has is refused for a client, and the other way round', async () => {
  await using native = await startNative();
  const problems = async (method: string, path: string, body: object) => {
    const { status, body: answer } = await native.call(method, `${api}/${path}`, body);
    return [status, answer.errors?.map(({ pointer, rule }: Record<string, string>) => `${pointer} ${rule}`)];
  };
  const { body: client } = await native.call('POST', `${api}/principals`, {
    kind: 'client',
    displayName: 'Importer',
    roleId: 'rol_auditor',
  });
  const { body: user } = await native.call('POST', `${api}/principals`, {
    kind: 'user',
    username: 'ada',
    roleId: 'rol_auditor',
    password: 'engine-analytical',
  });

  expect(await problems('POST', 'principals', {})).toEqual([
    422,
    ['/username required', '/roleId required', '/password required'],
  ]);
  expect(await problems('POST', 'principals', { kind: 'client', username: 'a' })).toEqual([
    422,
    ['/displayName required', '/roleId required', '/username unknown_member'],
  ]);
  expect(await problems('POST', 'principals', { kind: 'robot' })).toEqual([422, [' one_of']]);
  expect(
    await problems('PATCH', `principals/${client.id}`, { username: 'a', email: null, password: 'b' }),
  ).toEqual([422, ['/username unknown_member', '/email unknown_member', '/password unknown_member']]);
  expect(await problems('PATCH', `principals/${user.id}`, { clientId: 'a' })).toEqual([
    422,
    ['/clientId unknown_member'],
  ]);
  expect(await problems('POST', `principals/${user.id}/secrets/rotate`, {})).toEqual([404, undefined]);
  expect(await problems('GET', `principals/usr_nonsense`, {})).toEqual([404, undefined]);
});

test('users and clients are listed together in order of creation, or one kind of them', async () => {
  await using native = await startNative();
  const make = async (body: object) => {
    await native.clock.advance(1_000);
    return (await native.call('POST', `${api}/principals`, { roleId: 'rol_auditor', ...body })).body.id;
  };
  const one = await make({ kind: 'client', displayName: 'one' });
  const ada = await make({ username: 'ada', password: 'engine-analytical' });
  const two = await make({ kind: 'client', displayName: 'two' });
  await native.call('PATCH', `${api}/principals/${two}`, { disabled: true });
  const idsOf = async (query: string) =>
    (await native.call('GET', `${api}/principals?${query}`)).body.data.map(({ id }: { id: string }) => id);

  expect((await idsOf('')).slice(1)).toEqual([one, ada, two]);
  expect(await idsOf('kind=client')).toEqual([one, two]);
  expect((await idsOf('kind=user')).slice(1)).toEqual([ada]);
  expect(await idsOf('kind=client&state=active')).toEqual([one]);
  expect(await idsOf('kind=client&from=2026-01-01T00:00:02Z')).toEqual([two]);
  expect((await native.call('GET', `${api}/principals?kind=robot`)).status).toBe(422);
});

test('a role is listed behind the built-in ones, and those stay as they are', async () => {
  await using native = await startNative();

  const { status, body: role } = await native.call('POST', `${api}/roles`, {
    name: 'Support',
    permissions: ['WEBHOOKS:VIEW'],
  });
  const changed = await native.call('PATCH', `${api}/roles/${role.id}`, { permissions: ['DELIVERIES:VIEW'] });
  const list = await native.call('GET', `${api}/roles`);
  const builtIn = await native.call('GET', `${api}/roles/rol_auditor`);
  const refused = await native.call('PATCH', `${api}/roles/rol_auditor`, { name: 'Mine' });
  const unknown = await native.call('POST', `${api}/roles`, { name: 'x', permissions: ['WEBHOOKS:OWN'] });
  const deleted = await native.call('DELETE', `${api}/roles/${role.id}`);

  expect(status).toBe(201);
  expect(changed.body.permissions).toEqual(['DELIVERIES:VIEW']);
  expect(list.body.data.map(({ id }: { id: string }) => id)).toEqual([
    'rol_administrator',
    'rol_auditor',
    'rol_super_administrator',
    'rol_publisher',
    role.id,
  ]);
  expect(builtIn.body).toMatchObject({ builtIn: true, createdAt: null });
  expect([refused.status, unknown.status, deleted.status]).toEqual([403, 422, 204]);
  expect(unknown.body.errors[0].pointer).toBe('/permissions/0');
});

test('SEC-05: the token of an API key is in the answer that creates it only, and the key ends when it says', async () => {
  await using native = await startNative();
  const idempotent = { 'idempotency-key': 'k' };
  const draft = {
    name: 'Billing',
    permissions: ['EVENTS:ADD'],
    expiresAt: '2026-01-01T02:00:00Z',
  };

  const { status, body: key } = await native.call('POST', `${api}/api-keys`, draft, idempotent);
  const again = await native.call('POST', `${api}/api-keys`, draft, idempotent);
  const shown = await native.call('GET', `${api}/api-keys/${key.id}`);
  const list = await native.call('GET', `${api}/api-keys`);
  const publish = () =>
    native.call('POST', `${api}/events`, { type: 'a', data: {} }, { authorization: `Bearer ${key.token}` });
  const before = await publish();
  await native.clock.advance(3 * hourMs);
  const after = await publish();

  expect(status).toBe(201);
  expect(key.token.startsWith(key.prefix)).toBe(true);
  expect(again.body).toEqual({ ...shown.body });
  for (const { bytes } of [again, shown, list]) expect(bytes.toString()).not.toContain(key.token);
  expect([before.status, after.status]).toEqual([202, 401]);
});

test.each([
  ['roles', { name: 'Support', permissions: [] }],
  ['api-keys', { name: 'Billing', permissions: ['EVENTS:ADD'] }],
  ['principals', { kind: 'client', displayName: 'Importer', roleId: 'rol_auditor' }],
])(
  'CON-08: one Idempotency-Key makes one of the %s in each tenant that it is sent for',
  async (list, draft) => {
    await using native = await startNative();
    const { body: tenant } = await native.call('POST', `${api}/tenants`, { name: 'other' });
    const there = `${api}/${list}?tenantId=${tenant.id}`;
    const create = (url: string) => native.call('POST', url, draft, { 'idempotency-key': 'k' });
    const other = await create(there);
    const own = await create(`${api}/${list}`);
    const otherAgain = await create(there);
    const ownAgain = await create(`${api}/${list}`);

    expect([own.status, own.body.id]).toEqual([201, ownAgain.body.id]);
    expect(own.headers['idempotency-replayed']).toBeUndefined();
    expect([otherAgain.body.id, otherAgain.headers['idempotency-replayed']]).toEqual([other.body.id, 'true']);
  },
);

test('an API key is changed and revoked at once', async () => {
  await using native = await startNative();
  const { body: key } = await native.call('POST', `${api}/api-keys`, {
    name: 'a',
    permissions: ['EVENTS:ADD'],
  });
  const publish = () =>
    native.call('POST', `${api}/events`, { type: 'a', data: {} }, { authorization: `Bearer ${key.token}` });

  const changed = await native.call('PATCH', `${api}/api-keys/${key.id}`, {
    permissions: ['EVENTS:VIEW'],
    expiresAt: null,
  });
  const forbidden = await publish();
  const revoked = await native.call('DELETE', `${api}/api-keys/${key.id}`);
  const unauthenticated = await publish();

  expect(changed.body.permissions).toEqual(['EVENTS:VIEW']);
  expect([forbidden.status, revoked.status, unauthenticated.status]).toEqual([403, 204, 401]);
});

test('tenants, users, roles and API keys are found by time of creation and by state', async () => {
  await using native = await startNative();
  const make = async (list: string, body: object) =>
    (await native.call('POST', `${api}/${list}`, body)).body.id as string;
  const user = (username: string) => ({ username, roleId: 'rol_auditor', password: 'engine-analytical' });
  const createAll = async (name: string) => ({
    tenants: await make('tenants', { name }),
    principals: await make('principals', user(name)),
    roles: await make('roles', { name, permissions: [] }),
    'api-keys': await make('api-keys', { name, permissions: [], expiresAt: '2026-01-01T03:00:00Z' }),
  });
  const idsOf = async (list: string, query: string, headers = {}) =>
    (await native.call('GET', `${api}/${list}?${query}`, undefined, headers)).body.data.map(
      ({ id }: { id: string }) => id,
    );

  await native.clock.advance(hourMs);
  const first = await createAll('one');
  await native.clock.advance(hourMs);
  const second = await createAll('two');
  const startsAt = '2026-01-01T01:00:00Z';
  const endsAt = '2026-01-01T02:00:00Z';
  for (const list of ['tenants', 'principals', 'roles', 'api-keys'] as const) {
    expect([list, await idsOf(list, `from=${startsAt}&to=${endsAt}`)]).toEqual([list, [first[list]]]);
    expect([list, await idsOf(list, `from=${endsAt}`)]).toEqual([list, [second[list]]]);
    expect((await native.call('GET', `${api}/${list}?from=yesterday`)).status).toBe(422);
  }

  await native.call('PATCH', `${api}/principals/${first.principals}`, { disabled: true });
  expect(await idsOf('principals', 'state=disabled')).toEqual([first.principals]);
  expect(await idsOf('principals', `state=active&from=${startsAt}`)).toEqual([second.principals]);

  expect(await idsOf('api-keys', 'state=expired')).toEqual([]);
  await native.clock.advance(hourMs);
  expect(await idsOf('api-keys', 'state=expired')).toEqual([first['api-keys'], second['api-keys']]);
  expect(await idsOf('api-keys', `state=active&from=${startsAt}`)).toEqual([]);
});

test('who sees only their own tenant finds it by time of creation too', async () => {
  await using native = await startNative();
  const acme = await native.tenant('acme');
  const headers = { authorization: `Bearer ${acme.key}` };
  const list = async (query: string) =>
    (await native.call('GET', `${api}/tenants?${query}`, undefined, headers)).body.data.map(
      ({ name }: { name: string }) => name,
    );
  const { createdAt } = (await native.call('GET', `${api}/tenants`, undefined, headers)).body.data[0];

  expect(await list(`from=${createdAt}`)).toEqual(['acme']);
  expect(await list(`to=${createdAt}`)).toEqual([]);
});

test('who may view tenants reads the audit of another tenant, after its deletion too, and nobody else does', async () => {
  await using native = await startNative();
  const acme = await native.tenant('acme');
  const other = await native.tenant('other');
  const webhook = { name: 'w', url: 'https://example.com/', eventTypes: ['*'] };
  await native.call('POST', `${api}/webhooks`, webhook, { authorization: `Bearer ${acme.key}` });
  const auditor = await native.apiKey(['AUDIT:VIEW']);
  const read = (key?: string) =>
    native.call(
      'GET',
      `${api}/audit?tenantId=${acme.id}`,
      undefined,
      key === undefined ? {} : { authorization: `Bearer ${key}` },
    );
  const whileThere = await read();
  const own = await read(acme.key);
  await native.call('DELETE', `${api}/tenants/${acme.id}`);
  const after = await read();

  expect(whileThere.body.data).toMatchObject([{ action: 'webhook.created' }, { action: 'api_key.created' }]);
  expect(own.body).toEqual(whileThere.body);
  expect(after.body).toEqual(whileThere.body);
  for (const key of [auditor, other.key]) expect((await read(key)).status).toBe(404);
  expect((await native.call('GET', `${api}/audit?tenantId=nonsense`)).status).toBe(404);
});

test('the audit tells who changed what, and is found by action, subject and time', async () => {
  await using native = await startNative();
  const webhook = { name: 'w', url: 'https://example.com/', eventTypes: ['*'] };
  const { body } = await native.call('POST', `${api}/webhooks`, webhook);
  await native.clock.advance(hourMs);
  await native.call('PATCH', `${api}/webhooks/${body.id}`, { name: 'x' });
  const list = async (query: string) =>
    (await native.call('GET', `${api}/audit?${query}`)).body.data.map(
      ({ action }: { action: string }) => action,
    );

  expect(await list(`subjectId=${body.id}`)).toEqual(['webhook.updated', 'webhook.created']);
  expect(await list('action=webhook.created')).toEqual(['webhook.created']);
  expect(await list('from=2026-01-01T00:30:00Z')).toEqual(['webhook.updated']);
  expect(await list(`subjectId=${body.id}&to=2026-01-01T00:30:00Z`)).toEqual(['webhook.created']);
  const [entry] = (await native.call('GET', `${api}/audit`)).body.data;
  expect(entry).toMatchObject({
    actor: { kind: 'api-key' },
    address: '127.0.0.1',
    before: { name: 'w' },
    after: { name: 'x' },
  });
});
