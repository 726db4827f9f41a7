// What has happened since the start, counted from the signals.

import { Counter, Histogram, type Registry } from 'prom-client';
import type { Attempt } from '../../domain/attempt.ts';
import type { Listener } from '../signals.ts';

/** Registers the counters; the answer is what feeds them. */
export function makeCounters(registry: Registry): Listener {
  const counter = <const Label extends string>(name: string, help: string, labels: readonly Label[] = []) =>
    new Counter({ name: `posthorn_${name}`, help, labelNames: [...labels], registers: [registry] });

  const published = counter('events_published_total', 'Events accepted.');
  const owed = counter('deliveries_created_total', 'Deliveries that accepted events were owed.');
  const attempts = counter('attempts_total', 'Attempts by how they ended.', ['outcome', 'class']);
  const attemptTime = new Histogram({
    name: 'posthorn_attempt_duration_seconds',
    help: 'Time from the start of an attempt to its end.',
    labelNames: ['outcome'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
    registers: [registry],
  });
  const settled = counter('deliveries_settled_total', 'Deliveries by the final state they reached.', [
    'state',
  ]);
  // From 0 on, so that an alert sees the first one.
  for (const state of ['delivered', 'exhausted', 'cancelled', 'skipped']) settled.inc({ state }, 0);
  const repeated = counter(
    'possible_duplicates_total',
    'Attempts that a crash interrupted, and results that came after their delivery had moved on.',
  );
  const formatFailures = counter(
    'format_failures_total',
    'Deliveries that could not be made into a request.',
  );
  const breakers = counter('breaker_openings_total', 'Times a circuit breaker opened.');
  const throttled = counter(
    'throttled_webhooks_total',
    'Times a webhook began to wait because its server kept failing.',
  );
  const disabled = counter('webhooks_disabled_total', 'Webhooks that Posthorn disabled.', ['reason']);
  const refused = counter('targets_refused_total', 'Requests that the address guard refused.', ['rule']);
  const faults = counter('platform_faults_total', 'Attempts that failed through no fault of the receiver.', [
    'reason',
  ]);
  const storeFailures = counter('store_failures_total', 'Operations that the database refused or failed.', [
    'operation',
  ]);
  const replays = counter('replays_total', 'Replays by what became of them.', ['state']);
  for (const state of ['completed', 'cancelled']) replays.inc({ state }, 0);
  const replayed = counter('replayed_deliveries_total', 'Deliveries that replays have made.');
  const requestFailures = counter('failed_requests_total', 'API requests answered with 500.');
  const shardsLost = counter(
    'shards_lost_total',
    'Shards that this node lost because it did not renew its leases in time.',
  );
  const logins = counter('failed_logins_total', 'Refused logins.');

  // The hot ones find their labels once.
  const attemptsAs = remembered((labels) => {
    const [outcome, of] = labels.split(' ') as [string, string];
    return attempts.labels({ outcome, class: of });
  });
  const timesOf = remembered((outcome) => attemptTime.labels({ outcome }));
  const settledAs = remembered((state) => settled.labels({ state }));

  return (signal) => {
    switch (signal.kind) {
      case 'event.published':
        published.inc();
        return owed.inc(signal.deliveries);
      case 'delivery.attempted': {
        const { outcome, durationMs } = signal.attempt;
        attemptsAs(`${outcome.kind} ${classOf(signal.attempt)}`).inc();
        return timesOf(outcome.kind).observe(durationMs / 1_000);
      }
      case 'delivery.settled':
        return settledAs(signal.delivery.state.kind).inc();
      case 'deliveries.exhausted':
        return settled.inc({ state: 'exhausted' }, signal.count);
      case 'delivery.stale':
      case 'attempt.resent':
        return repeated.inc();
      case 'deliveries.interrupted':
        return repeated.inc(signal.deliveryIds.length);
      case 'sending.ended':
        return repeated.inc(signal.interrupted);
      case 'format.failed':
        return formatFailures.inc();
      case 'breaker.opened':
        return breakers.inc();
      case 'server.throttled':
        return throttled.inc();
      case 'webhook.disabled':
        return disabled.inc({ reason: signal.reason });
      case 'target.refused':
        return refused.inc({ rule: signal.rule });
      case 'platform.fault':
        return faults.inc({ reason: signal.reason });
      case 'store.failed':
        return storeFailures.inc({ operation: signal.operation });
      case 'replay.changed':
        return signal.state === 'completed' || signal.state === 'cancelled'
          ? replays.inc({ state: signal.state })
          : undefined;
      case 'replay.stepped':
        return replayed.inc(signal.made);
      case 'request.failed':
        return requestFailures.inc();
      case 'login.failed':
        return logins.inc();
      case 'shards.lost':
        return shardsLost.inc(signal.shards.length);
      case 'shards.taken':
      case 'shards.given_back':
      case 'clock.wrong':
      case 'clock.right':
      case 'breaker.closed':
      case 'delivery.cancelled':
      case 'delivery.redelivered':
      case 'deliveries.changed':
      case 'server.released':
      case 'webhook.failing':
      case 'token.large':
      case 'store.recovered':
      case 'retention.purged':
      case 'proxy.untrusted':
        return undefined;
    }
  };
}

/** What `make` answered for a key before. */
function remembered<Answer>(make: (key: string) => Answer): (key: string) => Answer {
  const known = new Map<string, Answer>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** `2xx`, `5xx` and so on for an answer, the reason for an error. */
function classOf({ outcome }: Attempt): string {
  return outcome.kind === 'error' ? outcome.reason : `${Math.floor(outcome.status / 100)}xx`;
}
