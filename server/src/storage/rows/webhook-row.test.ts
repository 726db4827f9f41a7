import { expect, test } from 'vitest';
import { sampleWebhook } from '../../../test/sample-webhook.ts';
import { makeSealer } from '../seal.ts';
import { webhookOf, webhookRow } from './webhook-row.ts';

const sealer = makeSealer(new Uint8Array(32));

test('a webhook that was stored before there were rate limits, orders and filters has none', () => {
  const row = webhookRow(sampleWebhook(), sealer);
  const {
    ordering: _,
    endpoint,
    subscription,
    ...older
  } = JSON.parse(row.definition) as {
    ordering: unknown;
    endpoint: { rateLimit: unknown };
    subscription: { filter: unknown };
  };
  const { rateLimit: __, ...olderEndpoint } = endpoint;
  const { filter: ___, ...olderSubscription } = subscription;
  const definition = JSON.stringify({ ...older, endpoint: olderEndpoint, subscription: olderSubscription });
  expect(webhookOf({ ...row, definition }, sealer)).toMatchObject({
    ordering: 'none',
    endpoint: { rateLimit: null },
    subscription: { filter: null },
  });
});
