// What filters make of events. Where MongoDB's documentation says what a query finds, the same is found here.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentOfEvent, routedOf } from './match.ts';
import { makeContent } from './filter-content.ts';
import { meets, takes as isTaken } from './filter-match.ts';
import { filterOf } from './read-filter.ts';

/** Whether a filter takes an event with this data, as it was published. */
function takes(filter: object, dataText: string): boolean {
  const data = new TextEncoder().encode(dataText);
  const { content } = routedOf({ type: 'invoice.paid', occurredAt: 0, data, context: {} });
  return meets(filterOf(filter as Record<string, unknown>).condition, content());
}

test.each<[object, object, boolean]>([
  [{ 'data.a': 1 }, { a: 1 }, true],
  [{ 'data.a': 1 }, { a: 2 }, false],
  [{ 'data.a': 1 }, { a: '1' }, false],
  [{ 'data.a': 1 }, {}, false],
  [{ 'data.a': true }, { a: 1 }, false],
  [{ 'data.a.b': 'x' }, { a: { b: 'x' } }, true],
  [{ 'data.a.b': 'x' }, { 'a.b': 'x' }, false],
  // Null is found where the member is null or missing.
  [{ 'data.a': null }, { a: null }, true],
  [{ 'data.a': null }, {}, true],
  [{ 'data.a.b': null }, { a: 5 }, true],
  [{ 'data.a': null }, { a: 0 }, false],
  [{ 'data.a': null }, { a: {} }, false],
  [{ 'data.a': null }, { a: [] }, false],
  [{ 'data.a': { $in: ['x', null] } }, {}, true],
  [{ 'data.a': { $ne: null } }, {}, false],
  [{ 'data.a': { $exists: true } }, { a: null }, true],
  [{ 'data.a': { $exists: false } }, { a: null }, false],
  [{ 'data.a.b': { $exists: false } }, { a: [] }, true],
  // Of a list, each element counts.
  [{ 'data.tags': 'x' }, { tags: ['w', 'x'] }, true],
  [{ 'data.tags': { $ne: 'x' } }, { tags: ['w', 'x'] }, false],
  [{ 'data.tags': { $nin: ['y', 'z'] } }, { tags: ['w', 'x'] }, true],
  [{ 'data.tags': { $all: ['x', 'w'] } }, { tags: ['w', 'x', 'y'] }, true],
  [{ 'data.tags': { $all: ['x', 'z'] } }, { tags: ['w', 'x', 'y'] }, false],
  [{ 'data.tags': { $all: ['x'] } }, { tags: 'x' }, true],
  [{ 'data.tags': { $size: 2 } }, { tags: ['w', 'x'] }, true],
  [{ 'data.tags': { $size: 0 } }, { tags: [] }, true],
  [{ 'data.tags': { $size: 1 } }, { tags: 'x' }, false],
  [{ 'data.items.sku': 'b' }, { items: [{ sku: 'a' }, { sku: 'b' }] }, true],
  [{ 'data.items.sku': null }, { items: [{ sku: 'a' }, {}] }, true],
  [{ 'data.items.sku': null }, { items: [1, 'a'] }, false],
  [{ 'data.items.1.sku': 'b' }, { items: [{ sku: 'a' }, { sku: 'b' }] }, true],
  [{ 'data.items.0.sku': 'b' }, { items: [{ sku: 'a' }, { sku: 'b' }] }, false],
  [{ 'data.items.2': { $exists: true } }, { items: [1, 2] }, false],
  [{ 'data.map.0': 'x' }, { map: { 0: 'x' } }, true],
  [{ 'data.nested': 'x' }, { nested: [['x']] }, false],
  // Each operator may be met by another element; one element meets all of $elemMatch.
  [{ 'data.n': { $gt: 5, $lt: 3 } }, { n: [1, 9] }, true],
  [{ 'data.n': { $elemMatch: { $gt: 5, $lt: 3 } } }, { n: [1, 9] }, false],
  [{ 'data.n': { $elemMatch: { $gt: 3, $lt: 5 } } }, { n: [1, 4, 9] }, true],
  [{ 'data.i': { $elemMatch: { a: 1, b: 2 } } }, { i: [{ a: 1 }, { b: 2 }] }, false],
  [{ 'data.i': { $elemMatch: { a: 1, b: { $gte: 2 } } } }, { i: [{ a: 1, b: 3 }] }, true],
  [{ 'data.i': { $elemMatch: { a: null } } }, { i: [1, 'x'] }, false],
  [{ 'data.i': { $elemMatch: { a: 1 } } }, { i: { a: 1 } }, false],
  [{ 'data.i': { $elemMatch: { $or: [{ a: 1 }, { a: 2 }] } } }, { i: [{ a: 2 }] }, true],
  [{ 'data.i': { $elemMatch: { t: { $elemMatch: { x: 1 } } } } }, { i: [{ t: [{ x: 1 }] }] }, true],
  // An order is of one kind only.
  [{ 'data.a': { $gt: 5 } }, { a: '9' }, false],
  [{ 'data.a': { $gt: 'b' } }, { a: 'c' }, true],
  [{ 'data.a': { $gte: 'b' } }, { a: 'b' }, true],
  [{ 'data.a': { $lt: 'b' } }, { a: 'B' }, true],
  [{ 'data.a': { $lt: 5 } }, {}, false],
  [{ 'data.a': { $lte: 5 } }, { a: null }, false],
  [{ 'data.a': { $not: { $gte: 5 } } }, {}, true],
  [{ 'data.a': { $not: { $gte: 5 } } }, { a: [1, 9] }, false],
  [{ 'data.a': { $not: { $gt: 1, $lt: 5 } } }, { a: 7 }, true],
  [{ 'data.a': { $not: { $not: { $gt: 1 } } } }, { a: 7 }, true],
  [{ $or: [{ 'data.a': 1 }, { 'data.b': 1 }] }, { b: 1 }, true],
  [{ $nor: [{ 'data.a': 1 }, { 'data.b': 1 }] }, { b: 1 }, false],
  [{ $and: [{ 'data.a': 1 }, { 'data.b': 1 }] }, { b: 1 }, false],
  [{ 'data.a': 1, $or: [{ 'data.b': 1 }, { 'data.b': 2 }] }, { a: 1, b: 2 }, true],
])('%j and the data %j: %s', (filter, data, taken) => {
  expect(takes(filter, JSON.stringify(data))).toBe(taken);
});

