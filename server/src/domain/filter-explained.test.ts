// How a person is told why a filter does not match.

import { expect, test } from 'vitest';
import { explainFilter } from './filter-explained.ts';
import { contentOfEvent } from './match.ts';
import { filterOf } from './read-filter.ts';

const data = {
  amount: 20,
  currency: 'EUR',
  tags: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  address: { city: 'Rome' },
  items: [{ sku: 'x' }],
  note: null,
  long: 'y'.repeat(100),
};

function explained(filter: Record<string, unknown>) {
  const event = { type: 'invoice.paid', occurredAt: 0, context: {} };
  return explainFilter(
    filterOf(filter),
    contentOfEvent(event, () => data),
  );
}

test.each<[Record<string, unknown>, string | null]>([
  [{ 'data.amount': { $gte: 100 } }, 'data.amount is 20, not ≥ 100'],
  [{ 'data.amount': { $lt: 20 } }, 'data.amount is 20, not < 20'],
  [{ 'data.currency': 'USD' }, 'data.currency is "EUR", not "USD"'],
  [{ 'data.currency': { $in: ['USD', 'CHF'] } }, 'data.currency is "EUR", none of "USD", "CHF"'],
  [{ 'data.currency': { $ne: 'EUR' } }, 'data.currency is "EUR", which $ne excludes'],
  [{ 'data.amount': { $not: { $lt: 50 } } }, 'data.amount is 20, which $not excludes'],
  [{ 'data.total': 5 }, 'data.total is missing, not 5'],
  [{ 'data.total': { $exists: true } }, 'data.total is missing, which $exists asks for'],
  [{ 'data.note': { $exists: false } }, 'data.note is null, not missing'],
  [{ 'data.address': 'Rome' }, 'data.address is an object, not "Rome"'],
  [
    { 'data.tags': { $all: ['a', 'z'] } },
    'data.tags has "a", "b", "c", "d", "e" and 2 more, not all of "a", "z"',
  ],
  [{ 'data.items': { $size: 2 } }, 'data.items is a list without plain values, not a list of 2'],
  [
    { 'data.items': { $elemMatch: { sku: 'z' } } },
    'data.items is a list without plain values, and no element meets $elemMatch',
  ],
  [
    { $or: [{ type: 'a' }, { 'data.amount': 1 }] },
    'no alternative is met: type is "invoice.paid", not "a", data.amount is 20, not 1',
  ],
  [{ $nor: [{ type: 'invoice.paid' }] }, 'an alternative that $nor excludes is met'],
  [{ type: 'invoice.paid', 'data.amount': 21, 'data.currency': 'USD' }, 'data.amount is 20, not 21'],
  [{ 'data.long': 'x' }, `data.long is "${'y'.repeat(60)}…", not "x"`],
  [{ 'data.amount': 20 }, null],
])('%j is explained: %s', (filter, explanation) => {
  expect(explained(filter)).toMatchObject({ matches: explanation === null, explanation });
});

test('each condition is told by itself with its place, those of alternatives too', () => {
  const filter = { $or: [{ 'data.amount': { $gte: 10, $lt: 15 } }, { type: 'a' }], 'data.currency': 'EUR' };

  expect(explained(filter).conditions).toEqual([
    { pointer: '/$or/0/data.amount/$gte', matches: true, explanation: 'data.amount is 20' },
    { pointer: '/$or/0/data.amount/$lt', matches: false, explanation: 'data.amount is 20, not < 15' },
    { pointer: '/$or/1/type', matches: false, explanation: 'type is "invoice.paid", not "a"' },
    { pointer: '/data.currency', matches: true, explanation: 'data.currency is "EUR"' },
  ]);
});
