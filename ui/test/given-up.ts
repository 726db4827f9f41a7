// Deliveries that were given up, for the journeys that repair things.

import {
  createWebhook,
  deliveries,
  eventually,
  publish,
  type Webhook,
} from '../../server/test/end-to-end/given.ts';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import type { Receiver } from '../../server/test/receivers/receiver.ts';

/** Few enough that no breaker opens. */
const most = 4;

/** A webhook whose receiver answers 503 until it is told otherwise, and so many deliveries that were given up. */
export async function givenUp(
  posthorn: Posthorn,
  receiver: Receiver,
  name: string,
  eventTypes: readonly string[],
): Promise<Webhook> {
  if (eventTypes.length > most) throw new Error('Too many: the breaker would open');
  receiver.respondWith({ status: 503, body: 'down' });
  const webhook = await createWebhook(posthorn, receiver.url, { name, eventTypes, retrySchedule: [1] });
  for (const type of eventTypes) await publish(posthorn, type);
  await eventually('the end of the retries', async () => {
    const ended = await deliveries(posthorn, `webhookId=${webhook.id}&state=exhausted`);
    return ended.length === eventTypes.length ? ended : undefined;
  });
  return webhook;
}
