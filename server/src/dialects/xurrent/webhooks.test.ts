// `/v1/webhooks`: what clients create, read, change and delete, and what the API page's samples show.

import { describe, expect, test, vi } from 'vitest';
import { accountUrl, startXurrent } from '../../../test/xurrent/xurrent-server.ts';
import samples from './fixtures/api-page.json' with { type: 'json' };

const shape = (record: object) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, typeof value]));

describe("the API page's own samples", () => {
  test('the answers to create, get and edit hold every member of the record, with its type', async () => {
    await using xurrent = await startXurrent();
    const { description, mail_exceptions_to } = samples.record;
    const created = await xurrent.create({ ...samples.request, description, mail_exceptions_to });
    expect(shape(created)).toMatchObject(shape(samples.record));
    expect(created).toMatchObject({
      ...samples.request,
      name: 'problem.update',
      description,
      mail_exceptions_to,
    });
    const path = `/v1/webhooks/${created.id}`;
    expect((await xurrent.call('GET', path)).body).toEqual(created);
    const edited = await xurrent.call('PATCH', path, { ...samples.request, name: 'Problem Update' });
    expect(shape(edited.body)).toMatchObject(shape(samples.record));
  });

  test('a list has the members of its samples and the nodeID; disabled is a boolean, and there only where true', async () => {
    await using xurrent = await startXurrent();
    await xurrent.create({ name: 'Problem Update' });
    await xurrent.create({ name: 'Request Team Changed', event: 'request.team-changed', disabled: true });
    const { body } = await xurrent.call('GET', '/v1/webhooks');
    const [enabled, disabled] = samples.list;
    expect(shape(body[0])).toEqual({ ...shape(enabled!), nodeID: 'string' });
    const { last_error: _, ...others } = shape(disabled!);
    expect(shape(body[1])).toEqual({ ...others, disabled: 'boolean', nodeID: 'string' });
    expect(Object.keys(body[0]).at(-1)).toBe('nodeID');
  });
});

test('a create answers 200 with the page of the record as its location, and all fields in their order', async () => {
  await using xurrent = await startXurrent();
  const uri = 'https://hooks.example.net/in';
  const answer = await xurrent.call(
    'POST',
    '/v1/webhooks',
    { event: 'problem.update', uri },
    {
      authorization: `Bearer ${xurrent.token}`,
      'user-agent': 'curl/8.5',
    },
  );
  expect(answer).toMatchObject({ status: 200, headers: { location: `${accountUrl}/webhooks/1` } });
  expect(Object.entries(answer.body)).toEqual([
    ['id', 1],
    ['name', 'problem.update'],
    ['event', 'problem.update'],
    ['uri', uri],
    ['disabled', false],
    ['description', null],
    ['attachments', []],
    ['mail_exceptions_to', null],
    ['webhook_policy', null],
    ['openid_connect_discovery', false],
    ['app_offering_references', []],
    ['source', 'curl/8.5'],
    ['sourceID', null],
    ['last_error', null],
    ['verified', false],
    ['created_at', '2026-01-01T00:00:00Z'],
    ['updated_at', '2026-01-01T00:00:00Z'],
    ['nodeID', 'eHVycmVudC5leGFtcGxlL1dlYmhvb2svMQ'],
  ]);
});

test('a record is found by its number and by its nodeID, and in no other account', async () => {
  await using xurrent = await startXurrent();
  const { id, nodeID } = await xurrent.create();
  expect((await xurrent.call('GET', `/v1/webhooks/${nodeID}`)).body.id).toBe(id);
  const other = await xurrent.tenant('globex');
  const theirs = { authorization: `Bearer ${other.key}` };
  for (const path of [`/v1/webhooks/${id}`, `/v1/webhooks/${nodeID}`, '/v1/webhooks/999', '/v1/webhooks/x']) {
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect(await xurrent.call(method, path, undefined, theirs)).toMatchObject({
        status: 404,
        body: { message: 'Not Found' },
      });
    }
  }
  const second = await xurrent.call(
    'POST',
    '/v1/webhooks',
    { event: 'task.create', uri: 'https://a.example/' },
    theirs,
  );
  expect(second.body.id).toBe(id + 1);
});

test('PUT is the same as PATCH: fields that are not sent stay', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create({ description: 'd', sourceID: 's' });
  const { body } = await xurrent.call('PUT', `/v1/webhooks/${id}`, { name: 'New' });
  expect(body).toMatchObject({ name: 'New', description: 'd', sourceID: 's', event: 'problem.update' });
});

