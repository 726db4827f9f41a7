import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { compileCheck } from './check.ts';

const closed = { additionalProperties: false };
const Sample = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 5 }),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('paused')])),
    at: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
    tags: Type.Optional(Type.Array(Type.String(), { maxItems: 2, uniqueItems: true })),
    code: Type.Optional(
      Type.String({
        pattern: '^[a-z]+$',
        'x-rule': 'must be of lower-case letters',
        description: 'Of the country',
      }),
    ),
    nested: Type.Optional(Type.Object({ 'a/b': Type.Boolean() }, closed)),
    signing: Type.Optional(
      Type.Union([
        Type.Object({ scheme: Type.Literal('none') }, closed),
        Type.Object({ scheme: Type.Literal('hub'), secret: Type.String() }, closed),
      ]),
    ),
  },
  closed,
);
const check = compileCheck(Sample);
const rulesOf = (value: unknown) => check(value).map(({ pointer, rule }) => [pointer, rule]);
const messageOf = (value: unknown) => check(value).map(({ message }) => message);

test('a value that fits has no problem and stays as it is', () => {
  const value = Object.freeze({ name: 'abc', count: 3, state: 'paused', at: null, nested: { 'a/b': true } });
  expect(check(value)).toEqual([]);
});

test('every problem is told with its pointer, its rule and what would be right', () => {
  expect(check({ count: 10, tags: ['a', 'a', 'b'], nested: { 'a/b': 1 }, extra: 1 })).toEqual([
    { pointer: '/name', rule: 'required', message: '/name is required' },
    {
      pointer: '/extra',
      rule: 'unknown_member',
      message: '/extra is not known here; leave it out or correct its name',
    },
    { pointer: '/count', rule: 'range', message: '/count must be <= 9' },
    { pointer: '/tags', rule: 'length', message: '/tags must have at most 2 elements' },
    { pointer: '/tags', rule: 'duplicate', message: expect.stringContaining('list each once') },
    { pointer: '/nested/a~1b', rule: 'type', message: '/nested/a~1b must be true or false' },
  ]);
  expect(messageOf([])).toEqual(['The body must be an object']);
});

test.each([true, ['12'], '12', 1.5, null, {}])('INP-12: %j is no integer', (count) => {
  expect(rulesOf({ name: 'a', count })).toEqual([['/count', 'type']]);
});

test('a choice of literals names them', () => {
  expect(messageOf({ name: 'a', state: 'gone' })).toEqual(['/state must be one of "active", "paused"']);
});

test('in a choice the branch that was meant tells what is wrong with it', () => {
  expect(rulesOf({ name: 'a', at: '2026-02-30T00:00:00Z' })).toEqual([['/at', 'format']]);
  expect(messageOf({ name: 'a', at: 5 })).toEqual(['/at must be one of a string, null']);
  expect(rulesOf({ name: 'a', signing: { scheme: 'hub' } })).toEqual([['/signing/secret', 'required']]);
  expect(rulesOf({ name: 'a', signing: { scheme: 'none', x: 1 } })).toEqual([
    ['/signing/x', 'unknown_member'],
  ]);
  expect(rulesOf({ name: 'a', signing: { scheme: 'rsa' } })).toEqual([['/signing', 'one_of']]);
});

test('a branch is not meant where the literal that tells it is missing', () => {
  const one = compileCheck(
    Type.Union([
      Type.Object({ kind: Type.Optional(Type.Literal('user')), username: Type.String() }, closed),
      Type.Object({ kind: Type.Literal('client'), name: Type.String() }, closed),
    ]),
  );
  const problems = (value: unknown) => one(value).map(({ pointer, rule }) => [pointer, rule]);
  expect(problems({})).toEqual([['/username', 'required']]);
  expect(problems({ username: 'a', x: 1 })).toEqual([['/x', 'unknown_member']]);
  expect(problems({ kind: 'client', username: 'a' })).toEqual([
    ['/name', 'required'],
    ['/username', 'unknown_member'],
  ]);
  expect(problems({ kind: 'other' })).toEqual([['', 'one_of']]);
});

test('a pattern is told in the words of its author', () => {
  expect(messageOf({ name: 'a', code: 'A' })).toEqual(['/code must be of lower-case letters']);
});

test('a time is told by its form, with an example', () => {
  expect(messageOf({ name: 'a', at: 'yesterday' })).toEqual([
    '/at must be an ISO 8601 time with seconds and zone, such as 2026-05-01T12:00:00Z (UTC)',
  ]);
});

test('where the value lies goes before every pointer', () => {
  expect(check({}, '/7')).toEqual([{ pointer: '/7/name', rule: 'required', message: '/7/name is required' }]);
});

test.each([
  ['2026-01-31T23:59:59Z', true],
  ['2026-01-31T23:59:59.123456+02:00', true],
  ['2026-02-29T00:00:00Z', false],
  ['2026-01-31', false],
  ['2026-01-31 23:59:59Z', false],
  ['2026-01-31T25:00:00Z', false],
  ['2026-01-31T23:59:59', false],
])('an instant has a day that exists, seconds and a zone: %s', (at, good) => {
  expect(check({ name: 'a', at }).length === 0).toBe(good);
});

test('a body with thousands of mistakes gets the first hundred told', () => {
  const names = Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]);
  expect(check({ name: 'a', ...Object.fromEntries(names) })).toHaveLength(100);
});
