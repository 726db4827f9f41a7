import { expect, test } from 'vitest';
import { tellNext } from './next-attempt.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const later = '2026-01-01T00:03:00.000Z';
const soon = '2026-01-01T00:00:42.000Z';

test.each([
  ['time', later, 'in 3 min'],
  ['turn', null, 'due'],
  ['paused', null, 'paused'],
  ['disabled', null, 'disabled'],
  ['unverified', null, 'unverified'],
  ['breaker_open', later, 'breaker open, 3 min'],
  ['breaker_open', '2026-01-01T00:02:01.000Z', 'breaker open, 3 min'],
  ['breaker_open', soon, 'breaker open, 42 s'],
  ['breaker_half_open', null, 'probing'],
  ['throttled', later, 'server spared, 3 min'],
  ['rate_limited', soon, 'rate limit, 42 s'],
] as const)('%s until %s is told as “%s”', (kind, until, said) => {
  expect(tellNext({ kind, until }, now)).toBe(said);
});

test('only what waited for its time alone is due once that has come', () => {
  expect(tellNext({ kind: 'time', until: later }, Date.parse(later))).toBe('due');
  expect(tellNext({ kind: 'breaker_open', until: later }, Date.parse(later))).toBe('breaker open');
  expect(tellNext({ kind: 'throttled', until: later }, Date.parse(later))).toBe('server spared');
});
