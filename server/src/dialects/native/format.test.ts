import { expect, test } from 'vitest';
import { sampleWebhook } from '../../../test/sample-webhook.ts';
import { signingBy, verifyingKey } from '../../../test/signing-samples.ts';
import { Webhook as Verifier } from 'standardwebhooks';
import type { Event } from '../../domain/event.ts';
import { Secret } from '../../domain/secret.ts';
import { ownHeaders, type Webhook } from '../../domain/webhook.ts';
import { signInHeaders, type HeaderSigning } from '../../signing/sign.ts';
import { verifyMessageSignature } from '../../signing/verify-message-signature.ts';
import { makeFormat, makeTestRequest } from './format.ts';

const format = makeFormat('1.2.3');
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

const event: Event = {
  id: 'evt_01kdvdna00e81505w2ysr56cs2',
  tenantId: 'tnt_1',
  type: 'invoice.paid',
  occurredAt: Date.UTC(2026, 0, 1),
  acceptedAt: Date.UTC(2026, 0, 2),
  data: Buffer.from('{ "10":1, "2" : 1e400 }'),
  context: {},
};

const delivery = {
  id: 'dlv_1',
  tenantId: 'tnt_1',
  webhookId: 'wh_1',
  eventId: event.id,
  eventType: event.type,
  attempts: 0,
  state: { kind: 'scheduled', dueAt: 0 },
  createdAt: 0,
  purpose: 'event',
  redeliveryOf: null,
  orderingKey: null,
} as const;

test('the body is a Standard Webhooks envelope around the bytes as published', () => {
  const { method, url, headers, body } = format(
    { event, delivery, webhook: webhookWith({}) },
    { number: 1, at: 0 },
  );

  expect([method, url]).toEqual(['POST', 'https://receiver.example/hooks']);
  expect(headers).toEqual({
    'content-type': 'application/json',
    'user-agent': 'Posthorn/1.2.3',
    'webhook-id': event.id,
  });
  expect(Buffer.from(body).toString()).toBe(
    '{"type":"invoice.paid","timestamp":"2026-01-01T00:00:00.000Z","data":{ "10":1, "2" : 1e400 }}',
  );
});

test('every attempt and every redelivery has the same bytes and the same headers', () => {
  const webhook = webhookWith({});
  const first = format({ event, delivery, webhook }, { number: 1, at: 1 });
  const redelivery = { ...delivery, id: 'dlv_2', redeliveryOf: 'dlv_1' };

  for (const [again, number] of [
    [delivery, 2],
    [redelivery, 1],
  ] as const) {
    expect(format({ event, delivery: again, webhook }, { number, at: 99 })).toEqual(first);
  }
});

test("the webhook's own headers go along, and replace the standard ones that they name", () => {
  const headers = { 'X-Team': 'billing', 'User-Agent': 'Acme/1' };

  const request = format({ event, delivery, webhook: webhookWith(headers) }, { number: 1, at: 0 });

  expect(request.headers).toEqual({
    'content-type': 'application/json',
    'webhook-id': event.id,
    'X-Team': 'billing',
    'User-Agent': 'Acme/1',
  });
});

test("a receiver with somebody else's verifier accepts the signed request, and not a changed one", () => {
  const webhook = webhookWith({});
  const at = Date.now();
  const signing = webhook.signing as HeaderSigning;
  const formatted = format({ event, delivery, webhook }, { number: 1, at });
  const request = signInHeaders(formatted, signing, { messageId: event.id, at });
  const verifier = new Verifier(secret);
  const text = Buffer.from(request.body).toString();

  expect(() => verifier.verify(text, request.headers)).not.toThrow();
  expect(() => verifier.verify(`${text} `, request.headers)).toThrow('No matching signature found');
});

test('an HTTP message signature covers content-type and webhook-id as they go out, in a test request too', () => {
  const signing = signingBy('hmac-sha256');
  const webhook = { ...webhookWith({ 'Content-Type': 'application/vnd.acme+json' }), signing };
  const [delivered, tested] = [
    format({ event, delivery, webhook }, { number: 1, at: 0 }),
    makeTestRequest('1.2.3')(webhook, { messageId: 'evt_test', at: 0, caller: { address: null } }),
  ];
  expect(format({ event, delivery, webhook: webhookWith({}) }, { number: 1, at: 0 })).not.toHaveProperty(
    'covered',
  );
  for (const request of [delivered, tested]) {
    expect(request.covered).toEqual(['content-type', 'webhook-id']);
    const signed = signInHeaders(request, signing, { messageId: request.headers['webhook-id']!, at: 0 });
    const verdict = (headers = signed.headers) =>
      verifyMessageSignature({ ...signed, headers }, [verifyingKey(signing)], 0, request.covered).ok;
    expect(verdict()).toBe(true);
    expect(verdict({ ...signed.headers, 'Content-Type': 'application/json' })).toBe(false);
    expect(verdict({ ...signed.headers, 'webhook-id': 'evt_other' })).toBe(false);
    expect(signed).not.toHaveProperty('covered');
  }
});

test('a test request is an event of type posthorn.test that names the webhook', () => {
  const request = makeTestRequest('1.2.3')(webhookWith({}), {
    messageId: 'evt_test',
    at: Date.UTC(2026, 0, 1),
    caller: { address: null },
  });

  expect(request.headers['webhook-id']).toBe('evt_test');
  expect(JSON.parse(Buffer.from(request.body).toString())).toEqual({
    type: 'posthorn.test',
    timestamp: '2026-01-01T00:00:00.000Z',
    data: { webhookId: 'wh_1', name: 'orders "1"' },
  });
});

function webhookWith(headers: Readonly<Record<string, string>>): Webhook {
  return sampleWebhook(
    {
      name: 'orders "1"',
      signing: {
        scheme: 'standard-webhooks',
        keys: [{ secret: new Secret(secret), createdAt: 0, expiresAt: null }],
      },
    },
    { url: 'https://receiver.example/hooks', headers: ownHeaders(headers) },
  );
}