test.each<[string, boolean]>([
  ['{"n":1e400}', true],
  ['{"n":-1e400}', false],
  ['{"n":12345678901234567890}', true],
  ['{"n":9007199254740992}', true],
  ['{"n":9007199254740993}', true],
  ['{"n":9007199254740991}', false],
  ['{"n":9007199254740990.9999}', false],
  ['{"n":"9007199254740993"}', false],
])('INP-05: %s is above the greatest whole number of a filter: %s', (data, above) => {
  expect(takes({ 'data.n': { $gt: 9_007_199_254_740_991 } }, data)).toBe(above);
});

test('INP-05: zero has no sign, equal doubles are equal, and what overflows equals no number of a filter', () => {
  expect(takes({ 'data.n': 0 }, '{"n":-0}')).toBe(true);
  expect(takes({ 'data.n': { $in: [0] } }, '{"n":-0.0}')).toBe(true);
  expect(takes({ 'data.n': { $lt: 0 } }, '{"n":-0}')).toBe(false);
  expect(takes(JSON.parse('{"data.n":-0}'), '{"n":0}')).toBe(true);
  expect(takes({ 'data.n': 0.1 }, '{"n":0.1000000000000000055}')).toBe(true);
  expect(takes({ 'data.n': 1 }, '{"n":1.0}')).toBe(true);
  expect(takes({ 'data.n': Number.MAX_VALUE / 3 / 1e300 }, '{"n":1e400}')).toBe(false);
});

test('INP-05: whole numbers of any length compare exactly with those of a filter', () => {
  const safe = fc.maxSafeInteger();
  const whole = fc.oneof(safe.map(BigInt), fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }));
  fc.assert(
    fc.property(safe, whole, (limit, value) => {
      const data = `{"n":${value}}`;
      expect(takes({ 'data.n': { $gt: limit } }, data)).toBe(value > BigInt(limit));
      expect(takes({ 'data.n': { $lte: limit } }, data)).toBe(value <= BigInt(limit));
      expect(takes({ 'data.n': limit }, data)).toBe(value === BigInt(limit));
    }),
  );
});

