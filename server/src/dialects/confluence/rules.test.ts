import { expect, test } from 'vitest';
import { afterAttempt, closedBreaker } from '../../domain/circuit-breaker.ts';
import { durableRules } from '../../domain/delivery-rules.ts';
import { defaultRetrySchedule } from '../../domain/retry-schedule.ts';
import { sampleWebhook } from './fixtures/samples.ts';
import { redirectsMaxOf, rules } from './rules.ts';

test('durable: a Confluence webhook retries and waits like every other', () => {
  const webhook = sampleWebhook();
  expect(rules(webhook, defaultRetrySchedule)).toEqual(durableRules(webhook, defaultRetrySchedule));
  expect(redirectsMaxOf('durable')).toBe(0);
});

test('faithful: one attempt whatever schedules say, skips, 250 in flight, five redirects, never disabled', () => {
  const webhook = sampleWebhook({ profile: 'faithful', retrySchedule: [1_000] });
  expect(rules(webhook, defaultRetrySchedule)).toMatchObject({
    schedule: [],
    whenOpen: 'skip',
    inFlightMax: 250,
    redirectsMax: 5,
    disablesFailing: null,
    disablesGone: false,
  });
  expect(redirectsMaxOf('faithful')).toBe(5);
});

test('faithful: five failures in a row open the breaker for 10 s, then 12 s, 62 s, 383 s … up to 10 h', () => {
  const { breaker: policy } = rules(sampleWebhook({ profile: 'faithful' }), []);
  const waitAfter = (failures: number): number | undefined => {
    let breaker = closedBreaker;
    let now = 1_000_000;
    for (let failure = 1; failure <= failures; failure++) {
      if (breaker.kind === 'open') now = breaker.until;
      breaker = afterAttempt(breaker, policy, { failed: `dlv_${failure}`, startedAt: now }, now);
    }
    return breaker.kind === 'open' ? Math.round((breaker.until - now) / 1_000) : undefined;
  };
  expect(waitAfter(4)).toBeUndefined();
  expect(waitAfter(5)).toBe(10);
  expect(waitAfter(6)).toBe(12);
  expect(waitAfter(15)).toBe(62);
  expect(waitAfter(25)).toBe(383);
  expect(waitAfter(50)).toBe(36_000);
  expect(waitAfter(200)).toBe(36_000);
});
