// What a receiver sees of a running Posthorn in both profiles: the acceptance checklist of the Confluence wire.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver, type Recorded } from '../../server/test/receivers/receiver.ts';
import { isSignedWith } from './hub-signature.ts';
import { startPosthorn } from '../start.ts';
import { until } from '../until.ts';

type Listed = { data: { id: string; state: string; eventId: string }[] };

describe.each(['durable', 'faithful'])('in the %s profile', (profile) => {
  let posthorn: Posthorn;

  beforeAll(async () => {
    posthorn = await startPosthorn({
      POSTHORN_DELIVERY_PROFILE: profile,
      POSTHORN_RETRY_SCHEDULE: '1s,1s,1s',
    });
  });
  afterAll(() => posthorn?.[Symbol.asyncDispose]());

  test('a webhook created with name, url and events alone gets its events', async () => {
    await using receiver = await startReceiver();
    const webhook = await create(posthorn, { url: receiver.url, events: ['page_updated'] });
    expect(webhook).toMatchObject({ active: true });

    await publish(posthorn, 'page_updated', { page: { id: 1015809 }, updateTrigger: 'edit_page' });
    const [request] = await receiver.waitFor(1);
    expect(JSON.parse(request!.body.toString())).toEqual({
      timestamp: expect.any(Number) as number,
      event: 'page_updated',
      page: { id: 1015809 },
      updateTrigger: 'edit_page',
    });
    await remove(posthorn, webhook.id);
  });

  test('the request carries the headers of the original, in its case and order, and no others', async () => {
    await using receiver = await startReceiver();
    const webhook = await create(posthorn, {
      url: `${receiver.url}/hook?secret=abc`,
      events: ['page_created'],
      configuration: { secret: 'geheimer-Schlüssel' },
      credentials: { username: 'u', password: 'p' },
    });
    await publish(posthorn, 'page_created', { page: { id: 1 } });
    const [request] = await receiver.waitFor(1);

    const connection = new Set(['host', 'connection', 'content-length']);
    const names = request!.rawHeaders.filter((_, index) => index % 2 === 0);
    expect(names.filter((name) => !connection.has(name.toLowerCase()))).toEqual([
      'X-Event-Key',
      'Accept',
      'X-Request-Id',
      'Authorization',
      'X-Hub-Signature',
      'Content-Type',
      'User-Agent',
    ]);
    expect(request).toMatchObject({
      method: 'POST',
      url: '/hook?secret=abc',
      headers: {
        'x-event-key': 'page_created',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(request!.body.length),
        authorization: `Basic ${btoa('u:p')}`,
        'user-agent': expect.stringMatching(/^Atlassian HttpClient /) as string,
      },
    });
    const signature = request!.headers['x-hub-signature'];
    expect(await isSignedWith('geheimer-Schlüssel', request!.body, signature)).toBe(true);
    expect(await isSignedWith('another secret', request!.body, signature)).toBe(false);
    await remove(posthorn, webhook.id);
  });

  test('the ping of a test is 14 bytes and unsigned, and a dead target is an answer with outcome ERROR', async () => {
    await using receiver = await startReceiver(() => ({ status: 403, body: 'no' }));
    const tested = await rest(posthorn, 'POST', `/test?url=${encodeURIComponent(`${receiver.url}/x`)}`);
    expect(tested).toMatchObject({
      status: 200,
      body: { response: { status: 403, outcome: 'FAILURE', description: '403 Forbidden', body: 'no' } },
    });
    const [ping] = await receiver.waitFor(1);
    expect(ping!.body.toString()).toBe('{"test": true}');
    expect(ping!.headers).toMatchObject({
      'x-event-key': 'diagnostics:ping',
      'content-type': 'application/json',
    });
    expect(ping!.headers).not.toHaveProperty('x-hub-signature');

    expect(await rest(posthorn, 'POST', '/test?url=http%3A%2F%2F127.0.0.1%3A9%2F')).toMatchObject({
      status: 200,
      body: { response: { outcome: 'ERROR' } },
    });
    expect(await rest(posthorn, 'POST', '/test?url=http%3A%2F%2F10.0.0.1%2F')).toMatchObject({
      status: 200,
      body: { response: { outcome: 'ERROR' } },
    });
  });

  test('a switched-off webhook gets nothing, and what happens later once it is on again', async () => {
    await using receiver = await startReceiver();
    const webhook = await create(posthorn, {
      url: receiver.url,
      events: ['blog_created'],
      active: 'false',
    });
    expect(webhook.active).toBe(false);
    await publish(posthorn, 'blog_created', { blog: { id: 1 } });
    expect(await rest(posthorn, 'PUT', `/${webhook.id}`, { active: 'TRUE' })).toMatchObject({
      status: 200,
      body: { active: true },
    });
    await publish(posthorn, 'blog_created', { blog: { id: 2 } });
    const [request] = await receiver.waitFor(1);
    expect(JSON.parse(request!.body.toString())).toMatchObject({ blog: { id: 2 } });
    await remove(posthorn, webhook.id);
  });
});

