// The two switches: answering as the reference page shows, and masking secrets.

import { ownKeys } from '../../domain/webhook.ts';
import { expect, test } from 'vitest';
import { startConfluence } from '../../../test/confluence/confluence-server.ts';
import { fixture, shapeOf } from './fixtures/fixture.ts';

const path = '/rest/api/webhooks';
const members = {
  name: 'n',
  url: 'http://example.com',
  events: ['page_created'],
  credentials: { username: 'u', password: 'p' },
};

test('reference: create answers the internal types of the page, dates as ISO 8601', async () => {
  await using confluence = await startConfluence({ shapes: 'reference' });
  const { status, body } = await confluence.call('POST', path, members);
  expect(status).toBe(201);
  expect(shapeOf(body)).toEqual(shapeOf(fixture('reference-create')));
  expect(body).toMatchObject({
    createdDate: new Date(confluence.clock.wall()).toISOString(),
    events: [{ i18nKey: 'webhooks.event.page_created', id: 'page_created' }],
    scope: { id: 'global', type: 'global' },
    credentials: { username: 'u', password: null },
  });
});

test('reference: what create answered can be sent back as an update', async () => {
  await using confluence = await startConfluence({ shapes: 'reference' });
  const { body } = await confluence.call('POST', path, members);
  const { status } = await confluence.call('PUT', `${path}/${body.id}`, body);
  expect(status).toBe(200);
});

test('reference: list, get and update answer the members of the page, and the id', async () => {
  await using confluence = await startConfluence({ shapes: 'reference' });
  for (let count = 0; count < 3; count++) await confluence.call('POST', path, members);
  const { body } = await confluence.call('GET', `/confluence${path}?limit=1&start=1`);
  expect(shapeOf(body)).toEqual(shapeOf(fixture('reference-list')));
  expect(body._links).toEqual({
    base: 'http://host:8090/confluence',
    context: 'confluence',
    self: 'http://host:8090/confluence/rest/api/webhooks?limit=1&start=1',
    next: 'http://host:8090/confluence/rest/api/webhooks?limit=1&start=2',
    prev: 'http://host:8090/confluence/rest/api/webhooks?limit=1&start=0',
  });
  const [resource] = (fixture('reference-list') as { results: unknown[] }).results;
  expect(shapeOf((await confluence.call('GET', `${path}/1`)).body)).toEqual(shapeOf(resource));
  expect(shapeOf((await confluence.call('PUT', `${path}/1`, { name: 'm' })).body)).toEqual(shapeOf(resource));
});

test('masked: the secret and the password in the URL read as ********, and sending them back keeps them', async () => {
  await using confluence = await startConfluence({ maskSecret: true });
  const { body } = await confluence.call('POST', path, {
    name: 'n',
    url: 'http://u:p@example.com/',
    events: ['page_created'],
    configuration: { secret: 's3', other: 'x' },
  });
  expect(body).toMatchObject({
    url: 'http://u:********@example.com/',
    configuration: { secret: '********', other: 'x' },
  });
  const read = (await confluence.call('GET', `${path}/${body.id}`)).body;
  await confluence.call('PUT', `${path}/${body.id}`, read);
  expect(await secretsOf(confluence)).toEqual({ secret: 's3', password: 'p' });

  await confluence.call('PUT', `${path}/${body.id}`, {
    url: 'http://u:p2@example.com/',
    configuration: { secret: 's4' },
  });
  expect(await secretsOf(confluence)).toEqual({ secret: 's4', password: 'p2' });
});

test('masked: a create with the mask in place of a secret or password is refused, for there is nothing to keep', async () => {
  await using confluence = await startConfluence({ maskSecret: true });
  const { status, body } = await confluence.call('POST', path, {
    ...members,
    url: 'http://u:********@example.com/',
    configuration: { secret: '********' },
  });
  expect(status).toBe(400);
  expect(body.data.errors).toMatchObject([
    { message: { key: 'webhooks.secret.masked', translation: expect.stringMatching(/secret.*new webhook/) } },
    { message: { key: 'webhooks.url.masked', translation: expect.stringMatching(/password.*new webhook/) } },
  ]);
  expect(body.message).toBe(body.data.errors[0].message.translation);
  expect((await confluence.call('GET', path)).body.totalCount).toBe(0);
});

test('not masked: a create takes ******** as it takes any secret and password', async () => {
  await using confluence = await startConfluence();
  const given = {
    name: 'n',
    url: 'http://u:********@example.com/',
    events: ['page_created'],
    configuration: { secret: '********' },
  };
  expect((await confluence.call('POST', path, given)).status).toBe(201);
  expect(await secretsOf(confluence)).toEqual({ secret: '********', password: '********' });
});

test('not masked: ******** is a secret like any other', async () => {
  await using confluence = await startConfluence();
  const { body } = await confluence.call('POST', path, { ...members, configuration: { secret: 's3' } });
  await confluence.call('PUT', `${path}/${body.id}`, { configuration: { secret: '********' } });
  expect((await secretsOf(confluence)).secret).toBe('********');
});

async function secretsOf({ store, caller }: Awaited<ReturnType<typeof startConfluence>>) {
  const webhook = (await store.getWebhookByWireId(caller.principal.tenantId, 'confluence', 1))!;
  return {
    secret: ownKeys(webhook.signing)[0]?.secret.reveal() ?? null,
    password: webhook.endpoint.credentials?.password.reveal(),
  };
}
