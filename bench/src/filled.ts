// A server whose database has a history, made by filling it between two lives of the server.

import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';
import { startPosthorn, type Posthorn, type StartOptions } from '../../server/test/process/posthorn.ts';
import { fillHistory, type History } from './history.ts';
import { body1k } from './payload.ts';
import type { Bench } from './row.ts';

export type Filled = StartOptions & { readonly dataDir: string };

/**
 * Makes webhooks that point to the receiver, lets one event be delivered, stops, and fills. Answers what starts a server
 * there; `stack` removes it all in the end.
 */
export async function filledServer(
  { databases, say }: Bench,
  stack: AsyncDisposableStack,
  receiverUrl: string,
  extent: Pick<History, 'events' | 'fanOut' | 'spanMs' | 'kind'> & { readonly webhooks: number },
): Promise<Filled & { readonly webhookIds: readonly string[] }> {
  const { path: dataDir } = stack.use(await temporaryDirectory());
  const settings = await databases.settings();
  const options = { dataDir, env: { POSTHORN_LOG_LEVEL: 'error', ...settings } };
  const posthorn = await startPosthorn(options);
  const webhookIds: string[] = [];
  for (let number = 0; number < extent.webhooks; number++) {
    // Only the first gets the sample; afterwards what they subscribe to does not matter.
    const body = {
      name: `bench ${number}`,
      url: receiverUrl,
      eventTypes: [number === 0 ? 'bench.sample' : 'none'],
    };
    const created = await posthorn.api<{ id: string }>('/webhooks', { method: 'POST', body });
    if (created.status !== 201) throw new Error(`no webhook: ${JSON.stringify(created.body)}`);
    webhookIds.push(created.body.id);
  }
  const sample = await deliverOne(posthorn);
  const exit = await posthorn.stop();
  if (exit.code !== 0) throw new Error(`the server ended with ${exit.code}: ${posthorn.logs()}`);
  await fillHistory(settings, dataDir, { ...extent, ...sample, webhookIds }, say);
  return { ...options, webhookIds };
}

async function deliverOne({ api }: Posthorn): Promise<{ eventId: string; deliveryId: string }> {
  const { body: event } = await api<{ id: string }>('/events', {
    method: 'POST',
    body: `{"type":"bench.sample","data":${body1k}}`,
    headers: { 'content-type': 'application/json' },
  });
  for (let tries = 0; tries < 1_000; tries++) {
    const { body } = await api<{ data: { id: string; state: string }[] }>(`/deliveries?eventId=${event.id}`);
    if (body.data[0]?.state === 'delivered') return { eventId: event.id, deliveryId: body.data[0].id };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the sample was not delivered');
}
