// The statistics of many webhooks at once, each with as many points as a small curve needs. Pure.

import type { Instant } from '../../../domain/clock.ts';
import { dayMs, hourMs, minuteMs } from '../../../domain/clock.ts';
import type { EndedAttempt, WebhookActivity, WebhookCounts } from '../../../api/reads.ts';
import { showTime } from '../wire/times.ts';
import { add, makeTally, showCounts, type Span, type WindowName } from './statistics.ts';

/** At most 48 points a window. */
export const curves: Readonly<Record<WindowName, Span>> = {
  '1h': { lengthMs: hourMs, bucketMs: 2 * minuteMs },
  '24h': { lengthMs: dayMs, bucketMs: 30 * minuteMs },
  '7d': { lengthMs: 7 * dayMs, bucketMs: 4 * hourMs },
  '30d': { lengthMs: 30 * dayMs, bucketMs: dayMs },
};

export function showWebhooksStatistics(
  { from, to }: { readonly from: Instant; readonly to: Instant },
  bucketMs: number,
  counts: readonly WebhookCounts[],
  activity: readonly WebhookActivity[],
) {
  const countsOf = Map.groupBy(counts, ({ webhookId }) => webhookId);
  return activity.map(({ webhookId, scheduled, lastAttempt }) => {
    const totals = makeTally();
    const points = Array.from({ length: (to - from) / bucketMs }, (_, index) => ({
      at: showTime(from + index * bucketMs),
      attempts: 0,
      successes: 0,
    }));
    for (const { minute, counts: more } of countsOf.get(webhookId) ?? []) {
      add(totals, more);
      const point = points[(minute - from) / bucketMs]!;
      point.attempts += more.successes + more.failures + more.errors;
      point.successes += more.successes;
    }
    const last = lastAttempt === null ? null : showEnded(lastAttempt);
    return { webhookId, totals: showCounts(totals), series: points, lastAttempt: last, scheduled };
  });
}

function showEnded({ at, outcome, status, error }: EndedAttempt) {
  return { at: showTime(at), outcome, status, error };
}