test('a Confluence webhook made through the native API is one on its own wire, and its test sends the signed ping', async () => {
  await using posthorn = await startPosthorn();
  await using receiver = await startReceiver();
  const made = await posthorn.api<{ id: string }>('/webhooks', {
    method: 'POST',
    body: {
      name: 'from the native API',
      dialect: 'confluence',
      url: `${receiver.url}/hook`,
      eventTypes: ['page_created'],
      dialectSettings: { secret: 'hush-hush', credentials: { username: 'u', password: 'p' } },
    },
  });
  expect(made.status).toBe(201);
  expect(JSON.stringify(made.body)).not.toContain('hush-hush');
  expect((await rest(posthorn, 'GET', '/1')).body).toMatchObject({
    id: 1,
    name: 'from the native API',
    url: `${receiver.url}/hook`,
    events: ['page_created'],
    configuration: { secret: 'hush-hush' },
    credentials: { username: 'u' },
  });
  await posthorn.api(`/webhooks/${made.body.id}/test`, { method: 'POST' });
  const [ping] = await receiver.waitFor(1);
  expect(ping!.body.toString()).toBe('{"test": true}');
  expect(ping!.headers).toMatchObject({
    'x-event-key': 'diagnostics:ping',
    authorization: `Basic ${btoa('u:p')}`,
  });
  expect(await isSignedWith('hush-hush', ping!.body, ping!.headers['x-hub-signature'])).toBe(true);
});

test('durable: a refused event is sent again, byte for byte and with the same X-Request-Id, each attempt an invocation', async () => {
  await using posthorn = await startPosthorn({ POSTHORN_RETRY_SCHEDULE: '1s,1s,1s' });
  await using receiver = await startReceiver();
  receiver.respondWith({ status: 403 }, { status: 503 }, { status: 200 });
  const webhook = await create(posthorn, { url: receiver.url, events: ['page_created'] });
  await publish(posthorn, 'page_created', { page: { id: 7 } });

  const [first, ...again] = await receiver.waitFor(3);
  for (const request of again) {
    expect(request.body).toEqual(first!.body);
    expect(request.headers['x-request-id']).toBe(first!.headers['x-request-id']);
  }
  const statistics = await until(
    () => rest(posthorn, 'GET', `/${webhook.id}/statistics`),
    ({ body }) => (body as { counts: { successes: number } }).counts.successes === 1,
  );
  expect(statistics.body).toMatchObject({
    counts: { successes: 1, failures: 2, errors: 0 },
    lastFailure: { result: { description: '503 Service Unavailable' } },
  });
});

test('durable: a redirect is the answer and is not followed', async () => {
  await using posthorn = await startPosthorn({ POSTHORN_RETRY_SCHEDULE: '1h' });
  await using receiver = await startReceiver((request) =>
    request.url === '/a' ? { status: 303, headers: { location: '/b' } } : {},
  );
  const webhook = await create(posthorn, { url: `${receiver.url}/a`, events: ['page_created'] });
  await publish(posthorn, 'page_created', { page: { id: 7 } });
  const latest = await until(
    () => rest(posthorn, 'GET', `/${webhook.id}/latest`),
    ({ status }) => status === 200,
  );
  expect(latest.body).toMatchObject({ result: { outcome: 'FAILURE', description: '303 See Other' } });
  expect(receiver.requests.map(({ url }) => url)).toEqual(['/a']);
});

