import { ownHeaders } from '../../domain/webhook.ts';
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { signInHeaders, type HeaderSigning } from '../../signing/sign.ts';
import { fixture, fixtureText } from './fixtures/fixture.ts';
import { hubSignature, sampleDelivery, sampleEvent, sampleWebhook } from './fixtures/samples.ts';
import { defaultUserAgent, makeFormat, makePing } from './format.ts';

const format = makeFormat(defaultUserAgent);
const attempt = { number: 1, at: 0 };

type Payload = { timestamp: number; event: string; userKey: string };

test.each(fixtureText('payloads.ndjson').trim().split('\n'))(
  'a payload is byte for byte as captured: %s',
  (line) => {
    const { timestamp, event, userKey, ...members } = JSON.parse(line) as Payload;
    const published = sampleEvent({
      type: event,
      occurredAt: timestamp,
      context: { actor: { key: userKey } },
      data: Buffer.from(JSON.stringify(members)),
    });
    expect(bodyOf({ event: published })).toBe(line);
  },
);

test('the published members go out byte for byte: numbers, escapes and white space inside them stay', () => {
  const data = '\n{ "page": { "id": 12345678901234567890 ,"n":1.0 },"t":"\\u00e9\\/" }\r\n';
  expect(bodyOf({ event: sampleEvent({ data: Buffer.from(data) }) })).toBe(
    '{"timestamp":1768241233603,"event":"page_created","userKey":"ff8081819ba46873019ba46aefbb0000",' +
      '"page": { "id": 12345678901234567890 ,"n":1.0 },"t":"\\u00e9\\/"}',
  );
});

test('without an actor there is no userKey, without data no dangling comma', () => {
  const event = sampleEvent({ context: {}, data: Buffer.from(' { } ') });
  expect(bodyOf({ event })).toBe('{"timestamp":1768241233603,"event":"page_created"}');
});

test('a member of the envelope that the data brings itself is not written twice', () => {
  const data = Buffer.from('{"userKey":"theirs","page":{"id":1,"event":"inner"}}');
  expect(bodyOf({ event: sampleEvent({ data }) })).toBe(
    '{"timestamp":1768241233603,"event":"page_created","userKey":"theirs","page":{"id":1,"event":"inner"}}',
  );
});

test('a member that the data brings is known in any spelling, and one of another name is none', () => {
  const brought = Buffer.from('{"\\u0074imestamp":1,"userKe\\u0079":"theirs","é\\u00e9":2}');
  expect(bodyOf({ event: sampleEvent({ data: brought }) })).toBe(
    '{"event":"page_created","\\u0074imestamp":1,"userKe\\u0079":"theirs","é\\u00e9":2}',
  );
  const other = Buffer.from('{"title":"\\u0074imestamp"}');
  expect(bodyOf({ event: sampleEvent({ context: {}, data: other }) })).toBe(
    '{"timestamp":1768241233603,"event":"page_created","title":"\\u0074imestamp"}',
  );
});

test('headers have the names, the case and the order of the family, and nothing besides', () => {
  const webhook = sampleWebhook(
    { signing: hubSignature('a-secret-string') },
    { credentials: { username: 'u', password: new Secret('pä:ss') } },
  );
  const request = signed({ webhook });
  expect(Object.keys(request.headers)).toEqual([
    'X-Event-Key',
    'Accept',
    'X-Request-Id',
    'Authorization',
    'X-Hub-Signature',
    'Content-Type',
    'User-Agent',
  ]);
  expect(request).toMatchObject({ method: 'POST', url: 'http://example.endpoint.com/' });
  expect(request.headers).toMatchObject({
    'X-Event-Key': 'page_created',
    Accept: '*/*',
    Authorization: `Basic ${Buffer.from('u:pä:ss').toString('base64')}`,
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'Atlassian HttpClient 4.2.0 / Confluence-9.2.21 (Posthorn) / Default',
  });
});

test('without a secret there is no signature, without credentials no Authorization', () => {
  expect(Object.keys(signed({}).headers)).toEqual([
    'X-Event-Key',
    'Accept',
    'X-Request-Id',
    'Content-Type',
    'User-Agent',
  ]);
});

test('X-Request-Id is a lower-case UUID, the same on every retry, another one for a redelivery', () => {
  const first = signed({});
  const retry = format(
    { delivery: sampleDelivery({ attempts: 4 }), event: sampleEvent(), webhook: sampleWebhook() },
    { number: 5, at: 9 },
  );
  const again = signed({ delivery: sampleDelivery({ id: 'dlv_01jd9z3k5n8q2r4t6v8w0xyzac' }) });
  expect(first.headers['X-Request-Id']).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  expect(retry.headers['X-Request-Id']).toBe(first.headers['X-Request-Id']);
  expect(retry.body).toEqual(first.body);
  expect(again.headers['X-Request-Id']).not.toBe(first.headers['X-Request-Id']);
});

test('headers set through the native API follow, and replace none of the wire', () => {
  const webhook = sampleWebhook(
    {},
    { headers: ownHeaders({ 'x-team': 'docs', 'user-agent': 'mine', 'x-event-key': 'forged' }) },
  );
  const { headers } = signed({ webhook });
  expect(Object.keys(headers).at(-1)).toBe('x-team');
  expect(headers).not.toHaveProperty('user-agent');
  expect(headers['X-Event-Key']).toBe('page_created');
});

test.each(fixture('signatures') as { secret: string; body: string; bytes: number; signature: string }[])(
  'SIG: the vector of $secret over $bytes bytes, checked by an independent HMAC too',
  ({ secret, body, bytes, signature }) => {
    const request = { method: 'POST' as const, url: 'http://r/', headers: {}, body: Buffer.from(body) };
    expect(request.body).toHaveLength(bytes);
    const { headers } = signInHeaders(request, hubSignature(secret), { messageId: 'evt_x', at: 0 });
    expect(headers['X-Hub-Signature']).toBe(signature);
    const independent = createHmac('sha256', Buffer.from(secret, 'utf8'))
      .update(Buffer.from(body))
      .digest('hex');
    expect(`sha256=${independent}`).toBe(signature);
  },
);

test('the ping is exactly 14 bytes under its own event key, with a content type without charset', () => {
  const { body, headers } = makePing(defaultUserAgent)(
    sampleWebhook().endpoint,
    'req_01jd9z3k5n8q2r4t6v8w0xyzab',
  );
  expect(Buffer.from(body).toString()).toBe('{"test": true}');
  expect(body).toHaveLength(14);
  expect(headers).toMatchObject({ 'X-Event-Key': 'diagnostics:ping', 'Content-Type': 'application/json' });
  expect(headers).not.toHaveProperty('X-Hub-Signature');
});

type Parts = Partial<Parameters<typeof format>[0]>;

function formatted({ delivery = sampleDelivery(), event = sampleEvent(), webhook = sampleWebhook() }: Parts) {
  return format({ delivery, event, webhook }, attempt);
}

function signed(parts: Parts) {
  const { signing } = parts.webhook ?? sampleWebhook();
  return signInHeaders(formatted(parts), signing as HeaderSigning, { messageId: 'evt_x', at: 0 });
}

function bodyOf(parts: Parts): string {
  return Buffer.from(formatted(parts).body).toString();
}
