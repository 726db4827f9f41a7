import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { whyNot } from '../domain/match.ts';
import type { Webhook, WebhookState } from '../domain/webhook.ts';
import { makeTenantSubscriptions } from './tenant-subscriptions.ts';

const segment = fc.constantFrom('invoice', 'page', 'paid', 'page_created', 'x');
const type = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('.'));
const pattern = fc.oneof(
  type,
  type.map((text) => `${text}.*`),
  type.map((text) => `${text}*`),
  fc.constant('*'),
);
const channel = fc.constantFrom('eu', 'us', 'beta');
const state: fc.Arbitrary<WebhookState> = fc.constantFrom<WebhookState>(
  { kind: 'active' },
  { kind: 'paused', since: 1 },
  { kind: 'disabled', reason: 'gone', since: 1 },
);
const webhook = fc
  .record({
    eventTypes: fc.uniqueArray(pattern, { minLength: 1, maxLength: 4 }),
    channels: fc.uniqueArray(channel, { maxLength: 2 }),
    state,
  })
  .map(({ eventTypes, channels, state: at }) =>
    sampleWebhook({ subscription: { eventTypes, channels }, state: at }),
  );
const event = fc.record({ type, channels: fc.uniqueArray(channel, { maxLength: 3 }) });
const step = fc.record({ slot: fc.integer({ min: 0, max: 5 }), webhook: fc.option(webhook), event });

test('the decision for every webhook is that of match, whatever was created, changed or deleted before', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const subscriptions = makeTenantSubscriptions('tnt_1');
      const model = new Map<string, Webhook>();
      for (const { slot, webhook: next, event: published } of steps) {
        const id = `wh_${slot}`;
        subscriptions.replace(id, next === null ? null : { ...next, id });
        if (next === null) model.delete(id);
        else model.set(id, { ...next, id });

        const routing = subscriptions.route(published, 1);

        const reasons = new Map<string, unknown>([
          ...routing.deliveredTo.map((webhookId) => [webhookId, undefined] as const),
          ...routing.notDeliveredTo.map(({ webhookId, ...reason }) => [webhookId, reason] as const),
        ]);
        const expected = new Map(
          [...model].map(([webhookId, known]) => [webhookId, whyNot(known, published)]),
        );
        expect(reasons).toEqual(expected);
      }
    }),
  );
});

test('events that meet the same patterns share one decision until a webhook changes', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1');
  subscriptions.replace(
    'wh_1',
    sampleWebhook({ id: 'wh_1', subscription: { eventTypes: ['page_*'], channels: [] } }),
  );

  const created = subscriptions.route({ type: 'page_created', channels: ['eu'] }, 1);
  const removed = subscriptions.route({ type: 'page_removed', channels: [] }, 2);
  subscriptions.replace('wh_2', sampleWebhook({ id: 'wh_2' }));
  const afterChange = subscriptions.route({ type: 'page_created', channels: [] }, 3);

  expect(removed).toBe(created);
  expect(afterChange.id).not.toBe(created.id);
});

test('ten thousand webhooks and as many event types keep a bounded number of decisions', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1');
  for (let index = 0; index < 10_000; index++) {
    const id = `wh_${index}`;
    const eventTypes = [`invoice.${index % 1_000}`, `customer_${index % 50}*`];
    subscriptions.replace(id, sampleWebhook({ id, subscription: { eventTypes, channels: [] } }));
  }

  const first = subscriptions.route({ type: 'invoice.7', channels: [] }, 1);
  const unknown = Array.from({ length: 10_000 }, (_, index) =>
    subscriptions.route({ type: `other.${index}`, channels: [] }, 1),
  );

  expect(first.deliveredTo).toHaveLength(10);
  expect(new Set(unknown).size).toBe(1);
  expect(unknown[0]!.notDeliveredTo).toHaveLength(10_000);
});

test('one webhook with many channels keeps a bounded number of decisions', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1');
  const channels = Array.from({ length: 14 }, (_, index) => `c${index}`);
  subscriptions.replace('wh_1', sampleWebhook({ id: 'wh_1', subscription: { eventTypes: ['*'], channels } }));
  const meet = (chosen: number) =>
    subscriptions.route({ type: 'a', channels: channels.filter((_, index) => chosen & (1 << index)) }, 1);

  const first = meet(1);
  expect(meet(1)).toBe(first);
  for (let chosen = 0; chosen < 2 ** channels.length; chosen++) meet(chosen);

  expect(meet(1)).toEqual(first);
  expect(meet(1)).not.toBe(first);
});
