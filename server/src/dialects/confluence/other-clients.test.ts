// Requests of known clients, as they were recorded, each with what that client then needs from the answer.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConfluence, type ConfluenceServer } from '../../../test/confluence/confluence-server.ts';

const path = '/rest/api/webhooks';

let confluence: ConfluenceServer;
beforeAll(async () => {
  confluence = await startConfluence();
});
afterAll(() => confluence?.[Symbol.asyncDispose]());

test('Pipedream: Bearer, three members, an id in the answer, and a live hook', async () => {
  const { status, body } = await confluence.call('POST', path, {
    name: 'pipedream',
    url: 'https://eoxyz.m.pipedream.net',
    events: ['page_created', 'page_updated'],
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({ id: expect.any(Number) as number, active: true });
  expect((await confluence.call('DELETE', `${path}/${body.id}`)).status).toBe(204);
});

test('Mattermost: "active":"true" and a secret, an integer id, 404 on a second delete', async () => {
  const { body } = await confluence.call('POST', path, {
    name: 'mattermost',
    active: 'true',
    url: 'https://mm.example.com/plugins/com.mattermost.confluence/server/webhook?secret=T%2Fb%2Bc%3D',
    events: ['comment_created', 'page_created', 'space_updated'],
    configuration: { secret: 'T/b+c=' },
  });
  expect(body).toMatchObject({
    active: true,
    url: 'https://mm.example.com/plugins/com.mattermost.confluence/server/webhook?secret=T%2Fb%2Bc%3D',
  });
  expect(Number.isInteger(body.id)).toBe(true);
  expect((await confluence.call('DELETE', `${path}/${body.id}`)).status).toBe(204);
  expect((await confluence.call('DELETE', `${path}/${body.id}`)).status).toBe(404);
});

test('confluence-datacenter-mcp: the requests that it was observed to send', async () => {
  const { status, body } = await confluence.call('POST', `/confluence${path}`, {
    name: 'n',
    url: 'http://127.0.0.1:9/x',
    events: ['page_created'],
    active: true,
    configuration: { secret: 's3' },
  });
  expect(status).toBe(201);
  const own = `/confluence${path}/${body.id}`;
  const calls: [method: string, url: string, status: number, body?: object][] = [
    ['GET', `/confluence${path}?limit=25`, 200],
    ['GET', `/confluence${path}?limit=10&start=5&event=page_created&statistics=true`, 200],
    ['GET', `${own}?statistics=true`, 200],
    ['PUT', own, 200, { name: 'n2', url: 'http://127.0.0.1:9/y', events: ['page_updated'] }],
    [
      'PUT',
      own,
      200,
      {
        name: 'n2',
        url: 'http://127.0.0.1:9/y',
        events: ['page_updated'],
        active: false,
        configuration: { secret: 's4' },
      },
    ],
    ['GET', `${own}/latest?outcomes=SUCCESS&event=page_created`, 204],
    ['GET', `${own}/statistics?event=page_created`, 200],
    ['GET', `${own}/statistics/summary`, 200],
    ['POST', `/confluence${path}/test?url=http%3A%2F%2F127.0.0.1%3A9%2Fx%3Fa%3Db`, 200],
    ['DELETE', own, 204],
  ];
  for (const [method, url, expected, sent] of calls) {
    expect((await confluence.call(method, url, sent)).status, `${method} ${url}`).toBe(expected);
  }
});

test("Atlassian's Jenkins plugin: repeated event parameters and a configuration key of its own", async () => {
  const { body } = await confluence.call('POST', path, {
    name: 'jenkins',
    url: 'http://example.com/bitbucket-server-webhook/trigger',
    events: ['page_moved'],
    configuration: { createdBy: 'jenkins' },
    active: true,
  });
  const listed = (await confluence.call('GET', `${path}?event=page_moved&event=page_removed`)).body;
  expect(listed.results).toMatchObject([{ id: body.id, configuration: { createdBy: 'jenkins' } }]);
});

test('atlassian-python-api: joins base and the relative next', async () => {
  await confluence.call('POST', path, { name: 'a', url: 'http://example.com', events: ['blog_created'] });
  await confluence.call('POST', path, { name: 'b', url: 'http://example.com', events: ['blog_created'] });
  const { _links } = (await confluence.call('GET', `${path}?limit=1&event=blog_created`)).body;
  expect(`${_links.base}${_links.next}`).toBe(
    'http://host:8090/rest/api/webhooks?limit=1&start=1&event=blog_created',
  );
});
