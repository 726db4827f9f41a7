// The unmodified npm client drives all nine operations of a running Posthorn, and a real receiver verifies deliveries.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver, type Receiver } from '../../server/test/receivers/receiver.ts';
import { isSignedWith } from './hub-signature.ts';
import { startConfluenceMcp, type ConfluenceMcp, type Credentials } from './mcp-client.ts';
import { startPosthorn } from '../start.ts';
import { until } from '../until.ts';

type Webhook = {
  id: number;
  url: string;
  active: boolean;
  configuration: Record<string, string>;
  events: string[];
};

let posthorn: Posthorn;
let receiver: Receiver;

beforeAll(async () => {
  [posthorn, receiver] = await Promise.all([startPosthorn(), startReceiver()]);
});

afterAll(async () => {
  await posthorn?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

const ways: [way: string, context: string, kind: 'bearer' | 'basic'][] = [
  ['Bearer, with the context path', '/confluence', 'bearer'],
  ['Bearer, without the context path', '', 'bearer'],
  ['Basic, with the context path', '/confluence', 'basic'],
  ['Basic, without the context path', '', 'basic'],
];

describe.each(ways)('confluence-datacenter-mcp, %s', (_way, context, kind) => {
  let mcp: ConfluenceMcp;

  beforeAll(async () => {
    const { token, username, password } = posthorn;
    const credentials: Credentials = kind === 'bearer' ? { kind, token } : { kind, username, password };
    mcp = await startConfluenceMcp(`${posthorn.url}${context}`, credentials);
  });

  afterAll(() => mcp?.[Symbol.asyncDispose]());

  test('creates, lists, reads, updates, tests and deletes a webhook, and asks how its deliveries went', async () => {
    // create, with and without the optional members
    const plain = await data<Webhook>(
      mcp.call('confluence_create_webhook', {
        name: 'plain',
        url: `${receiver.url}/plain`,
        events: ['page_created'],
      }),
    );
    expect(plain).toMatchObject({ active: true, configuration: {}, events: ['page_created'] });
    const signed = await data<Webhook>(
      mcp.call('confluence_create_webhook', {
        name: 'signed',
        url: `${receiver.url}/signed?secret=in-the-url`,
        events: ['page_updated', 'page_created'],
        active: true,
        secret: 's3',
      }),
    );
    expect(signed).toMatchObject({ id: plain.id + 1, configuration: { secret: 's3' } });
    const webhookId = String(signed.id);

    // find
    const listed = await data<{ results: Webhook[]; limit: number; totalCount: number }>(
      mcp.call('confluence_find_webhooks'),
    );
    expect(listed.limit).toBe(25);
    expect(listed.results.map((webhook) => webhook.id)).toContain(signed.id);
    const filtered = await data<{ results: Webhook[]; _links: Record<string, string> }>(
      mcp.call('confluence_find_webhooks', { limit: 1, start: 0, event: 'page_updated', statistics: true }),
    );
    expect(filtered.results).toMatchObject([{ statistics: { counts: { successes: 0 } } }]);
    expect(filtered._links).toMatchObject({ context, base: `${posthorn.url}${context}` });

    // a fresh webhook has no invocation and zero counts
    expect(await mcp.call('confluence_get_webhook_latest_invocation', { webhookId })).toEqual({
      success: true,
    });
    expect(await data(mcp.call('confluence_get_webhook_statistics_summary', { webhookId }))).toMatchObject({
      page_created: { counts: { successes: 0, failures: 0, errors: 0 } },
      page_updated: { counts: { successes: 0, failures: 0, errors: 0 } },
    });

    // a published event reaches both, the second one signed
    const before = receiver.requests.length;
    const published = await posthorn.api('/events', {
      method: 'POST',
      body: {
        type: 'page_created',
        data: { page: { id: 1015810 } },
        actor: { key: 'ff8081819ba46873019ba46aefbb0000' },
      },
    });
    expect(published.status).toBe(202);
    const arrived = (await receiver.waitFor(before + 2)).slice(before);
    const request = arrived.find(({ url }) => url.startsWith('/signed'))!;
    expect(request.url).toBe('/signed?secret=in-the-url');
    expect(JSON.parse(request.body.toString())).toEqual({
      timestamp: expect.any(Number) as number,
      event: 'page_created',
      userKey: 'ff8081819ba46873019ba46aefbb0000',
      page: { id: 1015810 },
    });
    expect(await isSignedWith('s3', request.body, request.headers['x-hub-signature'])).toBe(true);
    expect(arrived.find(({ url }) => url === '/plain')!.headers).not.toHaveProperty('x-hub-signature');

    // its record
    const latest = await until(
      () =>
        mcp.call('confluence_get_webhook_latest_invocation', {
          webhookId,
          outcomes: 'SUCCESS',
          event: 'page_created',
        }),
      (answer) => answer.data !== undefined,
    );
    expect(latest).toMatchObject({
      success: true,
      data: {
        event: 'page_created',
        request: { method: 'POST', body: request.body.toString() },
        result: { outcome: 'SUCCESS', statusCode: 200, description: '200 OK' },
      },
    });
    const statistics = await data(
      mcp.call('confluence_get_webhook_statistics', { webhookId, event: 'page_created' }),
    );
    expect(statistics).toMatchObject({
      counts: { successes: 1, failures: 0, errors: 0 },
      lastSuccess: { event: 'page_created' },
    });
    expect(await data(mcp.call('confluence_get_webhook', { webhookId, statistics: true }))).toMatchObject({
      id: signed.id,
      statistics: { counts: { successes: 1 } },
    });

    // update keeps what is absent, then changes what is given
    const kept = await data<Webhook>(
      mcp.call('confluence_update_webhook', {
        webhookId,
        name: 'n2',
        url: `${receiver.url}/moved`,
        events: ['page_updated'],
      }),
    );
    expect(kept).toMatchObject({ active: true, configuration: { secret: 's3' }, events: ['page_updated'] });
    const changed = await data<Webhook>(
      mcp.call('confluence_update_webhook', {
        webhookId,
        name: 'n2',
        url: `${receiver.url}/moved`,
        events: ['page_updated'],
        active: false,
        secret: 's4',
      }),
    );
    expect(changed).toMatchObject({ active: false, configuration: { secret: 's4' } });
    expect(await data(mcp.call('confluence_get_webhook', { webhookId }))).toEqual(changed);

    // test: the constant ping, unsigned; a dead target is an answer too
    const pinged = receiver.requests.length;
    expect(await data(mcp.call('confluence_test_webhook', { url: `${receiver.url}/x?a=b` }))).toMatchObject({
      request: { url: `${receiver.url}/x?a=b`, body: '{"test": true}' },
      response: { status: 200, outcome: 'SUCCESS', description: '200 OK' },
    });
    const ping = (await receiver.waitFor(pinged + 1))[pinged]!;
    expect(ping.body).toHaveLength(14);
    expect(ping.headers).not.toHaveProperty('x-hub-signature');
    const dead = await data<{ response: object }>(
      mcp.call('confluence_test_webhook', { url: 'http://127.0.0.1:9/x?a=b' }),
    );
    expect(dead.response).toEqual({ outcome: 'ERROR', description: expect.any(String) as string });

    // delete
    for (const id of [plain.id, signed.id]) {
      expect(await mcp.call('confluence_delete_webhook', { webhookId: String(id) })).toEqual({
        success: true,
      });
    }
    expect(await mcp.call('confluence_delete_webhook', { webhookId })).toMatchObject({
      success: false,
      details: { statusCode: 404, message: `No webhook with id: ${webhookId}` },
    });
  });
});

test('the client reads the reason of a refusal: no credentials, and an unknown webhook', async () => {
  await using stranger = await startConfluenceMcp(`${posthorn.url}/confluence`, { kind: 'none' });
  expect(await stranger.call('confluence_find_webhooks')).toMatchObject({
    success: false,
    details: { statusCode: 401, reason: 'Unauthorized' },
  });
  await using mcp = await startConfluenceMcp(`${posthorn.url}/confluence`, {
    kind: 'bearer',
    token: posthorn.token,
  });
  expect(await mcp.call('confluence_get_webhook', { webhookId: '999' })).toMatchObject({
    success: false,
    error: 'Error getting webhook: 404 Not Found',
    details: { statusCode: 404, reason: 'Not Found', message: 'No webhook with id: 999' },
  });
});

async function data<T = unknown>(calling: ReturnType<ConfluenceMcp['call']>): Promise<T> {
  const answer = await calling;
  expect(answer).toMatchObject({ success: true });
  return answer.data as T;
}
