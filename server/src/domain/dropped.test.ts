import { expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { droppedBy } from './dropped.ts';
import type { Webhook } from './webhook.ts';

const rules = { dropsPendingWhen: ['webhook_disabled', 'target_changed'] } as const;

const before = sampleWebhook({ version: 3, updatedAt: 100 });
const another = { ...before.endpoint, url: 'https://another.example/' };

function after(version: number, changes: Partial<Webhook>): Webhook {
  return { ...before, version, updatedAt: 900, ...changes };
}

function disabled(since: number): Webhook['state'] {
  return { kind: 'disabled', reason: 'client', since };
}

test('another URL drops what waits since the change, or since the last known one where several came between', () => {
  expect(droppedBy(before, after(4, { endpoint: another }), rules)).toEqual({
    reason: 'target_changed',
    upTo: 900,
  });
  expect(droppedBy(before, after(5, { endpoint: another }), rules)).toEqual({
    reason: 'target_changed',
    upTo: 100,
  });
});

test('a webhook that is off drops what waits since then, whatever else was changed, and once', () => {
  const off = after(6, { state: disabled(700) });
  expect(droppedBy(before, off, rules)).toEqual({ reason: 'webhook_disabled', upTo: 700 });
  expect(droppedBy(off, { ...off, version: 7, name: 'renamed' }, rules)).toBeNull();
});

test('one that was on and off again between drops what waits since it was off again', () => {
  const off = { ...before, state: disabled(50) };
  expect(droppedBy(off, after(5, { state: disabled(700) }), rules)).toEqual({
    reason: 'webhook_disabled',
    upTo: 700,
  });
});

test('one that is on again drops what came while it was off, as far as that is known', () => {
  const off = { ...before, state: disabled(50) };
  expect(droppedBy(off, after(4, {}), rules)).toEqual({ reason: 'webhook_disabled', upTo: 900 });
  expect(droppedBy(off, after(6, {}), rules)).toEqual({ reason: 'webhook_disabled', upTo: 50 });
});

test('nothing is dropped by other changes, nor under rules that lose nothing', () => {
  expect(droppedBy(before, after(4, { name: 'renamed' }), rules)).toBeNull();
  const none = { dropsPendingWhen: [] };
  expect(droppedBy(before, after(4, { endpoint: another }), none)).toBeNull();
  expect(droppedBy(before, after(4, { state: disabled(700) }), none)).toBeNull();
});
