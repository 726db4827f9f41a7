import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeIds } from '../../domain/id.ts';
import { seededRandom, testClock } from '../../../test/test-clock.ts';
import { nodeId, numberOf, personNumber } from './node-id.ts';

test('a nodeID is base64url of domain, type and id, without padding', () => {
  expect(nodeId('xurrent.example', 'Webhook', 2)).toBe('eHVycmVudC5leGFtcGxlL1dlYmhvb2svMg');
  expect(nodeId('xurrent.example', 'Webhook', 945)).toBe('eHVycmVudC5leGFtcGxlL1dlYmhvb2svOTQ1');
});

test('a path takes the number, or the nodeID in either alphabet, with and without padding', () => {
  fc.assert(
    fc.property(fc.domain(), fc.nat(), (domain, id) => {
      const urlSafe = nodeId(domain, 'Webhook', id);
      const standard = Buffer.from(urlSafe, 'base64url').toString('base64');
      for (const text of [String(id), urlSafe, standard, standard.replaceAll('=', '')]) {
        expect(numberOf(text, domain, 'Webhook')).toBe(id);
      }
    }),
  );
});

test.each([
  '',
  '-1',
  '1.5',
  '0x1',
  '1'.repeat(16),
  'abc',
  '../2',
  nodeId('xurrent.example', 'WebhookPolicy', 2),
  nodeId('xurrent.example', 'Webhook', 'two'),
  nodeId('xurrent.example/x', 'Webhook', 2),
  nodeId('xurrent.qa', 'Webhook', 2),
  nodeId('', 'Webhook', 2),
  nodeId('xurrent.example', 'Webhook', '02'),
])('%s is the id of no webhook', (text) => {
  expect(numberOf(text, 'xurrent.example', 'Webhook')).toBeUndefined();
});

test('one of our ids is always the same safe integer, and no two are alike', () => {
  const ids = makeIds(testClock(), seededRandom(3));
  const many = Array.from({ length: 10_000 }, () => ids.next('usr'));
  const numbers = many.map(personNumber);
  expect(numbers).toEqual(many.map(personNumber));
  expect(numbers.every(Number.isSafeInteger)).toBe(true);
  expect(new Set(numbers).size).toBe(many.length);
});

test("a publisher's person keeps its number, and a text that is none stays a text", () => {
  expect(['6', '1176691970822153', 'ada', '007', '9007199254740993'].map(personNumber)).toEqual([
    6,
    1_176_691_970_822_153,
    'ada',
    '007',
    '9007199254740993',
  ]);
});
