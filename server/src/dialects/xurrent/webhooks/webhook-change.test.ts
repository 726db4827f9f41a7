import { expect, test } from 'vitest';
import { sampleWebhook } from '../../../../test/sample-webhook.ts';
import { filterOf } from '../../../domain/read-filter.ts';
import type { WebhookIn } from './webhook-in.ts';
import { changedWebhook } from './webhook-change.ts';

const nothing: WebhookIn = {
  name: undefined,
  event: undefined,
  uri: undefined,
  disabled: undefined,
  description: undefined,
  attachments: undefined,
  mailExceptionsTo: undefined,
  policy: undefined,
  openidConnectDiscovery: undefined,
  appOfferingReferences: undefined,
  source: undefined,
  sourceID: undefined,
};

test('a change over its own wire keeps the channels and the filter, which only the native API knows', () => {
  const filter = filterOf({ 'data.priority': 'top' });
  const verification = { kind: 'verified', at: 1, messageId: null } as const;
  const current = sampleWebhook({
    dialect: 'xurrent',
    subscription: { eventTypes: ['task.created'], channels: ['eu'], only: null, filter },
    verification,
    dialectSettings: { appOfferingReferences: ['one'] },
  });

  const { subscription } = changedWebhook(
    current,
    { ...nothing, event: 'app_instance.updated' },
    { verification, now: 2 },
  );

  expect(subscription).toEqual({
    eventTypes: ['app_instance.updated'],
    channels: ['eu'],
    only: { path: ['app_offering', 'reference'], oneOf: ['one'] },
    filter,
  });
});
