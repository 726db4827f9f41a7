import { expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';
import { hourMs } from '../../../domain/clock.ts';

const types = '/api/v1/event-types';
const schema = { type: 'object', required: ['invoice'] };

test("a tenant's event type is created, read, changed, archived and deleted", async () => {
  await using native = await startNative();

  const created = await native.call('POST', types, {
    name: 'invoice.paid',
    description: 'An invoice is paid.',
    group: 'billing',
    schema,
    examples: [{ invoice: 'in_7' }],
  });
  const changed = await native.call('PATCH', `${types}/invoice.paid`, { description: null, archived: true });
  const back = await native.call('PATCH', `${types}/invoice.paid`, {
    group: null,
    archived: false,
    examples: null,
  });
  const deleted = await native.call('DELETE', `${types}/invoice.paid`);
  const gone = await native.call('GET', `${types}/invoice.paid`);

  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    name: 'invoice.paid',
    dialect: 'native',
    builtIn: false,
    group: 'billing',
    schemaVersion: 1,
    schemas: [{ version: 1, schema }],
    examples: [{ invoice: 'in_7' }],
    archivedAt: null,
  });
  expect(changed.body).toMatchObject({ description: '', archivedAt: expect.any(String), schemaVersion: 1 });
  expect(back.body).toMatchObject({ group: null, archivedAt: null, examples: [] });
  expect([deleted.status, gone.status]).toEqual([204, 404]);
});

test('a schema is added as the next version; earlier ones stay as they are', async () => {
  await using native = await startNative();
  await native.call('POST', types, { name: 'invoice.paid', schema });

  const { status, body } = await native.call('POST', `${types}/invoice.paid/schemas`, {
    schema: { type: 'object' },
  });
  const bad = await native.call('POST', `${types}/invoice.paid/schemas`, { schema: { type: 'thing' } });
  const missing = await native.call('POST', `${types}/invoice.paid/schemas`, {});
  const patched = await native.call('PATCH', `${types}/invoice.paid`, { schema: {} });

  expect(status).toBe(201);
  expect(body.schemas).toMatchObject([
    { version: 1, schema },
    { version: 2, schema: { type: 'object' } },
  ]);
  expect(bad.body.errors[0].pointer).toMatch(/^\/schema/);
  expect(missing.body.errors).toMatchObject([{ pointer: '/schema', rule: 'required' }]);
  expect(patched.status).toBe(422);
});

test('the built-in catalogues are listed beside the own types, and can not be changed', async () => {
  await using native = await startNative();
  await native.call('POST', types, { name: 'invoice.paid' });

  const all = await native.call('GET', `${types}?limit=250`);
  const own = await native.call('GET', `${types}?dialect=native`);
  const confluence = await native.call('GET', `${types}?dialect=confluence&limit=250`);
  const one = await native.call('GET', `${types}/page_created`);
  const taken = await native.call('POST', types, { name: 'page_created' });
  const changed = await native.call('PATCH', `${types}/page_created`, { description: 'x' });
  const removed = await native.call('DELETE', `${types}/page_created`);

  const names = (list: { body: { data: { name: string }[] } }) => list.body.data.map(({ name }) => name);
  expect(names(own)).toEqual(['invoice.paid']);
  expect(names(confluence)).toHaveLength(43);
  expect(names(all)).toEqual([...names(confluence), 'invoice.paid']);
  expect(one.body).toMatchObject({ dialect: 'confluence', builtIn: true, schemas: [] });
  expect([taken.status, changed.status, removed.status]).toEqual([409, 409, 409]);
});

test.each([
  ['/name', { name: 'a b' }],
  ['/name', {}],
  ['/group', { name: 'a', group: '' }],
  ['/schema', { name: 'a', schema: 7 }],
  ['/examples', { name: 'a', examples: {} }],
  ['/other', { name: 'a', other: 1 }],
])('an event type is refused at %s for %j', async (pointer, given) => {
  await using native = await startNative();

  const { status, body } = await native.call('POST', types, given);

  expect(status).toBe(422);
  expect(body.errors[0].pointer).toBe(pointer);
});

test('event types are found by state and time of creation, built-in ones by neither time nor archive', async () => {
  await using native = await startNative();
  await native.call('POST', types, { name: 'first' });
  await native.clock.advance(hourMs);
  await native.call('POST', types, { name: 'second' });
  await native.call('PATCH', `${types}/second`, { archived: true });
  const list = async (query: string): Promise<{ name: string; builtIn: boolean }[]> =>
    (await native.call('GET', `${types}?limit=250&${query}`)).body.data;
  const namesOf = async (query: string) => (await list(query)).map(({ name }) => name);

  expect(await namesOf('from=2026-01-01T00:30:00Z')).toEqual(['second']);
  expect(await namesOf('to=2026-01-01T00:30:00Z')).toEqual(['first']);
  expect(await namesOf('state=archived')).toEqual(['second']);
  const active = await list('state=active');
  expect(active.filter(({ builtIn }) => !builtIn).map(({ name }) => name)).toEqual(['first']);
  expect(active.some(({ builtIn }) => builtIn)).toBe(true);
});
