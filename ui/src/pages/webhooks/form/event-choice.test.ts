import { expect, test } from 'vitest';
import { groupsOf, groupsWith, tickOf, toggledGroup, toggledType, type Choosable } from './event-choice.ts';

const types = ['invoice.paid', 'invoice.sent', 'customer.created'].map(typeNamed);
const [invoices] = groupsOf(types);

test('types stand in the groups of the catalogue, or by what is before the dot, one’s own first', () => {
  const page = { ...typeNamed('page_created'), group: 'Pages', dialect: 'confluence' } as const;
  const grouped = groupsOf([page, ...types, typeNamed('ping')]);
  expect(grouped.map(({ name, dialect, pattern }) => [name, dialect, pattern])).toEqual([
    ['invoice', 'native', 'invoice.*'],
    ['customer', 'native', 'customer.*'],
    ['ping', 'native', null],
    ['Pages', 'confluence', null],
  ]);
});

test('ticking a group takes its pattern, or each of its names where patterns are unknown', () => {
  expect(toggledGroup(['invoice.paid'], invoices!, types, true)).toEqual(['invoice.*']);
  expect(toggledGroup(['invoice.paid'], invoices!, types, false)).toEqual(['invoice.paid', 'invoice.sent']);
  expect(toggledGroup(['*'], invoices!, types, true)).toEqual(['customer.created']);
});

test('a group is ticked in part while some of its types are chosen', () => {
  expect(tickOf(['invoice.paid'], invoices!)).toBe('some');
  expect(tickOf(['inv*'], invoices!)).toBe('all');
  expect(tickOf(['customer.*'], invoices!)).toBe('none');
});

test('a type that is taken out of a pattern leaves the others by name', () => {
  expect(toggledType(['invoice.*', 'other'], 'invoice.paid', types)).toEqual(['invoice.sent', 'other']);
  expect(toggledType(['invoice.sent'], 'invoice.paid', types)).toEqual(['invoice.sent', 'invoice.paid']);
});

test('a search keeps what has the text in its name, description or group', () => {
  const groups = groupsOf(types);
  expect(groupsWith(groups, 'SENT').flatMap(({ shown }) => shown.map(({ name }) => name))).toEqual([
    'invoice.sent',
  ]);
  expect(groupsWith(groups, 'customer')).toHaveLength(1);
  expect(groupsWith(groups, ' ')).toEqual(groups);
});

function typeNamed(name: string): Choosable {
  return { name, description: '', group: null, dialect: 'native' };
}