test('a path finds own members only, whatever the data is called', () => {
  for (const path of [
    'constructor',
    '__proto__',
    'toString',
    'constructor.name',
    'text.length',
    'list.length',
  ]) {
    expect(takes({ [`data.${path}`]: { $exists: true } }, '{"text":"abc","list":[1,2]}')).toBe(false);
  }
  const data = '{"__proto__":{"x":1},"constructor":{"name":"a"},"hasOwnProperty":1,"toJSON":2,"length":3}';
  expect(takes({ 'data.__proto__.x': 1, 'data.constructor.name': 'a' }, data)).toBe(true);
  expect(takes({ 'data.hasOwnProperty': 1, 'data.toJSON': 2, 'data.length': 3 }, data)).toBe(true);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('every part of an event that a publisher names can be asked for', () => {
  const event = {
    type: 'page.created',
    occurredAt: Date.parse('2026-05-01T12:00:00Z'),
    context: {
      actor: { id: 'u1', key: 'k' },
      object: { type: 'page', id: 'p1', related: ['https://example.com/a'] },
      scope: { type: 'space', id: 's1' },
      channels: ['eu', 'beta'],
      source: '/wiki',
      orderingKey: 'p1',
      instanceName: 'main',
    },
  };
  const content = contentOfEvent(event, () => expect.unreachable('no condition is about the data'));
  const isMet = (filter: Record<string, unknown>) => meets(filterOf(filter).condition, content);

  const whole = {
    type: 'page.created',
    occurredAt: { $gte: '2026-05-01T12:00:00.000Z', $lt: '2026-05-01T12:00:00.001Z' },
    'actor.id': 'u1',
    'actor.name': { $exists: false },
    'object.related': 'https://example.com/a',
    'scope.id': 's1',
    channels: { $all: ['eu', 'beta'] },
    source: '/wiki',
    orderingKey: 'p1',
    instanceName: 'main',
  };
  expect(isMet(whole)).toBe(true);
  expect(isMet({ type: 'page' })).toBe(false);
  expect(isMet({ channels: 'us' })).toBe(false);
});

test('INP-10: a path is looked up once for an event, however many conditions of however many webhooks name it', () => {
  let looks = 0;
  const amounts = Array.from({ length: 1_000 }, (_, index) => index);
  const content = makeContent(() => {
    looks++;
    return { amounts };
  });
  const filters = Array.from({ length: 1_000 }, (_, webhook) => {
    const limits = Array.from({ length: 99 }, (__, index) => ({ 'data.amounts': { $gt: index } }));
    return filterOf({ $and: [...limits, { 'data.amounts': { $lt: webhook - 500 } }] });
  });

  expect(filters.filter(({ condition }) => meets(condition, content))).toHaveLength(499);
  expect(looks).toBe(1);
});

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('a', 'b', ''),
  fc.boolean(),
  fc.constant(null),
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('x', 'y', '0', '__proto__'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('a negation is the opposite, alternatives are enough alone, and the order of conditions counts for nothing', () => {
  const operators = fc.oneof(
    scalar.map((value) => ({ $eq: value })),
    fc.array(scalar, { minLength: 1, maxLength: 3 }).map((values) => ({ $in: values })),
    fc.integer({ min: -3, max: 3 }).map((limit) => ({ $gte: limit })),
    fc.boolean().map((wanted) => ({ $exists: wanted })),
    fc.nat(3).map((length) => ({ $size: length })),
    fc.integer().map((limit) => ({ $elemMatch: { $lt: limit } })),
  );
  const path = fc.constantFrom('data.x', 'data.x.y', 'data.y.0', 'data.x.x', 'data.__proto__.x');
  const condition = fc
    .tuple(path, operators)
    .map(([at, test_]) => ({ at, test: test_, query: { [at]: test_ } }));
  fc.assert(
    fc.property(condition, condition, fc.dictionary(fc.constantFrom('x', 'y'), json), (one, other, data) => {
      const text = JSON.stringify(data);
      const [first, second] = [takes(one.query, text), takes(other.query, text)];
      expect(takes({ [one.at]: { $not: one.test } }, text)).toBe(!first);
      expect(takes({ $nor: [one.query, other.query] }, text)).toBe(!first && !second);
      expect(takes({ $or: [other.query, one.query] }, text)).toBe(first || second);
      expect(takes({ $and: [one.query, other.query] }, text)).toBe(first && second);
    }),
  );
});

test('however many filters ask into long lists, so many elements are looked at and no more, and what is left undecided is delivered', () => {
  const list = JSON.stringify({ l: Array.from({ length: 90_000 }, () => ({})), small: 1 });
  const data = new TextEncoder().encode(list);
  const { content } = routedOf({ type: 'invoice.paid', occurredAt: 0, data, context: {} });
  const filters = Array.from({ length: 50 }, (_, number) =>
    filterOf(number % 10 < 9 ? { [`data.l.f${number}`]: 1 } : { 'data.l': { $elemMatch: { a: 1, b: 2 } } }),
  );
  const taken = filters.map(({ condition }) => isTaken(condition, content()));
  expect(taken.indexOf(true)).toBeGreaterThan(0);
  expect(taken.slice(taken.indexOf(true))).not.toContain(false);
  expect(content().looks.left).toBeGreaterThan(-100_000);
  expect(isTaken(filterOf({ 'data.small': 2 }).condition, content())).toBe(false);
  expect(isTaken(filterOf({ 'data.small': 1 }).condition, content())).toBe(true);
});