test('null and "" clear a field; a cleared name is the event again', async () => {
  await using xurrent = await startXurrent();
  const full = {
    name: 'N',
    description: 'd',
    mail_exceptions_to: 'a@example.com, b@example.com',
    sourceID: 's',
  };
  const { id } = await xurrent.create(full);
  for (const blank of [null, '']) {
    await xurrent.call('PATCH', `/v1/webhooks/${id}`, full);
    const cleared = { name: blank, description: blank, mail_exceptions_to: blank, sourceID: blank };
    expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, cleared)).body).toMatchObject({
      name: 'problem.update',
      description: null,
      mail_exceptions_to: null,
      sourceID: null,
    });
  }
});

test('updated_at moves with a change of the caller, and equals created_at until then', async () => {
  await using xurrent = await startXurrent();
  const { id, created_at } = await xurrent.create();
  await xurrent.confirm();
  await xurrent.clock.advance(60_000);
  const path = `/v1/webhooks/${id}`;
  expect((await xurrent.call('GET', path)).body).toMatchObject({ verified: true, updated_at: created_at });
  expect((await xurrent.call('PATCH', path, {})).body.updated_at).toBe(created_at);
  const renamed = await xurrent.call('PATCH', path, { name: 'New' });
  expect(Date.parse(renamed.body.updated_at)).toBeGreaterThan(Date.parse(created_at));
});

test.each([
  [
    { event: '', uri: ' ' },
    [
      ['event', "Event can't be blank"],
      ['uri', "Uri can't be blank"],
    ],
  ],
  [
    {},
    [
      ['event', "Event can't be blank"],
      ['uri', "Uri can't be blank"],
    ],
  ],
  [{ event: 'change.create' }, [['event', 'Event is not included in the list']]],
  [{ event: ['problem.update'] }, [['event', 'Event is not included in the list']]],
  [{ name: 'n'.repeat(129) }, [['name', 'Name is too long (maximum is 128 characters)']]],
  [{ source: 's'.repeat(31) }, [['source', 'Source is too long (maximum is 30 characters)']]],
  [{ sourceID: 's'.repeat(129) }, [['sourceID', 'SourceID is too long (maximum is 128 characters)']]],
  [
    { description: 'ü'.repeat(32_769) },
    [['description', 'Description is too long (maximum is 65536 bytes)']],
  ],
  [
    { mail_exceptions_to: 'ops@example.com, nobody' },
    [['mail_exceptions_to', 'Mail exceptions to is invalid']],
  ],
  [{ webhook_policy_id: 7 }, [['webhook_policy_id', 'Webhook policy is invalid']]],
  [{ name: 'a\0b' }, [['name', 'Name is invalid']]],
  [
    { description_attachments: [{ filesize: 1 }] },
    [['description_attachments', 'Description attachments is invalid']],
  ],
])('%o is refused with pairs of field and text', async (fields, errors) => {
  await using xurrent = await startXurrent();
  const valid = { event: 'problem.update', uri: 'https://hooks.example.net/in' };
  const body = Object.keys(fields).length === 0 ? {} : { ...valid, ...fields };
  expect(await xurrent.call('POST', '/v1/webhooks', body)).toMatchObject({
    status: 422,
    body: { message: 'Validation Failed', errors },
  });
});

test.each([
  'ftp://a.example/',
  'nowhere',
  'https://',
  'http://10.0.0.1/',
  'http://localhost/',
  'https://a.internal/',
])('the uri %s is invalid, and a second pair says why', async (uri) => {
  await using xurrent = await startXurrent();
  const { status, body } = await xurrent.call('POST', '/v1/webhooks', { event: 'problem.update', uri });
  expect(status).toBe(422);
  expect(body.errors).toEqual([
    ['uri', 'Uri is invalid'],
    ['uri', expect.stringMatching(/^Uri is refused: /) as string],
  ]);
});

test('a uri may hold user:pass@ and a secret query, and reads back so', async () => {
  await using xurrent = await startXurrent();
  const uri = 'HTTP://ada:p%40ss@Hooks.Example.net:8080/in?key=s3cret&b=%20';
  const { id, uri: echoed } = await xurrent.create({ uri });
  expect(echoed).toBe(uri);
  const { endpoint } = await xurrent.webhookNumbered(id);
  expect(endpoint).toMatchObject({
    url: 'http://hooks.example.net:8080/in?key=s3cret&b=%20',
    credentials: { username: 'ada' },
  });
  expect(endpoint.credentials!.password.reveal()).toBe('p@ss');
  const { text } = await xurrent.call('GET', `/v1/webhooks/${id}/audit`);
  expect(text).toContain('ada:****@');
  expect(text).not.toMatch(/p%40ss|p@ss|s3cret/);
});

