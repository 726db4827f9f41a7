import { expect, test } from 'vitest';
import { Value } from 'typebox/value';
import { testClock } from '../../../test/test-clock.ts';
import { Secret } from '../../domain/secret.ts';
import { hubSignature, sampleWebhook } from './fixtures/samples.ts';
import { makeSettings } from './settings.ts';
import { webhookResource } from './translate/webhook-out.ts';

const settings = makeSettings(testClock());
const shown = { shapes: 'observed' as const, maskSecret: false };

test('the native API sets what only the Confluence wire knows', () => {
  const applied = settings.apply(
    {
      secret: 's3',
      credentials: { username: 'u', password: 'p' },
      sslVerificationRequired: false,
      configuration: { createdBy: 'ui' },
    },
    null,
    'tnt_1',
  );
  expect(applied.signing).toMatchObject({ scheme: 'hub-signature' });
  expect(applied.credentials?.password.reveal()).toBe('p');
  expect(applied).toMatchObject({
    tlsVerify: false,
    dialectSettings: { configuration: { createdBy: 'ui' } },
  });
});

test('what is not given stays as it is, and a mask that is sent back keeps the secret', () => {
  const current = sampleWebhook(
    { signing: hubSignature('s3'), dialectSettings: { configuration: { a: 'b' } } },
    { credentials: { username: 'u', password: new Secret('p') } },
  );
  expect(settings.apply({}, current, 'tnt_1')).toEqual({
    dialectSettings: { configuration: { a: 'b' }, url: null },
  });
  const again = settings.apply({ secret: '********', credentials: { username: 'u2' } }, current, 'tnt_1');
  expect(again).not.toHaveProperty('signing');
  expect(again.credentials?.password.reveal()).toBe('p');
  expect(settings.apply({ secret: null, credentials: null }, current, 'tnt_1')).toMatchObject({
    signing: { scheme: 'none' },
    credentials: null,
  });
});

test('secrets are masked where the native API shows them', () => {
  const webhook = sampleWebhook(
    { signing: hubSignature('s3-geheim') },
    { credentials: { username: 'u', password: new Secret('p-geheim') } },
  );
  expect(settings.show(webhook)).toEqual({
    secret: '********',
    credentials: { username: 'u' },
    sslVerificationRequired: true,
    configuration: {},
  });
  expect(settings.show(sampleWebhook())).toMatchObject({ secret: null, credentials: null });
});

test.each([
  [{ secret: '' }],
  [{ secret: 'x'.repeat(256) }],
  [{ credentials: { username: 'a:b' } }],
  [{ credentials: { password: 'p' } }],
  [{ configuration: { secret: 'hidden' } }],
  [{ configuration: { a: 1 } }],
  [{ unknown: 1 }],
])('%j is no good setting', (given) => {
  expect(Value.Check(settings.schema, given)).toBe(false);
});

test('good settings are good', () => {
  const given = {
    secret: null,
    credentials: { username: 'u' },
    sslVerificationRequired: true,
    configuration: { a: 'b' },
  };
  expect(Value.Check(settings.schema, given)).toBe(true);
});

test("a Confluence webhook subscribes to Confluence's own event types only, and to at least one", () => {
  const problems = (eventTypes: string[], name = 'n') =>
    settings
      .problems({ name, subscription: { eventTypes, channels: [], only: null, filter: null } })
      .map(({ pointer }) => pointer);
  expect(problems(['page_created', 'invoice.paid', 'page_*'])).toEqual(['/eventTypes/1', '/eventTypes/2']);
  expect(problems([])).toEqual(['/eventTypes']);
  expect(problems(['page_created'], 'x'.repeat(256))).toEqual(['/name']);
  expect(problems(['page_created'])).toEqual([]);
});

test('a URL that changed through the native API is what the wire shows', () => {
  const written = { head: 'http://Example.com', canonicalHead: 'http://example.com/', userinfo: false };
  const webhook = sampleWebhook({ dialectSettings: { url: written } }, { url: 'http://example.com/?a=b' });
  expect(webhookResource(webhook, shown).url).toBe('http://Example.com?a=b');
  const moved = sampleWebhook({ dialectSettings: { url: written } }, { url: 'https://elsewhere.example/' });
  expect(webhookResource(moved, shown).url).toBe('https://elsewhere.example/');
});
