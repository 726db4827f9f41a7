// What a Confluence webhook's last exchange was, in the native API's words, after real deliveries.

import { expect, test, vi } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { createWebhook, delivery, isDelivered, publish } from './given.ts';

vi.setConfig({ testTimeout: 60_000 });

test('the last exchange tells request and answer, and no secret of the webhook', async () => {
  await using posthorn = await startPosthorn();
  await using receiver = await startReceiver(() => ({ status: 201, body: 'taken' }));
  const { id } = await createWebhook(posthorn, `${receiver.url}/hook`, {
    dialect: 'confluence',
    eventTypes: ['page_created'],
    dialectSettings: {
      secret: 'sign-with-this-secret',
      credentials: { username: 'ada', password: 'password-of-ada' },
    },
  });
  const event = await publish(posthorn, 'page_created', { page: { id: 1 } });
  await delivery(posthorn, event.id, isDelivered);

  type Listed = { readonly data: readonly object[] };
  const { body } = await posthorn.api<Listed>(`/webhooks/${id}/last-exchanges`);

  expect(body.data).toMatchObject([
    {
      eventType: 'page_created',
      outcome: 'success',
      status: 201,
      request: { method: 'POST', url: `${receiver.url}/hook` },
      requestBody: { bodyText: receiver.requests[0]!.body.toString(), bodyTruncated: false },
      response: { bodyText: 'taken' },
    },
  ]);
  const sent = receiver.requests[0]!.headers['authorization']!;
  const told = JSON.stringify(body);
  for (const secret of ['sign-with-this-secret', 'password-of-ada', sent.slice('Basic '.length)]) {
    expect(told).not.toContain(secret);
  }
});
