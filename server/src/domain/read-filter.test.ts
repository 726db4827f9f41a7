// Which filters are taken, and what those that are not are told.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterLimits } from './filter.ts';
import { filterOf, readFilter } from './read-filter.ts';

/** The problems of a filter that lies at `/filter`. */
function problemsOf(given: unknown) {
  const read = readFilter(given, '/filter');
  return read.ok ? [] : read.problems.map(({ pointer, rule }) => [pointer, rule]);
}

test.each<[object]>([
  [{ type: 'invoice.paid' }],
  [{ 'data.amount': { $gte: 100, $lt: 1e3 } }],
  [{ 'data.paid': true, 'data.note': null }],
  [{ 'data.currency': { $in: ['EUR', null, 1, true] }, 'data.state': { $nin: ['void'] } }],
  [{ $or: [{ 'actor.id': 'u1' }, { $and: [{ 'scope.type': 'space' }, { channels: { $all: ['eu'] } }] }] }],
  [{ $nor: [{ 'object.related': 'https://example.com/' }] }],
  [{ 'data.tags': { $size: 0 }, 'data.x': { $exists: false } }],
  [{ 'data.items': { $elemMatch: { sku: 'a', $or: [{ 'price.net': { $gt: 1 } }] } } }],
  [{ 'data.items': { $elemMatch: { $gt: 1, $lt: 2 } } }],
  [{ 'data.amount': { $not: { $gte: 100 } } }],
  [{ occurredAt: { $gte: '2026-05-01T12:00:00.000Z' } }],
  [{ source: '/billing', orderingKey: 'a', instanceName: 'b', 'object.nodeId': 'c' }],
  [{ 'data.$ref': 'a', 'data.items.0.constructor.__proto__': 1 }],
])('%j is taken, and reads the same once it is stored', (given) => {
  const read = readFilter(given);
  expect(read).toMatchObject({ ok: true, filter: { given } });
  expect(filterOf(JSON.parse(JSON.stringify(given)))).toEqual(read.ok && read.filter);
});

test.each<[unknown, string, string]>([
  ['a', '/filter', 'type'],
  [[], '/filter', 'type'],
  [null, '/filter', 'type'],
  [{}, '/filter', 'empty'],
  [{ amount: 1 }, '/filter/amount', 'path'],
  [{ 'payload.amount': 1 }, '/filter/payload.amount', 'path'],
  [{ 'constructor.name': 1 }, '/filter/constructor.name', 'path'],
  [{ 'data..x': 1 }, '/filter/data..x', 'path'],
  [{ 'data.': 1 }, '/filter/data.', 'path'],
  [{ '': 1 }, '/filter/', 'path'],
  [{ data: { $exists: true } }, '/filter/data', 'path'],
  [{ 'actor.email': 'a' }, '/filter/actor.email', 'path'],
  [{ 'type.x': 'a' }, '/filter/type.x', 'path'],
  [{ data: { amount: { $gte: 1 } } }, '/filter/data', 'path'],
  [{ 'data.address': { city: 'Rome' } }, '/filter/data.address', 'path'],
  [{ 'data.address': {} }, '/filter/data.address', 'path'],
  [{ 'data.tags': ['a'] }, '/filter/data.tags', 'type'],
  [{ 'data.x': { $regex: '(a+)+$' } }, '/filter/data.x/$regex', 'operator'],
  [{ 'data.x': { $not: { $regex: '^a' } } }, '/filter/data.x/$not/$regex', 'operator'],
  [{ 'data.x': { $mod: [2, 0] } }, '/filter/data.x/$mod', 'operator'],
  [{ 'data.x': { $or: [{ $gt: 1 }] } }, '/filter/data.x/$or', 'operator'],
  [{ 'data.x': { $gt: 1, y: 2 } }, '/filter/data.x/y', 'operator'],
  [{ $where: 'sleep(1000)' }, '/filter/$where', 'operator'],
  [{ $expr: { $gt: ['$a', 1] } }, '/filter/$expr', 'operator'],
  [{ $gt: 1 }, '/filter/$gt', 'operator'],
  [{ $or: [] }, '/filter/$or', 'type'],
  [{ $or: { type: 'a' } }, '/filter/$or', 'type'],
  [{ $or: [{}] }, '/filter/$or/0', 'empty'],
  [{ $and: ['a'] }, '/filter/$and/0', 'type'],
  [{ 'data.x': { $in: [] } }, '/filter/data.x/$in', 'type'],
  [{ 'data.x': { $in: 'a' } }, '/filter/data.x/$in', 'type'],
  [{ 'data.x': { $in: [['a']] } }, '/filter/data.x/$in/0', 'type'],
  [{ 'data.x': { $eq: {} } }, '/filter/data.x/$eq', 'type'],
  [{ 'data.x': { $gt: true } }, '/filter/data.x/$gt', 'type'],
  [{ 'data.x': { $gt: null } }, '/filter/data.x/$gt', 'type'],
  [{ 'data.x': { $exists: 1 } }, '/filter/data.x/$exists', 'type'],
  [{ 'data.x': { $size: -1 } }, '/filter/data.x/$size', 'type'],
  [{ 'data.x': { $size: 1.5 } }, '/filter/data.x/$size', 'type'],
  [{ 'data.x': { $not: 5 } }, '/filter/data.x/$not', 'type'],
  [{ 'data.x': { $elemMatch: {} } }, '/filter/data.x/$elemMatch', 'empty'],
  [{ 'data.x': { $elemMatch: { $gt: 1, y: 1 } } }, '/filter/data.x/$elemMatch/y', 'operator'],
  [{ occurredAt: { $gt: '2026-05-01' } }, '/filter/occurredAt/$gt', 'date_time'],
  [{ occurredAt: '2026-02-30T00:00:00.000Z' }, '/filter/occurredAt', 'date_time'],
  [{ 'data.a/b~c': [] }, '/filter/data.a~1b~0c', 'type'],
])('%j is refused at %s by the rule %s', (given, pointer, rule) => {
  expect(problemsOf(given)).toEqual([[pointer, rule]]);
});

