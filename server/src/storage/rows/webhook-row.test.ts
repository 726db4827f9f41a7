import { expect, test } from 'vitest';
import { sampleWebhook } from '../../../test/sample-webhook.ts';
import { makeSealer } from '../seal.ts';
import { webhookOf, webhookRow } from './webhook-row.ts';

const sealer = makeSealer(new Uint8Array(32));

test('a webhook that was stored before there were rate limits has none', () => {
  const row = webhookRow(sampleWebhook({}, { rateLimit: { requests: 5, perSeconds: 1 } }), sealer);
  const older = row.definition.replace(/"rateLimit":\{[^}]*\},?/, '').replace(',}', '}');
  expect(older).not.toContain('rateLimit');
  expect(webhookOf({ ...row, definition: older }, sealer).endpoint.rateLimit).toBeNull();
});
