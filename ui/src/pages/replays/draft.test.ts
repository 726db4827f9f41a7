import { expect, test } from 'vitest';
import { draftOf, missingIn, planOf, spanOf } from './draft.ts';

const now = Date.parse('2026-01-02T00:00:00Z');

test('without a word it is what was exhausted in the last day', () => {
  expect(planOf({}, now)).toEqual({ from: '2026-01-01T00:00:00.000Z', states: ['exhausted'] });
});

test('missed events are of one webhook, and how deliveries ended is not asked of them', () => {
  expect(missingIn({ kind: 'missed' })).toBe('webhook');
  const draft = { kind: 'missed', webhookId: 'wh_1', within: 'all', states: 'delivered', error: 'x' };
  expect(missingIn(draft)).toBeUndefined();
  expect(planOf(draft, now)).toEqual({ webhookId: 'wh_1', missed: true });
});

test('one failure is asked for at once, the most exact one', () => {
  const of = (draft: object) => planOf({ within: 'all', ...draft }, now);
  expect(of({ error: 'timeout_total', status: '503', statusClass: '5xx' })).toEqual({
    states: ['exhausted'],
    error: 'timeout_total',
  });
  expect(of({ status: '503', statusClass: '5xx' })).toEqual({ states: ['exhausted'], status: 503 });
  expect(of({ statusClass: '5xx' })).toEqual({ states: ['exhausted'], statusClass: '5xx' });
  expect(of({ statusClass: '9xx', status: 'no' })).toEqual({ states: ['exhausted'] });
});

test('what the URL says wrongly is left out', () => {
  expect(planOf({ within: 'custom', from: 'yesterday', states: 'scheduled' }, now)).toEqual({ states: [] });
  expect(missingIn({ states: 'scheduled' })).toBe('states');
  expect(spanOf({ within: 'forever' })).toBe('24h');
});

test('types are told apart by commas and spaces', () => {
  expect(planOf({ within: 'all', eventTypes: ' invoice.*, page_created ' }, now).eventTypes).toEqual([
    'invoice.*',
    'page_created',
  ]);
});

test.each([
  { webhookId: 'wh_1', missed: true },
  { states: ['exhausted', 'delivered'] as ['exhausted', 'delivered'], statusClass: '4xx' as const },
  {
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-02T00:00:00.000Z',
    eventTypes: ['a.*', 'b'],
    states: ['exhausted'] as ['exhausted'],
    status: 404,
  },
])('the plan %o comes back from its draft', (plan) => {
  expect(planOf(draftOf(plan), now)).toEqual(plan);
});
