// Names of event types, the patterns that subscribe to them, and that no pattern makes matching slow.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTypeLengthMax, isEventType, isEventTypePattern, matchesType } from './event-type.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const eventType = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('.'));

describe('INP-08', () => {
  test.each([
    'page_created',
    'invoice.paid',
    'a',
    '0',
    '_',
    '-',
    'a.b.c.d',
    'A-Z.a_z.0-9',
    'x'.repeat(128),
    `${'x'.repeat(63)}.${'y'.repeat(64)}`,
  ])('%s is an event type', (text) => {
    expect(isEventType(text)).toBe(true);
  });

  test.each([
    '',
    '.',
    '..',
    'a.',
    '.a',
    'a..b',
    '*',
    'a.*',
    'a*',
    'a b',
    ' a',
    'a ',
    'a\n',
    'a\r\nb',
    '\0',
    'a%20',
    '%',
    'a/b',
    'a:b',
    'größe',
    '页',
    'a\u200b',
    'x'.repeat(129),
    'x'.repeat(1_000),
  ])('%j is none', (text) => {
    expect(isEventType(text)).toBe(false);
  });

  test('an event type is one to 128 of its characters, without an empty segment', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('aZ09_-..* \n')), maxLength: 200 });
    fc.assert(
      fc.property(text, (candidate) => {
        const expected =
          candidate.length <= eventTypeLengthMax &&
          candidate
            .split('.')
            .every((part) => part !== '' && Array.from(part).every((char) => 'aZ09_-'.includes(char)));
        expect(isEventType(candidate)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('patterns', () => {
  test.each(['*', 'page_*', 'invoice.*', 'a.b.*', 'a.b*', 'invoice.paid', `${'x'.repeat(127)}*`])(
    '%s is one',
    (text) => {
      expect(isEventTypePattern(text)).toBe(true);
    },
  );

  test.each([
    '',
    '**',
    '*a',
    'a*b',
    'a*b*',
    '.*',
    'a..*',
    '*.',
    '?',
    'a.*.b',
    '(a+)+$',
    'page_* ',
    '*\n',
    'ü*',
    `${'x'.repeat(128)}*`,
  ])('%j is none', (text) => {
    expect(isEventTypePattern(text)).toBe(false);
  });

  test.each([
    ['*', 'invoice.paid', true],
    ['invoice.*', 'invoice.paid', true],
    ['invoice.*', 'invoice.paid.late', true],
    ['invoice.*', 'invoice', false],
    ['invoice.*', 'invoices.paid', false],
    ['invoice*', 'invoice', true],
    ['invoice*', 'invoices.paid', true],
    ['page_*', 'page_created', true],
    ['page_*', 'page', false],
    ['page_created', 'page_created', true],
    ['page_created', 'page_created_again', false],
    ['page_created', 'Page_created', false],
    ['invoice.paid', 'invoiceXpaid', false],
  ])('%s and %s: %s', (pattern, type, expected) => {
    expect(matchesType(pattern, type)).toBe(expected);
  });

  test('every type matches itself, `*`, and each of its beginnings followed by `*`, and these are patterns', () => {
    fc.assert(
      fc.property(eventType, fc.nat(), (type, cut) => {
        const beginning = `${type.slice(0, cut % (type.length + 1))}*`;
        expect(isEventTypePattern(type) && isEventTypePattern('*') && isEventTypePattern(beginning)).toBe(
          true,
        );
        expect(matchesType(type, type) && matchesType('*', type) && matchesType(beginning, type)).toBe(true);
      }),
    );
  });

  test('a pattern without a star takes one type only', () => {
    fc.assert(
      fc.property(eventType, eventType, (pattern, type) => {
        expect(matchesType(pattern, type)).toBe(pattern === type);
      }),
    );
  });

  test('a pattern with a star takes what begins as it does', () => {
    fc.assert(
      fc.property(segment, eventType, (beginning, type) => {
        expect(matchesType(`${beginning}*`, type)).toBe(type.startsWith(beginning));
      }),
    );
  });
});

describe('INP-10: texts made to be slow are judged in time that grows no faster than they do', () => {
  const hostile: [string, (size: number) => string][] = [
    ['letters and a star in the middle', (size) => `${'a'.repeat(size)}*!`],
    ['segments and a bad end', (size) => `${'a.'.repeat(size)}!`],
    ['segments and an empty one', (size) => `${'a.'.repeat(size)}.`],
    ['stars', (size) => '*'.repeat(size)],
    ['letters and stars', (size) => 'a*'.repeat(size)],
    ['dots', (size) => '.'.repeat(size)],
    ['a regular expression', (size) => '(a+)+$'.repeat(size)],
  ];

  test.each(hostile)('%s', (_, make) => {
    for (const size of [60, 128, 1_000_000]) {
      expect(isEventType(make(size))).toBe(false);
      expect(isEventTypePattern(make(size))).toBe(false);
    }
  });

  test('10,000 patterns of full length against one type', () => {
    const type = 'a'.repeat(128);
    const patterns = Array.from({ length: 10_000 }, (_, index) => `${'a'.repeat(index % 127)}*`);
    expect(patterns.filter((pattern) => matchesType(pattern, type))).toHaveLength(10_000);
  });
});
