import { expect, test } from 'vitest';
import { fixture, shapeOf } from '../fixtures/fixture.ts';
import { sampleExchange } from '../fixtures/samples.ts';
import { invocation } from './invocation.ts';
import { latestOf, statistics, statisticsSummary, type Traffic } from './statistics.ts';
import { noCounts } from '../../../domain/statistics.ts';

const refused = sampleExchange({
  outcome: { kind: 'error', reason: 'connect_refused', detail: 'connect ECONNREFUSED 127.0.0.1:9' },
  response: null,
});

test('latest is the sample of the specification, value by value', () => {
  expect(invocation(sampleExchange(), 'observed')).toEqual(fixture('latest'));
});

test('an answer without success is a FAILURE with its code and reason phrase, also where the receiver sent no phrase', () => {
  const { response } = sampleExchange().attempt;
  const exchange = sampleExchange({
    outcome: { kind: 'failure', status: 403 },
    response: { ...response!, status: 403, reason: '' },
  });
  expect(invocation(exchange, 'observed')).toMatchObject({
    result: { outcome: 'FAILURE', description: '403 Forbidden', statusCode: 403 },
  });
});

test('an error has its text as content and no status code, headers or body', () => {
  expect(invocation(refused, 'observed')).toMatchObject({
    result: {
      outcome: 'ERROR',
      description: 'connect ECONNREFUSED 127.0.0.1:9',
      content: 'connect ECONNREFUSED 127.0.0.1:9',
    },
  });
  expect(Object.keys(invocation(refused, 'observed').result)).toEqual(['outcome', 'description', 'content']);
});

test('reference: latest has the members and types of the reference page, with the java.time duration', () => {
  const exchange = invocation(sampleExchange(), 'reference');
  expect(shapeOf(exchange)).toEqual(shapeOf(fixture('reference-latest')));
  expect(exchange).toMatchObject({
    id: '42',
    start: '2026-01-12T19:35:01.120Z',
    duration: (fixture('reference-latest') as { duration: unknown }).duration,
    event: { i18nKey: 'webhooks.event.page_updated', id: 'page_updated' },
  });
});

test('the latest exchange is the one that finished last', () => {
  const slow = sampleExchange({ startedAt: 1_000, durationMs: 900 }, 1);
  const quick = sampleExchange({ startedAt: 1_500, durationMs: 10 }, 2);
  expect(latestOf([quick, slow])).toBe(slow);
  expect(latestOf([])).toBeUndefined();
});

const now = 1_768_246_501_000;
const counted = (eventType: string, counts: Partial<typeof noCounts>): Traffic['counts'][number] => ({
  eventType,
  minute: now - 60_000,
  counts: { ...noCounts, ...counts },
});

test('statistics are the sample of the specification: counts of 24 h, and the last of each outcome where there is one', () => {
  const failed = { ...sampleExchange().attempt.response!, status: 403, reason: 'Forbidden' };
  const traffic: Traffic = {
    now,
    counts: [
      counted('page_created', { successes: 2, failures: 1 }),
      counted('page_created', { successes: 3 }),
    ],
    exchanges: [
      sampleExchange({ eventType: 'page_created', startedAt: 1_768_246_400_000, durationMs: 12 }, 41),
      sampleExchange(
        {
          eventType: 'page_created',
          startedAt: 1_768_246_300_000,
          durationMs: 9,
          outcome: { kind: 'failure', status: 403 },
          response: failed,
        },
        40,
      ),
    ],
  };
  const sample = fixture('statistics') as { counts: { window: unknown } };
  expect(statistics(traffic, null)).toEqual({
    ...sample,
    counts: { ...sample.counts, window: { start: now - 86_400_000, duration: 86_400_000 } },
  });
});

test('statistics of one event leave the others out; of an unknown one they are zeros', () => {
  const traffic: Traffic = {
    now,
    counts: [counted('page_created', { successes: 1 }), counted('page_updated', { errors: 2 })],
    exchanges: [sampleExchange({}, 1), { ...refused, attemptNumber: 2 }],
  };
  expect(statistics(traffic, ['page_created'])).toMatchObject({ counts: { successes: 1, errors: 0 } });
  expect(statistics(traffic, ['page_created'])).not.toHaveProperty('lastSuccess');
  expect(statistics(traffic, ['page_updated'])).toMatchObject({
    counts: { errors: 2 },
    lastSuccess: { id: 1 },
    lastError: { id: 2 },
  });
  expect(Object.keys(statistics(traffic, ['no_such_event']))).toEqual(['counts']);
});

test('the summary has an entry per subscribed event, zero ones too, and those with counts that are subscribed no more', () => {
  const traffic: Traffic = { now, counts: [counted('page_moved', { failures: 1 })], exchanges: [] };
  const summary = statisticsSummary(traffic, ['page_created', 'page_updated']);
  expect(Object.keys(summary)).toEqual(['page_created', 'page_moved', 'page_updated']);
  expect(summary['page_moved']).toMatchObject({ counts: { failures: 1 } });
  const { page_moved: _, ...subscribed } = summary;
  expect(shapeOf(subscribed)).toEqual(shapeOf(fixture('summary')));
});
