import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { makeContent } from '../domain/filter-content.ts';
import { routedOf, whyNot, type Routed } from '../domain/match.ts';
import { filterOf } from '../domain/read-filter.ts';
import { routingOfOne } from '../domain/routing.ts';
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
const path = fc.constantFrom(['a'], ['a', 'b'], ['c']);
const text = fc.constantFrom('one', 'two', 'three');
const skipsUnverified = () => true;
const notAsked = () => expect.unreachable('no webhook looks at the data');
const unread = { data: notAsked, content: notAsked };
const filter = fc
  .constantFrom<Record<string, unknown>[]>({ 'data.c': 'one' }, { 'data.a.b': { $ne: 'two' } })
  .map(filterOf);
const state: fc.Arbitrary<WebhookState> = fc.constantFrom<WebhookState>(
  { kind: 'active' },
  { kind: 'paused', since: 1 },
  { kind: 'disabled', reason: 'gone', since: 1 },
);
const webhook = fc
  .record({
    eventTypes: fc.uniqueArray(pattern, { minLength: 1, maxLength: 4 }),
    channels: fc.uniqueArray(channel, { maxLength: 2 }),
    only: fc.option(fc.record({ path, oneOf: fc.uniqueArray(text, { maxLength: 2 }) })),
    filter: fc.option(filter),
    state,
    verification: fc.constantFrom<Webhook['verification'][]>(
      null,
      { kind: 'verified', at: 1, messageId: null },
      { kind: 'pending', messageId: 'evt_1', expiresAt: 1 },
    ),
  })
  .map(({ eventTypes, channels, only, filter: by, state: at, verification }) =>
    sampleWebhook({ subscription: { eventTypes, channels, only, filter: by }, state: at, verification }),
  );
const data = fc.record({ a: fc.oneof(text, fc.record({ b: text })), c: text }, { requiredKeys: [] });
const event = fc
  .record({ type, channels: fc.uniqueArray(channel, { maxLength: 3 }), data })
  .map((facts) => published(facts.type, facts.channels, facts.data));
const step = fc.record({ slot: fc.integer({ min: 0, max: 5 }), webhook: fc.option(webhook), event });

function published(eventType: string, channels: readonly string[], given: unknown): Routed {
  const bytes = new TextEncoder().encode(JSON.stringify(given));
  return routedOf({ type: eventType, occurredAt: 0, data: bytes, context: { channels } });
}

test('the decision for every webhook is that of match, whatever was created, changed or deleted before', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const subscriptions = makeTenantSubscriptions('tnt_1', skipsUnverified);
      const model = new Map<string, Webhook>();
      for (const { slot, webhook: next, event: given } of steps) {
        const id = `wh_${slot}`;
        subscriptions.replace(id, next === null ? null : { ...next, id });
        if (next === null) model.delete(id);
        else model.set(id, { ...next, id });

        const { routing: shared, takenBy, owedTo } = subscriptions.route(given, 1);

        const routing = routingOfOne(shared, takenBy);
        expect(owedTo).toEqual(routing.deliveredTo);
        const reasons = new Map<string, unknown>([
          ...routing.deliveredTo.map((webhookId) => [webhookId, undefined] as const),
          ...routing.notDeliveredTo.map(({ webhookId, ...reason }) => [webhookId, reason] as const),
        ]);
        const expected = new Map(
          [...model].map(([webhookId, known]) => [webhookId, whyNot(known, given, skipsUnverified)]),
        );
        expect(reasons).toEqual(expected);
      }
    }),
  );
});

test('events that meet the same patterns share one decision until a webhook changes', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1', skipsUnverified);
  subscriptions.replace(
    'wh_1',
    sampleWebhook({
      id: 'wh_1',
      subscription: { eventTypes: ['page_*'], channels: [], only: null, filter: null },
    }),
  );

  const created = subscriptions.route({ type: 'page_created', channels: ['eu'], ...unread }, 1).routing;
  const removed = subscriptions.route({ type: 'page_removed', channels: [], ...unread }, 2).routing;
  subscriptions.replace('wh_2', sampleWebhook({ id: 'wh_2' }));
  const afterChange = subscriptions.route({ type: 'page_created', channels: [], ...unread }, 3).routing;

  expect(removed).toBe(created);
  expect(afterChange.id).not.toBe(created.id);
});

