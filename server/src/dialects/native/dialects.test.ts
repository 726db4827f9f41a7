import { expect, test } from 'vitest';
import { startNative } from '../../../test/native/native-server.ts';

test('each dialect tells what its webhooks can have, and how many of them the tenant has', async () => {
  await using native = await startNative();
  const webhook = { name: 'w', url: 'https://example.com/', eventTypes: ['page_created'] };
  await native.call('POST', '/api/v1/webhooks', { ...webhook, dialect: 'confluence' });
  await native.call('POST', '/api/v1/webhooks', { ...webhook, state: 'paused' });
  const other = await native.tenant('acme');

  const { status, body } = await native.call('GET', '/api/v1/dialects');

  expect(status).toBe(200);
  expect(body.data).toMatchObject([
    {
      name: 'native',
      title: 'Posthorn',
      webhooks: { all: { used: 1, max: null }, active: { used: 0, max: null } },
      eventTypes: 0,
      timeoutMs: 15_000,
      profiles: ['durable'],
      defaultProfile: 'durable',
      makesSecret: true,
      settingsSchema: { type: 'object', properties: {} },
    },
    {
      name: 'confluence',
      title: 'Confluence Data Center',
      webhooks: { all: { used: 1, max: null }, active: { used: 1, max: null } },
      timeoutMs: 20_000,
      profiles: ['durable', 'faithful'],
      makesSecret: false,
      settingsSchema: { properties: { secret: {}, credentials: {}, sslVerificationRequired: {} } },
    },
  ]);
  expect(body.data[0].signatures.map(({ scheme }: { scheme: string }) => scheme)).toEqual([
    'standard-webhooks',
    'http-message-signature',
  ]);
  expect(body.data[1].eventTypes).toBeGreaterThan(0);

  const authorization = `Bearer ${other.key}`;
  const theirs = await native.call('GET', '/api/v1/dialects', undefined, { authorization });
  expect(theirs.body.data.map((one: typeof body) => one.webhooks.all.used)).toEqual([0, 0]);
});
