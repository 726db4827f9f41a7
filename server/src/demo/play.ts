// The demo's story: two webhooks, then events whose receiver is well, fails, or hangs, and what Posthorn made of each.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Delivery } from './client.ts';
import type { Mood, Receiver } from './receiver.ts';

export type Tell = {
  step(text: string): void;
  info(text: string): void;
  success(text: string): void;
};

type Act = { readonly title: string; readonly event: { type: string }; readonly mood: Mood };

/** The secret that a person would type into Confluence's form. */
const hubSecret = 'correct-horse-battery-staple';

/** Makes a webhook through each dialect, as its own clients do. */
export async function createWebhooks(client: Client, receiver: Receiver, tell: Tell): Promise<void> {
  const native = await client.createNativeWebhook({
    name: 'Billing',
    url: `${receiver.url}/billing`,
    eventTypes: ['invoice.*'],
    timeoutMs: 1_500,
  });
  tell.step(`POST /api/v1/webhooks    the native webhook ${native.id} wants invoice.*`);
  const confluence = await client.createConfluenceWebhook({
    name: 'Search index',
    url: `${receiver.url}/search-index`,
    events: ['page_created', 'page_updated'],
    configuration: { secret: hubSecret },
    active: true,
  });
  tell.step(
    `POST /rest/api/webhooks  the Confluence webhook ${confluence.id} wants page_created, page_updated`,
  );
  receiver.trust({ standardWebhooks: native.secret, hubSignature: hubSecret });
}

export const acts: readonly Act[] = [
  { title: 'An invoice is paid', event: invoice(1), mood: { kind: 'well' } },
  { title: 'A page is created in Confluence', event: page(), mood: { kind: 'well' } },
  {
    title: 'Another invoice, but the receiver fails twice',
    event: invoice(2),
    mood: { kind: 'fails', times: 2 },
  },
  {
    title: 'Another invoice, but the receiver hangs once',
    event: invoice(3),
    mood: { kind: 'hangs', times: 1 },
  },
];

/** Publishes one event and tells its record once nothing more will happen to it. */
export async function play(
  act: Act,
  client: Client,
  receiver: Receiver,
  tell: Tell,
  stop: AbortSignal,
): Promise<void> {
  receiver.expect(act.mood);
  const published = await client.publish(act.event);
  tell.step(
    `${act.title}: published ${act.event.type} as ${published.id}, committed to disk, deliveries: ${published.deliveries}`,
  );
  for (;;) {
    const deliveries = await client.deliveriesOf(published.id);
    if (deliveries.every(({ state }) => state !== 'scheduled')) return tellRecord(deliveries, tell);
    await sleep(100, undefined, { signal: stop });
  }
}

function tellRecord(deliveries: readonly Delivery[], tell: Tell): void {
  for (const { id, state, attempts } of deliveries) {
    const lines = attempts.map(
      ({ number, outcome, status, error, durationMs }) =>
        `  attempt ${number}  ${outcome.padEnd(7)} ${String(status ?? error).padEnd(16)} ${Math.round(durationMs)} ms`,
    );
    tell.success([`GET /api/v1/deliveries/${id} says ${state}:`, ...lines].join('\n'));
  }
}

function invoice(number: number) {
  return { type: 'invoice.paid', data: { invoice: `2026-${number}`, total: 129.5, currency: 'EUR' } };
}

function page() {
  return {
    type: 'page_created',
    actor: { key: 'ff80818153a3a3ec0153a3a400f80000' },
    data: { page: { id: 98_306, title: 'Release notes', spaceKey: 'DOC', version: 1 } },
  };
}