test('attachments of the description are kept by key, and _destroy removes one', async () => {
  await using xurrent = await startXurrent();
  const { id, attachments } = await xurrent.create({
    description_attachments: [
      { key: 'a.png', filesize: 10, inline: true },
      { key: 'b.pdf', filesize: '20' },
    ],
  });
  expect(attachments).toEqual([
    { key: 'a.png', filesize: 10, inline: true },
    { key: 'b.pdf', filesize: 20, inline: false },
  ]);
  const changed = {
    description_attachments: [
      { key: 'a.png', _destroy: true },
      { key: 'c.txt', filesize: 1 },
    ],
  };
  expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, changed)).body.attachments).toEqual([
    { key: 'b.pdf', filesize: 20, inline: false },
    { key: 'c.txt', filesize: 1, inline: false },
  ]);
});

test('lists are sorted by name then id, split by state, and filtered and sorted as asked', async () => {
  await using xurrent = await startXurrent();
  for (const [name, disabled] of [
    ['b', false],
    ['a', true],
    ['c', false],
    ['a', false],
  ] as const) {
    await xurrent.create({ name, disabled, sourceID: `s-${name}` });
  }
  const ids = async (path: string) =>
    (await xurrent.call('GET', path)).body.map(({ id }: { id: number }) => id);
  expect(await ids('/v1/webhooks')).toEqual([2, 4, 1, 3]);
  expect(await ids('/v1/webhooks/enabled')).toEqual([4, 1, 3]);
  expect(await ids('/v1/webhooks/disabled/')).toEqual([2]);
  expect(await ids('/v1/webhooks?sort=-name,id')).toEqual([3, 1, 2, 4]);
  expect(await ids('/v1/webhooks?name=A')).toEqual([2, 4]);
  expect(await ids('/v1/webhooks?sourceID=!s-a&predefined_filter=enabled')).toEqual([1, 3]);
  expect(await ids('/v1/webhooks?disabled=true&id=>1')).toEqual([2]);
});

test('fields choose the members of a collection; a single record always has all', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  const { body } = await xurrent.call('GET', '/v1/webhooks?fields=source,disabled,verified,nothing');
  expect(Object.keys(body[0])).toEqual(['id', 'disabled', 'source', 'verified', 'nodeID']);
  expect(
    Object.keys((await xurrent.call('GET', `/v1/webhooks/${id}?fields=name&per_page=100`)).body),
  ).toHaveLength(18);
});

test('the audit tells who changed which field, newest first; what we did ourselves was nobody', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  await xurrent.confirm();
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { disabled: true });
  const { status, headers, body } = await xurrent.call('GET', `/v1/webhooks/${id}/audit`);
  expect({ status, total: headers['x-pagination-total-entries'] }).toEqual({ status: 200, total: '3' });
  expect(body).toMatchObject([
    {
      action: 'update',
      created_by: { id: expect.any(Number) as number, name: 'ADMIN_TOKEN' },
      changes: { disabled: [false, true] },
    },
    { action: 'update', created_by: null, changes: { verified: [false, true] } },
    {
      action: 'create',
      changes: { event: [null, 'problem.update'], uri: [null, 'https://hooks.example.net/in'] },
    },
  ]);
  expect(Object.keys(body[0])).toEqual(['id', 'action', 'created_at', 'created_by', 'changes', 'nodeID']);
  expect(body.map((line: { id: number }) => line.id)).toEqual(
    body.map((line: { id: number }) => line.id).toSorted((a: number, b: number) => b - a),
  );
});

test('the audit tells names as they were, and question marks in what is no URL', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create({ sourceID: 'A?x=1' });
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { event: 'problem.create' });
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { name: 'mine', sourceID: 'A?x=2' });
  const { body } = await xurrent.call('GET', `/v1/webhooks/${id}/audit`);
  expect(body.map(({ changes }: { changes: object }) => changes)).toEqual([
    { name: ['problem.update', 'mine'], sourceID: ['A?x=1', 'A?x=2'] },
    { event: ['problem.update', 'problem.create'] },
    expect.objectContaining({ event: [null, 'problem.update'], sourceID: [null, 'A?x=1'] }),
  ]);
  expect(body[2].changes).not.toHaveProperty('name');
});