test('ten thousand webhooks and as many event types keep a bounded number of decisions', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1', skipsUnverified);
  for (let index = 0; index < 10_000; index++) {
    const id = `wh_${index}`;
    const eventTypes = [`invoice.${index % 1_000}`, `customer_${index % 50}*`];
    subscriptions.replace(
      id,
      sampleWebhook({ id, subscription: { eventTypes, channels: [], only: null, filter: null } }),
    );
  }

  const first = subscriptions.route({ type: 'invoice.7', channels: [], ...unread }, 1).routing;
  const unknown = Array.from(
    { length: 10_000 },
    (_, index) => subscriptions.route({ type: `other.${index}`, channels: [], ...unread }, 1).routing,
  );

  expect(first.deliveredTo).toHaveLength(10);
  expect(new Set(unknown).size).toBe(1);
  expect(unknown[0]!.notDeliveredTo).toHaveLength(10_000);
});

test('one webhook with many channels keeps a bounded number of decisions', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1', skipsUnverified);
  const channels = Array.from({ length: 14 }, (_, index) => `c${index}`);
  subscriptions.replace(
    'wh_1',
    sampleWebhook({ id: 'wh_1', subscription: { eventTypes: ['*'], channels, only: null, filter: null } }),
  );
  const meet = (chosen: number) =>
    subscriptions.route(
      { type: 'a', channels: channels.filter((_, index) => chosen & (1 << index)), ...unread },
      1,
    ).routing;

  const first = meet(1);
  expect(meet(1)).toBe(first);
  for (let chosen = 0; chosen < 2 ** channels.length; chosen++) meet(chosen);

  expect(meet(1)).toEqual(first);
  expect(meet(1)).not.toBe(first);
});

test('events that differ only in what no webhook asks for share one decision, and the data is looked at only where it counts', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1', skipsUnverified);
  const narrowed = (id: string, oneOf: string[]) =>
    sampleWebhook({
      id,
      subscription: {
        eventTypes: ['app.*'],
        channels: [],
        only: { path: ['reference'], oneOf },
        filter: null,
      },
    });
  subscriptions.replace('wh_1', narrowed('wh_1', ['one']));
  subscriptions.replace('wh_2', narrowed('wh_2', ['one', 'two']));
  const routeOf = (reference: string) =>
    subscriptions.route(
      { type: 'app.created', channels: [], data: () => ({ reference }), content: notAsked },
      1,
    ).routing;

  expect(routeOf('one').deliveredTo).toEqual(['wh_1', 'wh_2']);
  expect(routeOf('two').deliveredTo).toEqual(['wh_2']);
  expect(routeOf('other 1').deliveredTo).toEqual([]);
  expect(routeOf('other 2')).toBe(routeOf('other 1'));
  expect(routeOf('one')).toBe(routeOf('one'));
  subscriptions.route({ type: 'page', channels: [], ...unread }, 1);

  subscriptions.replace('wh_1', null);
  expect(routeOf('one').deliveredTo).toEqual(['wh_2']);
  subscriptions.replace('wh_2', null);
  subscriptions.route({ type: 'app.created', channels: [], ...unread }, 1);
});

test('however many combinations of filters events meet, they share one decision beside which each names its own', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1', skipsUnverified);
  const bits = Array.from({ length: 12 }, (_, index) => index);
  for (const bit of bits) {
    const id = `wh_${bit}`;
    const only = { eventTypes: ['a'], channels: [], only: null, filter: filterOf({ 'data.bits': bit }) };
    subscriptions.replace(id, sampleWebhook({ id, subscription: only }));
  }

  const decided = Array.from({ length: 2 ** bits.length }, (_, chosen) => {
    const chosenBits = bits.filter((bit) => chosen & (1 << bit));
    return { chosenBits, ...subscriptions.route(published('a', [], { bits: chosenBits }), 1) };
  });

  expect(new Set(decided.map(({ routing }) => routing)).size).toBe(1);
  for (const { chosenBits, takenBy, owedTo } of decided) {
    expect(takenBy).toEqual(chosenBits.map((bit) => `wh_${bit}`));
    expect(owedTo).toEqual(takenBy);
  }
});

test('the data is parsed only for an event that a webhook with a filter is otherwise met by', () => {
  const subscriptions = makeTenantSubscriptions('tnt_1', skipsUnverified);
  const subscription = { eventTypes: ['a'], channels: ['eu'], only: null, filter: filterOf({ 'data.x': 1 }) };
  subscriptions.replace('wh_1', sampleWebhook({ id: 'wh_1', subscription }));
  let asked = 0;
  const route = (eventType: string, channels: string[]) => {
    const content = () => {
      asked++;
      return makeContent(() => undefined);
    };
    return subscriptions.route({ type: eventType, channels, data: notAsked, content }, 1).takenBy;
  };

  expect(route('b', ['eu'])).toEqual([]);
  expect(route('a', [])).toEqual([]);
  expect(asked).toBe(0);
  expect(route('a', ['eu'])).toEqual([]);
  expect(asked).toBe(1);
});