test('faithful: a 303 is followed as a POST with the body, without Authorization on another origin', async () => {
  await using posthorn = await startPosthorn({ POSTHORN_DELIVERY_PROFILE: 'faithful' });
  await using target = await startReceiver();
  await using receiver = await startReceiver(() => ({
    status: 303,
    headers: { location: `${target.url}/b` },
  }));
  await create(posthorn, {
    url: `${receiver.url}/a`,
    events: ['page_created'],
    credentials: { username: 'u', password: 'p' },
  });
  await publish(posthorn, 'page_created', { page: { id: 7 } });
  const [followed] = await target.waitFor(1);
  expect(followed).toMatchObject({ method: 'POST', url: '/b' });
  expect(followed!.body).toEqual(receiver.requests[0]!.body);
  expect(receiver.requests[0]!.headers).toHaveProperty('authorization');
  expect(followed!.headers).not.toHaveProperty('authorization');
});

test('faithful: five refusals open the breaker, events are skipped while it is open, then one probe closes it', async () => {
  await using posthorn = await startPosthorn({ POSTHORN_DELIVERY_PROFILE: 'faithful' });
  await using receiver = await startReceiver(() => ({ status: 403 }));
  const webhook = await create(posthorn, { url: receiver.url, events: ['page_created'] });

  for (let failure = 1; failure <= 5; failure++) {
    await publish(posthorn, 'page_created', { page: { id: failure } });
    await receiver.waitFor(failure);
    await until(
      () => rest(posthorn, 'GET', `/${webhook.id}/statistics`),
      ({ body }) => (body as { counts: { failures: number } }).counts.failures === failure,
    );
  }
  const sixth = await publish(posthorn, 'page_created', { page: { id: 6 } });
  expect(await stateOf(posthorn, sixth)).toBe('skipped');
  expect(receiver.requests).toHaveLength(5);

  receiver.respondWith({ status: 200 });
  const sent: string[] = [];
  const sendNext = async () => {
    const eventId = await publish(posthorn, 'page_created', { page: { id: 100 + sent.length } });
    return sent[sent.push(await stateOf(posthorn, eventId)) - 1];
  };
  await until(sendNext, (state) => state !== 'skipped');
  expect(sent.at(-1)).toBe('delivered');
  expect(new Set(sent.slice(0, -1))).toEqual(new Set(['skipped']));
  const next = await publish(posthorn, 'page_created', { page: { id: 7 } });
  expect(await stateOf(posthorn, next)).toBe('delivered');
  expect(idsOf(receiver.requests)).not.toContain(6);
  expect((await rest(posthorn, 'GET', `/${webhook.id}`)).body).toMatchObject({ active: true });
});

type Webhook = { id: number; active: boolean };
type Answer = { status: number; body: unknown };

async function create(posthorn: Posthorn, members: object): Promise<Webhook> {
  const { status, body } = await rest(posthorn, 'POST', '', { name: 'acceptance', ...members });
  expect(status).toBe(201);
  return body as Webhook;
}

async function remove(posthorn: Posthorn, id: number): Promise<void> {
  expect(await rest(posthorn, 'DELETE', `/${id}`)).toMatchObject({ status: 204 });
}

async function rest(posthorn: Posthorn, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${posthorn.url}/confluence/rest/api/webhooks${path}`, {
    method,
    headers: { authorization: `Bearer ${posthorn.token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as unknown };
}

/** Publishes through the native API and answers the event's id. */
async function publish(posthorn: Posthorn, type: string, data: object): Promise<string> {
  const accepted = await posthorn.api<{ id: string }>('/events', { method: 'POST', body: { type, data } });
  expect(accepted.status).toBe(202);
  return accepted.body.id;
}

/** The final state of an event's only delivery. */
async function stateOf(posthorn: Posthorn, eventId: string): Promise<string> {
  const listed = await until(
    () => posthorn.api<Listed>(`/deliveries?eventId=${eventId}`),
    ({ body }) => body.data[0] !== undefined && body.data[0].state !== 'scheduled',
  );
  return listed.body.data[0]!.state;
}

function idsOf(requests: readonly Recorded[]): number[] {
  return requests.map((request) => (JSON.parse(request.body.toString()) as { page: { id: number } }).page.id);
}