test('the audit tells policies by their numbers, and none of one that is no more', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  const policy = (await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' })).body.id;
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { webhook_policy_id: policy });
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { webhook_policy_id: null });
  const changes = async () =>
    (await xurrent.call('GET', `/v1/webhooks/${id}/audit`)).body
      .slice(0, 2)
      .map((line: { changes: object }) => line.changes);
  expect(await changes()).toEqual([
    { webhook_policy_id: [policy, null] },
    { webhook_policy_id: [null, policy] },
  ]);
  expect((await xurrent.call('DELETE', `/v1/webhook_policies/${policy}`)).status).toBe(204);
  expect(await changes()).toEqual([{ webhook_policy_id: [null, null] }, { webhook_policy_id: [null, null] }]);
});

test('a deleted webhook is gone, and its number is never used again', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  expect(await xurrent.call('DELETE', `/v1/webhooks/${id}`)).toMatchObject({ status: 204, text: '' });
  expect((await xurrent.call('DELETE', `/v1/webhooks/${id}`)).status).toBe(404);
  expect((await xurrent.create()).id).toBe(id + 1);
});

test('an account is read once at a time, however many lists and creates want all of its webhooks', async () => {
  await using xurrent = await startXurrent();
  const listWebhooks = xurrent.store.listWebhooks.bind(xurrent.store);
  let [reading, most] = [0, 0];
  vi.spyOn(xurrent.store, 'listWebhooks').mockImplementation(async (...asked) => {
    most = Math.max(most, ++reading);
    await new Promise(setImmediate);
    const page = await listWebhooks(...asked);
    reading--;
    return page;
  });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? xurrent.call('GET', '/v1/webhooks') : xurrent.create(),
    ),
  );
  expect(answers).toHaveLength(10);
  expect(most).toBe(1);
});

test('a long audit is read in small parts, of which only the page that was asked for is kept', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  for (let count = 1; count <= 250; count++) {
    await xurrent.clock.advance(1);
    await xurrent.call('PATCH', `/v1/webhooks/${id}`, { description: `change ${count}` });
  }
  const listAudit = xurrent.store.listAudit.bind(xurrent.store);
  let most = 0;
  vi.spyOn(xurrent.store, 'listAudit').mockImplementation(async (...asked) => {
    const page = await listAudit(...asked);
    most = Math.max(most, page.rows.length);
    return page;
  });
  const { body, headers } = await xurrent.call('GET', `/v1/webhooks/${id}/audit?per_page=3&page=2`);
  expect(headers['x-pagination-total-entries']).toBe('251');
  expect(body.map(({ changes }: { changes: { description: string[] } }) => changes.description)).toEqual([
    ['change 246', 'change 247'],
    ['change 245', 'change 246'],
    ['change 244', 'change 245'],
  ]);
  expect(most).toBe(100);
});

test('attachments that come one by one are as many in the end as those that come at once', async () => {
  await using xurrent = await startXurrent();
  const { id } = await xurrent.create();
  const attach = async (from: number) => {
    const description_attachments = Array.from({ length: 50 }, (_, index) => ({
      key: `key ${from + index}`,
    }));
    return xurrent.call('PATCH', `/v1/webhooks/${id}`, { description_attachments });
  };
  expect((await attach(0)).status).toBe(200);
  expect((await attach(50)).status).toBe(200);
  expect((await attach(50)).status).toBe(200);
  expect(await attach(51)).toMatchObject({
    status: 422,
    body: { errors: [['description_attachments', expect.stringContaining('too many') as string]] },
  });
  expect((await xurrent.call('GET', `/v1/webhooks/${id}`)).body.attachments).toHaveLength(100);
});

describe('source of a new webhook', () => {
  const header = (headers: Readonly<Record<string, string>>) => headers;
  const agent = { 'user-agent': 'curl/8.5' };

  test.each([
    ['the field', { source: 'field' }, header({ 'x-4me-source': 'header', ...agent }), 'field'],
    ['X-4me-Source', { source: '' }, header({ 'x-4me-source': 'Ruby Script', ...agent }), 'Ruby Script'],
    ['X-Xurrent-Source', {}, header({ 'x-4me-source': ' ', 'x-xurrent-source': 'x', ...agent }), 'x'],
    ['the User-Agent', { source: null }, header(agent), 'curl/8.5'],
    ['a header, cut to 30 characters', {}, header({ 'x-4me-source': 's'.repeat(31) }), 's'.repeat(30)],
    ['the product', {}, header({ 'user-agent': '' }), 'Xurrent API'],
  ])('is %s', async (_, fields, headers, source) => {
    await using xurrent = await startXurrent();
    const body = { event: 'problem.update', uri: 'https://hooks.example.net/in', ...fields };
    const authorization = `Bearer ${xurrent.token}`;
    const created = await xurrent.call('POST', '/v1/webhooks', body, { authorization, ...headers });
    expect(created.body.source).toBe(source);
    const path = `/v1/webhooks/${created.body.id as number}`;
    const changed = await xurrent.call(
      'PATCH',
      path,
      { name: 'x' },
      { authorization, 'x-4me-source': 'other' },
    );
    expect(changed.body.source).toBe(source);
  });

  test.each([
    ['4me', '4me API'],
    ['r-service', 'R-Service API'],
  ])('is the product of the brand %s in the end', async (brand, source) => {
    await using xurrent = await startXurrent({ brand });
    const headers = { authorization: `Bearer ${xurrent.token}`, 'user-agent': '' };
    const body = { event: 'problem.update', uri: 'https://hooks.example.net/in' };
    expect((await xurrent.call('POST', '/v1/webhooks', body, headers)).body.source).toBe(source);
  });
});

