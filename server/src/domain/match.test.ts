// Which events a webhook is owed, and why not the others.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { whyNot as decide, type NotDelivered, type Routed } from './match.ts';
import type { DisabledReason, Subscription, Webhook, WebhookState } from './webhook.ts';

const active: WebhookState = { kind: 'active' };

function webhook(subscription: Partial<Subscription>, state: WebhookState = active): Webhook {
  return sampleWebhook({
    subscription: { eventTypes: ['*'], channels: [], only: null, filter: null, ...subscription },
    state,
  });
}

/** Of an event whose data nobody should ask for. */
function whyNot(of: Webhook, event: Omit<Routed, 'data' | 'content'>): NotDelivered | undefined {
  const data = () => expect.unreachable('no webhook is narrowed by data');
  return decide(of, { ...event, data, content: data }, () => false);
}

function notAsked(): never {
  return expect.unreachable('no webhook has a filter');
}

function disabled(reason: DisabledReason): WebhookState {
  return { kind: 'disabled', reason, since: 0 };
}

test.each<[string[], string, boolean]>([
  [['invoice.paid'], 'invoice.paid', true],
  [['invoice.paid'], 'invoice.sent', false],
  [['a', 'invoice.*', 'b'], 'invoice.paid.late', true],
  [['page_*'], 'page_created', true],
  [['*'], 'anything.at-all', true],
  [[], 'anything', false],
])('a subscription to %j and %s: %s', (eventTypes, type, owed) => {
  const reason = whyNot(webhook({ eventTypes }), { type, channels: [] });
  expect(reason).toEqual(owed ? undefined : { reason: 'type' });
});

test.each<[string[], string[], boolean]>([
  [[], [], true],
  [[], ['eu'], true],
  [['eu'], [], false],
  [['eu'], ['us'], false],
  [['eu', 'us'], ['us', 'asia'], true],
  [['eu'], ['EU'], false],
])('channels %j and an event in %j: %s', (channels, ofEvent, owed) => {
  const reason = whyNot(webhook({ channels }), { type: 'a', channels: ofEvent });
  expect(reason).toEqual(owed ? undefined : { reason: 'channel' });
});

test('a paused webhook is owed its events', () => {
  expect(whyNot(webhook({}, { kind: 'paused', since: 0 }), { type: 'a', channels: [] })).toBeUndefined();
});

test.each<DisabledReason>(['client', 'failing', 'expired', 'gone'])(
  'a webhook disabled as %s is not, and it is said',
  (because) => {
    const reason = whyNot(webhook({}, disabled(because)), { type: 'a', channels: [] });
    expect(reason).toEqual({ reason: 'disabled', because });
  },
);

test('a disabled webhook is named as the reason only for events it would have got', () => {
  const gone = webhook({ eventTypes: ['a'], channels: ['eu'] }, disabled('gone'));
  expect(whyNot(gone, { type: 'b', channels: ['eu'] })).toEqual({ reason: 'type' });
  expect(whyNot(gone, { type: 'a', channels: [] })).toEqual({ reason: 'channel' });
});

test('a further pattern never takes an event away, and a decision looks at type and channels only', () => {
  const patterns = fc.array(fc.constantFrom('a', 'a.b', 'a.*', 'b*', 'c_d', '*'));
  const types = fc.constantFrom('a', 'a.b', 'a.b.c', 'b', 'bc', 'c_d', 'd');
  fc.assert(
    fc.property(patterns, patterns, types, (some, more, type) => {
      const before = whyNot(webhook({ eventTypes: some }), { type, channels: [] });
      const after = whyNot(webhook({ eventTypes: [...some, ...more] }), { type, channels: [] });
      expect(before === undefined && after !== undefined).toBe(false);
      expect(whyNot(webhook({ eventTypes: some.toReversed() }), { type, channels: [] })).toEqual(before);
    }),
  );
});

test.each<[unknown, boolean]>([
  [{ app_offering: { reference: 'one' } }, true],
  [{ app_offering: { reference: 'two', id: 7 } }, true],
  [{ app_offering: { reference: 'three' } }, false],
  [{ app_offering: { reference: ['one'] } }, false],
  [{ app_offering: { reference: null } }, false],
  [{ app_offering: 'one' }, false],
  [{ app_offering: null }, false],
  [{ reference: 'one' }, false],
  [{}, false],
])('a webhook narrowed to texts of a member takes %j: %s', (data, owed) => {
  const only = { path: ['app_offering', 'reference'], oneOf: ['one', 'two'] };
  const reason = decide(
    webhook({ only }),
    { type: 'a', channels: [], data: () => data, content: notAsked },
    () => false,
  );
  expect(reason).toEqual(owed ? undefined : { reason: 'data' });
});

test('a path finds own members only', () => {
  const only = { path: ['constructor', 'name'], oneOf: ['Object'] };
  const reason = decide(
    webhook({ only }),
    { type: 'a', channels: [], data: () => ({}), content: notAsked },
    () => false,
  );
  expect(reason).toEqual({ reason: 'data' });
});

test('a webhook whose verification is pending is owed its events unless its rules skip them', () => {
  const pending = sampleWebhook({ verification: { kind: 'pending', messageId: 'evt_1', expiresAt: 1 } });
  const verified = sampleWebhook({ verification: { kind: 'verified', at: 1, messageId: null } });
  const event = { type: 'a', channels: [], data: () => ({}), content: notAsked };
  expect(decide(pending, event, () => false)).toBeUndefined();
  expect(decide(pending, event, () => true)).toEqual({ reason: 'unverified' });
  expect(decide(verified, event, () => true)).toBeUndefined();
  expect(decide(sampleWebhook(), event, () => true)).toBeUndefined();
});