test('INP-05: a number is taken as it is compared: no overflow, no whole number that a double would change', () => {
  for (const text of ['1e400', '-1e400', '9007199254740993', '12345678901234567890', '1e22']) {
    expect(problemsOf(JSON.parse(`{"data.x":${text}}`))).toEqual([['/filter/data.x', 'number']]);
  }
  for (const text of ['-0', '9007199254740991', '0.1000000000000000055', '1e3', '5e-324']) {
    expect(problemsOf(JSON.parse(`{"data.x":{"$lte":${text}}}`))).toEqual([]);
  }
});

test('INP-10: what would take long to decide is refused when it is saved', () => {
  const conditions = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`data.x${index}`, index]));
  const nested = (levels: number): object => (levels === 1 ? { type: 'a' } : { $or: [nested(levels - 1)] });
  const values = (count: number) => ({
    'data.x': { $in: Array.from({ length: count }, (_, index) => index) },
  });

  expect(problemsOf(conditions(filterLimits.conditionsMax))).toEqual([]);
  expect(problemsOf(conditions(filterLimits.conditionsMax + 1))).toEqual([['/filter', 'conditions']]);
  expect(problemsOf({ 'data.x': { $elemMatch: conditions(filterLimits.elementConditionsMax) } })).toEqual([]);
  expect(problemsOf({ 'data.x': { $elemMatch: conditions(filterLimits.elementConditionsMax + 1) } })).toEqual(
    [['/filter/data.x/$elemMatch', 'conditions']],
  );
  expect(problemsOf(nested(filterLimits.depthMax))).toEqual([]);
  expect(problemsOf(nested(filterLimits.depthMax + 1))).toMatchObject([[expect.any(String), 'depth']]);
  expect(problemsOf(values(filterLimits.alternativesMax))).toEqual([]);
  expect(problemsOf(values(filterLimits.alternativesMax + 1))).toEqual([
    ['/filter/data.x/$in', 'alternatives'],
  ]);
  expect(problemsOf(values(10_000))).toEqual([['/filter', 'size']]);
  expect(problemsOf({ 'data.x': 'a'.repeat(filterLimits.bytesMax) })).toEqual([['/filter', 'size']]);
});

test('everything that is wrong is told at once', () => {
  const given = { amount: 1, 'data.x': { $regex: 'a', $in: [] }, $or: [{ 'actor.email': 'a' }] };
  expect(problemsOf(given).map(([pointer]) => pointer)).toEqual([
    '/filter/amount',
    '/filter/data.x/$regex',
    '/filter/data.x/$in',
    '/filter/$or/0/actor.email',
  ]);
});

const names =
  '$or $and $nor $not $in $gt $elemMatch $size $exists $where type data.x data.__proto__.y hasOwnProperty toString';
const name = fc.constantFrom(...names.split(' '), '');
const hostile = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('whatever is sent is taken or refused with a place and a sentence, and never breaks', () => {
  fc.assert(
    fc.property(hostile, (given) => {
      const read = readFilter(given, '/filter');
      const problems = read.ok ? [] : read.problems;
      expect(problems.length > 0).toBe(!read.ok);
      expect(
        problems.filter(({ pointer, message }) => !pointer.startsWith('/filter') || message === ''),
      ).toEqual([]);
      const again = read.ok ? filterOf(read.filter.given) : undefined;
      expect(again).toEqual(read.ok ? read.filter : undefined);
    }),
    { numRuns: 2_000 },
  );
});
