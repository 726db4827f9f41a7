import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlPlane, firstPage, type ControlPlane } from '../../test/control-plane.ts';
import type { EventTypeDraft } from './event-types.ts';

let plane: ControlPlane;
beforeEach(async () => void (plane = await controlPlane()));
afterEach(() => plane[Symbol.asyncDispose]());

const draft: EventTypeDraft = {
  name: 'invoice.paid',
  description: 'An invoice was paid',
  group: 'billing',
  schema: null,
  examples: [{ amount: 12 }],
};
const create = (more: Partial<EventTypeDraft> = {}) =>
  plane.eventTypes.create(plane.admin, { ...draft, ...more });

test('an event type is created, listed, changed, archived and removed', async () => {
  const type = await create();
  expect((await plane.eventTypes.list(plane.tenantId, {}, firstPage)).rows).toEqual([type]);
  const described = await plane.eventTypes.update(plane.admin, type.name, { description: 'Paid' });
  expect(described).toMatchObject({ description: 'Paid', group: 'billing', archivedAt: null });
  const archived = await plane.eventTypes.update(plane.admin, type.name, { archived: true });
  expect(archived.archivedAt).toBe(plane.clock.wall());
  expect(await plane.eventTypes.update(plane.admin, type.name, { archived: false })).toMatchObject({
    archivedAt: null,
  });
  await plane.eventTypes.remove(plane.admin, type.name);
  const gone = plane.eventTypes.get(plane.tenantId, type.name);
  await expect(gone).rejects.toMatchObject({ code: 'not_found' });
});

test('a name is taken once, built-in names included', async () => {
  await create();
  await expect(create()).rejects.toMatchObject({ code: 'conflict' });
  await expect(create({ name: 'page_created' })).rejects.toMatchObject({ code: 'conflict' });
});

test.each(['', 'a b', 'a..b', '.a', 'a.', 'a*', 'é', 'a%', 'a\r\n', 'x'.repeat(129)])(
  'INP-08: the name %j is refused',
  async (name) => {
    await expect(create({ name })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ pointer: '/name', rule: 'format' }],
    });
  },
);

test('each schema is a new version, also when two come at once', async () => {
  const { name } = await create({ schema: { type: 'object' } });
  const add = (schema: object) => plane.eventTypes.update(plane.admin, name, { schema });
  await Promise.all([add({ required: ['a'] }), add({ required: ['b'] })]);
  const { schemas } = await plane.eventTypes.get(plane.tenantId, name);
  expect(schemas.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(schemas.slice(1).map(({ schema }) => schema)).toEqual(
    expect.arrayContaining([{ required: ['a'] }, { required: ['b'] }]),
  );
});

test.each([
  [{ type: 'strin' }, '/schema/type'],
  [{ properties: { a: 1 } }, '/schema/properties/a'],
  [{ required: 'a' }, '/schema/required'],
  ['text', '/schema'],
  [[], '/schema'],
  [{ $schema: 'http://json-schema.org/draft-07/schema#' }, '/schema'],
])('what is no JSON Schema is refused: %j', async (schema, pointer) => {
  await expect(create({ schema })).rejects.toMatchObject({
    code: 'invalid',
    problems: [{ pointer, rule: 'json_schema' }],
  });
});

test('P26: another tenant does not see it', async () => {
  const { name } = await create();
  const other = await plane.tenants.create(plane.admin, { name: 'other' });
  await expect(plane.eventTypes.get(other.id, name)).rejects.toMatchObject({ code: 'not_found' });
});
