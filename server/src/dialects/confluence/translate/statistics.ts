// Counts and last invocations of a webhook as Confluence's clients read them (specification §4.7, §4.8).

import type { LastExchange, MinuteCounts } from '../../../api/reads.ts';
import { dayMs, type Instant } from '../../../domain/clock.ts';
import { addCounts, noCounts } from '../../../domain/statistics.ts';
import type { ShortInvocation, Statistics, WireOutcome } from '../schemas.ts';
import { finishOf, shortInvocation, wireOutcome } from './invocation.ts';

/** Counts cover the last 24 hours; the last invocations are kept without time limit. */
export const windowMs = dayMs;

/** What a webhook sent lately: counts per minute of the window, and its last exchanges. */
export type Traffic = {
  readonly counts: readonly MinuteCounts[];
  readonly exchanges: readonly LastExchange[];
  readonly now: Instant;
};

/** Of all events, or of the given ones. */
export function statistics(
  { counts, exchanges, now }: Traffic,
  events: readonly string[] | null,
): Statistics {
  const concerns = (event: string) => events === null || events.includes(event);
  const total = counts
    .filter((each) => concerns(each.eventType))
    .reduce((sum, each) => addCounts(sum, each.counts), noCounts);
  const relevant = exchanges.filter((each) => concerns(each.attempt.eventType));
  return {
    counts: {
      errors: total.errors,
      failures: total.failures,
      successes: total.successes,
      window: { start: now - windowMs, duration: windowMs },
    },
    ...last('lastSuccess', relevant, 'SUCCESS'),
    ...last('lastFailure', relevant, 'FAILURE'),
    ...last('lastError', relevant, 'ERROR'),
  };
}

/** One entry per subscribed event, also of those that never fired, and of events with counts that are subscribed no more. */
export function statisticsSummary(
  traffic: Traffic,
  subscribed: readonly string[],
): Readonly<Record<string, Statistics>> {
  const counted = traffic.counts.map((each) => each.eventType);
  const events = [...new Set([...subscribed, ...counted])].toSorted();
  return Object.fromEntries(events.map((event) => [event, statistics(traffic, [event])]));
}

/** The one that finished last. */
export function latestOf(exchanges: readonly LastExchange[]): LastExchange | undefined {
  return exchanges.toSorted((a, b) => finishOf(b) - finishOf(a) || b.attemptNumber - a.attemptNumber)[0];
}

/** Absent until there is one. */
function last(
  name: 'lastSuccess' | 'lastFailure' | 'lastError',
  exchanges: readonly LastExchange[],
  outcome: WireOutcome,
): { readonly [Name in typeof name]?: ShortInvocation } {
  const exchange = latestOf(exchanges.filter((each) => wireOutcome(each.attempt.outcome) === outcome));
  return exchange === undefined ? {} : { [name]: shortInvocation(exchange) };
}
