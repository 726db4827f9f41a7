// How each failing webhook stands: its last failure, and until when its breaker keeps deliveries waiting.

import { dayMs, type Clock, type Instant } from '../../domain/clock.ts';
import type { Attempt } from '../../domain/attempt.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { makeMemory } from '../../domain/memory.ts';
import type { WebhookId } from '../../domain/webhook.ts';
import type { Listener } from '../signals.ts';
import { isOfEvent } from './notice.ts';

export type Failure = {
  readonly outcome: Exclude<Attempt['outcome'], { kind: 'success' }>;
  /** The reason phrase of an answer, as the receiver wrote it. */
  readonly phrase: string;
  readonly at: Instant;
  readonly attempt: number;
  readonly delivery: Delivery;
};

export type Standing = { readonly failure: Failure | undefined; readonly waitsUntil: Instant | undefined };

/** Longer than the waits of a usual retry schedule, so that the last failure is known when a notice comes. */
const keepMs = 2 * dayMs;

/** Remembers of the latest ten thousand webhooks; a success forgets. */
export function makeStandings(clock: Clock): { listen: Listener; of(id: WebhookId): Standing } {
  const failures = makeMemory<Failure>(clock, keepMs);
  const opened = makeMemory<Instant>(clock, keepMs);

  return {
    listen(signal) {
      if (signal.kind === 'breaker.opened') opened.put(signal.webhookId, signal.until);
      if (signal.kind === 'breaker.closed') opened.drop(signal.webhookId);
      if (signal.kind !== 'delivery.attempted' || !isOfEvent(signal.delivery)) return;
      const { attempt, delivery } = signal;
      const { outcome, webhookId, startedAt, durationMs, number, response } = attempt;
      if (outcome.kind === 'success') return failures.drop(webhookId);
      const at = Math.round(startedAt + durationMs);
      failures.put(webhookId, { outcome, phrase: response?.reason ?? '', at, attempt: number, delivery });
    },
    of: (id) => ({ failure: failures.get(id), waitsUntil: opened.get(id) }),
  };
}
