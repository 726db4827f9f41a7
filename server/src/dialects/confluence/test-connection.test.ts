import { ownHeaders } from '../../domain/webhook.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startConfluence, type ConfluenceServer } from '../../../test/confluence/confluence-server.ts';
import { startReceiver, type Receiver } from '../../../test/receivers/receiver.ts';
import { verifyHubSignature } from '../../signing/hub-signature.ts';
import { Secret } from '../../domain/secret.ts';
import { fixture, shapeOf } from './fixtures/fixture.ts';

const path = '/rest/api/webhooks';

let confluence: ConfluenceServer;
let receiver: Receiver;

beforeAll(async () => {
  [confluence, receiver] = await Promise.all([startConfluence(), startReceiver()]);
});
afterAll(() => Promise.all([confluence?.[Symbol.asyncDispose](), receiver?.[Symbol.asyncDispose]()]));
beforeEach(() =>
  receiver.respondWith({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' }),
);

const ask = (url: string, more = '', body?: object) =>
  confluence.call('POST', `${path}/test?url=${encodeURIComponent(url)}${more}`, body);

/** The request that reached the receiver for a test, and the test's answer. */
async function tested(child: string, more = '', body?: object) {
  const { length } = receiver.requests;
  const answer = await ask(`${receiver.url}${child}`, more, body);
  return { answer, ping: receiver.requests[length] };
}

test('the exchange is answered, with the members and types of the sample', async () => {
  const { answer, ping } = await tested('/hook?secret=abc&x=%2F');
  expect(answer.status).toBe(200);
  expect(shapeOf(answer.body)).toEqual(shapeOf(fixture('test-answer')));
  expect(answer.body).toMatchObject({
    request: { url: `${receiver.url}/hook?secret=abc&x=%2F`, method: 'POST', body: '{"test": true}' },
    response: {
      status: 200,
      outcome: 'SUCCESS',
      description: '200 OK',
      headers: expect.objectContaining({ 'Content-Type': 'text/plain' }),
      body: 'ok',
    },
  });
  expect(ping).toMatchObject({ method: 'POST', url: '/hook?secret=abc&x=%2F' });
});

test('the ping is exactly 14 bytes, under its event key, and unsigned since no secret is known', async () => {
  const { ping } = await tested('/');
  expect(ping!.body.toString()).toBe('{"test": true}');
  expect(ping!.headers).toMatchObject({
    'x-event-key': 'diagnostics:ping',
    'content-type': 'application/json',
    'content-length': '14',
    accept: '*/*',
  });
  expect(ping!.headers).not.toHaveProperty('x-hub-signature');
  expect(ping!.headers).not.toHaveProperty('authorization');
});

test('each test has a request id of its own', async () => {
  const [first, second] = [await tested('/'), await tested('/')];
  expect(first.ping!.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(first.ping!.headers['x-request-id']).not.toBe(second.ping!.headers['x-request-id']);
});

test('whatever the receiver answers, the test answers 200', async () => {
  receiver.respondWith({ status: 503, body: 'busy' });
  const { answer } = await tested('/');
  expect(answer).toMatchObject({
    status: 200,
    body: {
      response: { status: 503, outcome: 'FAILURE', description: '503 Service Unavailable', body: 'busy' },
    },
  });
});

test('without an answer the outcome is ERROR with the text of the error, and there is no status', async () => {
  const { status, body } = await ask('http://127.0.0.1:9/');
  expect(status).toBe(200);
  expect(shapeOf(body)).toEqual(shapeOf(fixture('test-answer-error')));
  expect(body.response.outcome).toBe('ERROR');
});

test('a target that the operator refuses is an ERROR too, and gets no request', async () => {
  const { status, body } = await ask('http://u:p@169.254.169.254/latest');
  expect(status).toBe(200);
  expect(shapeOf(body)).toEqual(shapeOf(fixture('test-answer-error')));
  expect(body.request.url).toBe('http://169.254.169.254/latest');
});

test.each([
  ['no url', `${path}/test`, 'webhooks.url.missing'],
  ['an empty url', `${path}/test?url=`, 'webhooks.url.missing'],
  ['a relative url', `${path}/test?url=hook`, 'webhooks.url.invalid'],
  ['another scheme', `${path}/test?url=ftp%3A%2F%2Fexample.com`, 'webhooks.url.invalid'],
])('%s is a 400', async (_what, url, key) => {
  const { status, body } = await confluence.call('POST', url);
  expect(status).toBe(400);
  expect(body.data.errors).toMatchObject([{ message: { key } }]);
});

test('user info in the URL and a body with username and password become Basic, masked in the answer', async () => {
  const inUrl = receiver.url.replace('http://', 'http://u:p%40@');
  const answer = await ask(`${inUrl}/`);
  expect(answer.body.request).toMatchObject({
    url: `${receiver.url}/`,
    headers: { Authorization: '[redacted]' },
  });
  expect(receiver.requests.at(-1)!.headers.authorization).toBe(`Basic ${btoa('u:p@')}`);

  const { ping } = await tested('/', '', { username: 'x', password: 'y' });
  expect(ping!.headers.authorization).toBe(`Basic ${btoa('x:y')}`);
});

test('an empty body and an empty object are no credentials; a bad body is a 400', async () => {
  expect((await tested('/', '', {})).ping!.headers).not.toHaveProperty('authorization');
  expect(await ask(receiver.url, '', { username: 5 })).toMatchObject({ status: 400 });
  expect(await ask(receiver.url, '', [])).toMatchObject({ status: 400 });
});

test('with webhookId the ping uses what that webhook has stored: credentials and the secret', async () => {
  const { body: webhook } = await confluence.call('POST', path, {
    name: 'n',
    url: `${receiver.url}/stored`,
    events: ['page_created'],
    configuration: { secret: 's3' },
    credentials: { username: 'u', password: 'p' },
  });
  const { ping } = await tested('/', `&webhookId=${webhook.id}`);
  expect(ping!.headers.authorization).toBe(`Basic ${btoa('u:p')}`);
  expect(verifyHubSignature(ping!.headers['x-hub-signature'], ping!.body, new Secret('s3'))).toBe(true);

  for (const child of ['latest', 'statistics']) {
    const { status, body } = await confluence.call('GET', `${path}/${webhook.id}/${child}`);
    expect(status === 204 || body.counts.successes === 0).toBe(true);
  }
});

test('what a webhook has stored goes to no other origin than its own, whoever asks', async () => {
  const { body: webhook } = await confluence.call('POST', path, {
    name: 'n',
    url: `${receiver.url.replace('127.0.0.1', '127.0.0.2')}/stored`,
    events: ['page_created'],
    configuration: { secret: 's3' },
    credentials: { username: 'u', password: 'p' },
  });
  const { tenantId } = confluence.caller.principal;
  const { id } = (await confluence.store.getWebhookByWireId(tenantId, 'confluence', webhook.id))!;
  await confluence.webhooks.update(confluence.caller, id, (current) => ({
    ...current,
    endpoint: { ...current.endpoint, headers: ownHeaders({ 'X-Token': 't' }) },
  }));

  const { ping } = await tested('/stored', `&webhookId=${webhook.id}`);
  const withName = await tested('/stored', `&webhookId=${webhook.id}`, { username: 'u' });

  expect(ping!.headers).not.toHaveProperty('authorization');
  expect(ping!.headers).not.toHaveProperty('x-hub-signature');
  expect(ping!.headers).not.toHaveProperty('x-token');
  expect(withName.ping!.headers.authorization).toBe(`Basic ${btoa('u:')}`);
});

test.each(['999', 'abc', ''])('webhookId %o names no webhook: 400, never 404', async (id) => {
  const { status, body } = await ask(receiver.url, `&webhookId=${id}`);
  expect(status).toBe(400);
  expect(body.data.errors).toMatchObject([
    { message: { key: 'webhooks.parameter.invalid', args: ['webhookId', id] } },
  ]);
});

test('durable: a redirect is the answer of a test; faithful: it is followed with method and body', async () => {
  receiver.respondWith((request) =>
    request.url === '/a' ? { status: 303, headers: { location: '/b' } } : { status: 200 },
  );
  expect((await tested('/a')).answer.body.response).toMatchObject({ status: 303, outcome: 'FAILURE' });
  await using faithful = await startConfluence({ profile: 'faithful' });
  const { body } = await faithful.call('POST', `${path}/test?url=${encodeURIComponent(`${receiver.url}/a`)}`);
  expect(body.response).toMatchObject({ status: 200, outcome: 'SUCCESS' });
  expect(receiver.requests.at(-1)).toMatchObject({ method: 'POST', url: '/b' });
});

test('a receiver that never answers ends the test as an ERROR after 20 s, before the known client gives up', async () => {
  receiver.respondWith(async () => new Promise(() => {}));
  const { length } = receiver.requests;
  const answer = ask(`${receiver.url}/hangs`);
  await receiver.waitFor(length + 1);
  await confluence.clock.advance(20_000);
  expect(await answer).toMatchObject({ status: 200, body: { response: { outcome: 'ERROR' } } });
});
