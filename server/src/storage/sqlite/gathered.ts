// What the results of one transaction add up to: counts, newest health and last exchanges, written once before the commit.

import { addCounts, countsOf, minuteOf, type Counts } from '../../domain/statistics.ts';
import type { AttemptRow } from '../schema.ts';
import type { ResultRows } from '../rows/record-rows.ts';

export type GatheredCounts = {
  readonly webhookId: string;
  readonly minute: number;
  readonly eventType: string;
  readonly counts: Counts;
};

export class Gathered {
  readonly counts = new Map<string, GatheredCounts>();
  readonly health = new Map<string, string>();
  readonly exchanges = new Map<string, { readonly result: ResultRows; readonly attempt: AttemptRow }>();

  count({ webhookId, eventType }: ResultRows, attempt: AttemptRow): void {
    const minute = minuteOf(attempt.started_at);
    const key = `${webhookId} ${minute} ${eventType}`;
    const more = countsOf(attempt.outcome, attempt.duration_ms);
    const known = this.counts.get(key);
    const counts = known === undefined ? more : addCounts(known.counts, more);
    this.counts.set(key, { webhookId, minute, eventType, counts });
  }

  exchange(result: ResultRows, attempt: AttemptRow): void {
    const key = `${result.webhookId} ${attempt.outcome} ${result.eventType}`;
    this.exchanges.delete(key); // the newest comes last, and so gets the highest number
    this.exchanges.set(key, { result, attempt });
  }

  clear(): void {
    this.counts.clear();
    this.health.clear();
    this.exchanges.clear();
  }
}