test('every scalar may come as a text, as the Ruby SDK sends them', async () => {
  await using xurrent = await startXurrent();
  const { body: policy } = await xurrent.call('POST', '/v1/webhook_policies', {
    jwt_alg: 'es256',
    jwt_claim_expires_in: '5',
    disabled: 'false',
  });
  expect(policy).toMatchObject({ jwt_claim_expires_in: 5, disabled: false });
  const texts = { disabled: 'true', webhook_policy_id: String(policy.id), openid_connect_discovery: 'true' };
  const { id, ...created } = await xurrent.create(texts);
  expect(created).toMatchObject({
    disabled: true,
    webhook_policy: { id: policy.id as number },
    openid_connect_discovery: true,
  });
  const cleared = { disabled: 'false', webhook_policy_id: '', openid_connect_discovery: '' };
  expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, cleared)).body).toMatchObject({
    disabled: false,
    webhook_policy: null,
    openid_connect_discovery: false,
  });
});

test.each([
  ['webhook_policy_id', 1],
  ['webhook_policy_id', '1'],
  ['webhook_policy', 1],
  ['webhook_policy', { id: 1 }],
  ['webhook_policy', { id: '1' }],
])('%s: %j links a policy, which reads back as a reference', async (field, value) => {
  await using xurrent = await startXurrent();
  const { body: policy } = await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' });
  const { id, webhook_policy } = await xurrent.create({ [field]: value });
  expect(Object.entries(webhook_policy)).toEqual([
    ['id', policy.id],
    ['name', policy.name],
    ['nodeID', policy.nodeID],
  ]);
  for (const unlinked of [null, '']) {
    await xurrent.call('PATCH', `/v1/webhooks/${id}`, { [field]: value });
    const { body } = await xurrent.call('PATCH', `/v1/webhooks/${id}`, { [field]: unlinked });
    expect(body.webhook_policy).toBeNull();
  }
});

test('unknown and read-only fields are ignored', async () => {
  await using xurrent = await startXurrent();
  const given = {
    id: 99,
    nodeID: 'x',
    last_error: 'x',
    verified: true,
    created_at: 'x',
    attachments: [1],
    no: {},
  };
  const created = await xurrent.create(given);
  expect(created).toMatchObject({ id: 1, last_error: null, verified: false, attachments: [] });
  expect(created).not.toHaveProperty('no');
});

test('the longest of everything is taken', async () => {
  await using xurrent = await startXurrent();
  const longest = {
    name: '🐘'.repeat(128),
    uri: `https://hooks.example.net/${'u'.repeat(2_048 - 26)}`,
    description: 'ü'.repeat(32_768),
    source: 's'.repeat(30),
    sourceID: 's'.repeat(128),
  };
  expect(longest.uri).toHaveLength(2_048);
  expect(await xurrent.create(longest)).toMatchObject(longest);
  const { status, body } = await xurrent.call('POST', '/v1/webhooks', {
    event: 'task.create',
    uri: `${longest.uri}u`,
  });
  expect({ status, errors: body.errors }).toEqual({
    status: 422,
    errors: [['uri', 'Uri is too long (maximum is 2048 characters)']],
  });
});

test('references of app offerings are an array of texts, and [] clears them', async () => {
  await using xurrent = await startXurrent();
  const references = ['mine', 'ours'];
  const { id, app_offering_references } = await xurrent.create({
    event: 'app_instance.update',
    app_offering_references: references,
  });
  expect(app_offering_references).toEqual(references);
  for (const none of [[], null, '']) {
    await xurrent.call('PATCH', `/v1/webhooks/${id}`, { app_offering_references: references });
    const { body } = await xurrent.call('PATCH', `/v1/webhooks/${id}`, { app_offering_references: none });
    expect(body.app_offering_references).toEqual([]);
  }
});
