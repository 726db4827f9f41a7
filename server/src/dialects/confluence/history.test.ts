import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConfluence, type ConfluenceServer } from '../../../test/confluence/confluence-server.ts';
import type { Attempt } from '../../domain/attempt.ts';
import { routingTo } from '../../domain/routing.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { fixture, shapeOf } from './fixtures/fixture.ts';
import { sampleEvent, sampleExchange } from './fixtures/samples.ts';

const path = '/rest/api/webhooks';

let confluence: ConfluenceServer;
let webhook: Webhook;

beforeAll(async () => {
  confluence = await startConfluence();
  const { body } = await confluence.call('POST', path, {
    name: 'n',
    url: 'http://example.com',
    events: ['page_created', 'page_updated'],
  });
  const { tenantId } = confluence.caller.principal;
  webhook = (await confluence.store.getWebhookByWireId(tenantId, 'confluence', body.id))!;
});

afterAll(() => confluence?.[Symbol.asyncDispose]());

const ask = (child: string) => confluence.call('GET', `${path}/${webhook.wireId}/${child}`);

test('a fresh webhook: latest is 204 without a body, statistics are zeros, the summary has an entry per event', async () => {
  expect(await ask('latest')).toMatchObject({ status: 204, text: '' });
  const statistics = (await ask('statistics')).body;
  expect(Object.keys(statistics)).toEqual(['counts']);
  expect(statistics.counts).toEqual({
    errors: 0,
    failures: 0,
    successes: 0,
    window: { start: confluence.clock.wall() - 86_400_000, duration: 86_400_000 },
  });
  const { status, body } = await ask('statistics/summary');
  expect(status).toBe(200);
  expect(shapeOf(body)).toEqual(shapeOf(fixture('summary')));
});

test('what deliveries did is told: latest by event and outcome, statistics, summary', async () => {
  await attempted('page_created', { outcome: { kind: 'success', status: 200 }, durationMs: 12 });
  await attempted('page_created', { outcome: { kind: 'failure', status: 403 }, durationMs: 9 });
  await attempted('page_updated', {
    outcome: { kind: 'error', reason: 'connect_refused', detail: 'connect ECONNREFUSED 127.0.0.1:9' },
    response: null,
  });
  await attempted('page_created', { outcome: { kind: 'success', status: 204 }, durationMs: 3 });

  const latest = (await ask('latest')).body;
  expect(shapeOf(latest)).toEqual(shapeOf(fixture('latest')));
  expect(latest).toMatchObject({ event: 'page_created', result: { outcome: 'SUCCESS', statusCode: 204 } });
  expect(Number.isInteger(latest.id)).toBe(true);
  expect(latest.finish - latest.start).toBe(latest.duration);

  const outcomeOf = async (query: string) => (await ask(`latest?${query}`)).body?.result.outcome;
  expect(await outcomeOf('outcome=FAILURE')).toBe('FAILURE');
  expect(await outcomeOf('outcomes=error')).toBe('ERROR');
  expect(await outcomeOf('outcome=FAILURE&outcome=ERROR')).toBe('ERROR');
  expect(await outcomeOf('outcomes=FAILURE,ERROR')).toBe('ERROR');
  expect(await outcomeOf('outcome=FAILURE&outcomes=SUCCESS')).toBe('SUCCESS');
  expect(await outcomeOf('event=page_updated')).toBe('ERROR');
  expect(await ask('latest?event=page_updated&outcome=SUCCESS')).toMatchObject({ status: 204, text: '' });
  expect(await ask('latest?event=no_such_event')).toMatchObject({ status: 204, text: '' });
  expect(await outcomeOf('outcomes=&outcome=&event=')).toBe('SUCCESS');

  const statistics = (await ask('statistics')).body;
  expect(statistics).toMatchObject({
    counts: { successes: 2, failures: 1, errors: 1 },
    lastSuccess: { event: 'page_created', result: { description: '204 No Content' } },
    lastFailure: { result: { outcome: 'FAILURE', description: '403 Forbidden' } },
    lastError: {
      event: 'page_updated',
      result: { outcome: 'ERROR', description: 'connect ECONNREFUSED 127.0.0.1:9' },
    },
  });
  const { lastError: _, ...withoutError } = statistics;
  expect(shapeOf(withoutError)).toEqual(shapeOf(fixture('statistics')));
  expect((await ask('statistics?event=page_updated')).body.counts).toMatchObject({ successes: 0, errors: 1 });
  expect((await ask('statistics?event=')).body.counts.successes).toBe(2);
  expect((await ask('statistics?event=no_such_event')).body.counts).toMatchObject({
    successes: 0,
    errors: 0,
  });
  expect((await ask('statistics/summary')).body).toMatchObject({
    page_created: { counts: { successes: 2, failures: 1, errors: 0 } },
    page_updated: { counts: { successes: 0, failures: 0, errors: 1 } },
  });
});

test('an event that is subscribed no more stays in the summary while it has counts', async () => {
  await confluence.call('PUT', `${path}/${webhook.wireId}`, { events: ['page_moved'] });
  expect(Object.keys((await ask('statistics/summary')).body)).toEqual([
    'page_created',
    'page_moved',
    'page_updated',
  ]);
});

test('after 24 hours the counts are gone, the last invocations are not', async () => {
  await confluence.clock.advance(25 * 3_600_000);
  const statistics = (await ask('statistics')).body;
  expect(statistics.counts).toMatchObject({ successes: 0, failures: 0, errors: 0 });
  expect(statistics).toHaveProperty('lastSuccess');
  expect(Object.keys((await ask('statistics/summary')).body)).toEqual(['page_moved']);
  expect(await ask('latest')).toMatchObject({ status: 200 });
});

test('an unknown outcome is refused', async () => {
  const { status, body } = await ask('latest?outcomes=SUCCESS,MAYBE');
  expect(status).toBe(400);
  expect(body.data.errors).toMatchObject([
    { message: { key: 'webhooks.parameter.invalid', args: ['outcomes', 'MAYBE'] } },
  ]);
});

/** Publishes an event that is owed to the webhook, and records one attempt for it. */
async function attempted(eventType: string, attempt: Partial<Attempt>): Promise<void> {
  const { store, clock, ids } = confluence;
  await clock.advance(1_000);
  const now = clock.wall();
  const { tenantId } = webhook;
  const event = {
    ...sampleEvent(),
    id: ids.next('evt'),
    tenantId,
    type: eventType,
    occurredAt: now,
    acceptedAt: now,
  };
  const before = {
    id: ids.next('dlv'),
    tenantId,
    webhookId: webhook.id,
    eventId: event.id,
    eventType,
    attempts: 0,
    state: { kind: 'scheduled' as const, dueAt: now },
    createdAt: now,
    purpose: 'event' as const,
    redeliveryOf: null,
    orderingKey: null,
  };
  const routing = routingTo(webhook.id, tenantId, now);
  await store.publish({
    tenantId,
    events: [{ event, deliveries: [before], routing, takenBy: [], publisherKey: null }],
    idempotency: null,
  });
  const { attempt: sample, requestBody } = sampleExchange();
  const response = attempt.outcome?.kind === 'error' ? null : { ...sample.response!, reason: '' };
  await store.record({
    results: [
      {
        before,
        after: { ...before, attempts: 1, state: { kind: 'delivered', at: now } },
        attempt: {
          ...sample,
          id: ids.next('att'),
          tenantId,
          deliveryId: before.id,
          webhookId: webhook.id,
          eventType,
          startedAt: now,
          response,
          ...attempt,
        },
        lastExchange: { requestBody },
      },
    ],
    health: new Map(),
  });
}
