import { expect, test } from 'vitest';
import { testClock } from '../../test/test-clock.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { Outcome } from '../domain/outcome.ts';
import { makeMetrics } from './metrics.ts';

const tenantId = 'tnt_secret';
const delivery = {
  tenantId,
  webhookId: 'wh_secret',
  state: { kind: 'exhausted', at: 0, reason: 'attempts' },
} as unknown as Delivery;

test('OPS-02: the counters tell attempts by class, exhausted, possible duplicates, breaker openings and publishes', async () => {
  const { metrics } = given();
  metrics.listen({ kind: 'event.published', tenantId, eventId: 'evt_1', type: 'a', deliveries: 3 });
  metrics.listen({
    kind: 'delivery.attempted',
    attempt: attempt({ kind: 'success', status: 204 }),
    delivery,
  });
  metrics.listen({
    kind: 'delivery.attempted',
    attempt: attempt({ kind: 'failure', status: 503 }),
    delivery,
  });
  metrics.listen({
    kind: 'delivery.attempted',
    attempt: attempt({ kind: 'error', reason: 'connect_refused', detail: '' }),
    delivery,
  });
  metrics.listen({ kind: 'delivery.settled', delivery });
  metrics.listen({ kind: 'deliveries.exhausted', webhookId: 'wh_secret', count: 4 });
  metrics.listen({ kind: 'delivery.stale', delivery });
  metrics.listen({
    kind: 'server.throttled',
    server: 'https://secret.example',
    tenantId,
    webhookId: 'wh_secret',
    until: 0,
    offenders: [],
  });
  metrics.listen({ kind: 'breaker.opened', tenantId, webhookId: 'wh_secret', until: 0 });

  const text = await metrics.text();
  expect(text).toContain('posthorn_events_published_total{node="here"} 1');
  expect(text).toContain('posthorn_deliveries_created_total{node="here"} 3');
  expect(text).toMatch(/posthorn_attempts_total\{outcome="success",class="2xx",node="here"\} 1/);
  expect(text).toMatch(/posthorn_attempts_total\{outcome="failure",class="5xx",node="here"\} 1/);
  expect(text).toMatch(/posthorn_attempts_total\{outcome="error",class="connect_refused",node="here"\} 1/);
  expect(text).toMatch(/posthorn_deliveries_settled_total\{state="exhausted",node="here"\} 5/);
  expect(text).toContain('posthorn_possible_duplicates_total{node="here"} 1');
  expect(text).toContain('posthorn_throttled_webhooks_total{node="here"} 1');
  expect(text).toContain('posthorn_breaker_openings_total{node="here"} 1');
  expect(text).toMatch(/nodejs_eventloop_lag_seconds\{node="here"\} [\d.]+/);
  expect(text).not.toContain('secret');
});

test('OPS-02: the gauges tell the oldest pending age, in flight and store size at the moment of asking', async () => {
  const { metrics, clock, backlog } = given();
  expect(await metrics.text()).toContain('posthorn_oldest_pending_age_seconds{node="here"} 0');
  backlog.pending = 7;
  backlog.oldestDueAt = clock.now();
  await clock.advance(90_000);
  const text = await metrics.text();
  expect(text).toContain('posthorn_oldest_pending_age_seconds{node="here"} 90');
  expect(text).toContain('posthorn_pending_deliveries{node="here"} 7');
  expect(text).toContain('posthorn_in_flight_requests{node="here"} 2');
  expect(text).toContain('posthorn_store_size_bytes{node="here"} 4096');
});

function given() {
  const clock = testClock();
  const backlog = { pending: 0, oldestDueAt: null as number | null };
  const metrics = makeMetrics(
    {
      backlog: async () => backlog,
      sizeBytes: async () => 4_096,
      engine: () => ({ inFlight: 2, lanes: 1, held: 0 }),
      logLinesLost: () => 0,
    },
    clock,
    'here',
  );
  return { metrics, clock, backlog };
}

function attempt(outcome: Exclude<Outcome, { kind: 'platform' }>): Attempt {
  return { outcome, durationMs: 12, webhookId: 'wh_secret', tenantId } as unknown as Attempt;
}
