// The demo's story: a webhook of each dialect, then events whose receiver is well, fails, or hangs, and what Posthorn made of each.

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
export async function createWebhooks(
  client: Client,
  receiver: Receiver,
  tell: Tell,
  stop: AbortSignal,
): Promise<void> {
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
  const policy = await client.createXurrentPolicy({ jwt_alg: 'es256', jwt_claim_expires_in: 5 });
  const entrust = await client.createEntrustWebhook({
    name: 'siem',
    callbackUrl: `${receiver.url}/siem`,
    events: ['authentication.failed', 'password.updated'],
  });
  receiver.trust({
    standardWebhooks: native.secret,
    hubSignature: hubSecret,
    policyKey: policy.public_key_pem,
    messageToken: entrust.token,
  });
  tell.step(
    `POST /api/web/v1/webhooks  the Entrust webhook ${entrust.id} wants authentication.failed, password.updated`,
  );
  const xurrent = await client.createXurrentWebhook({
    name: 'Status board',
    event: 'request.status-changed',
    uri: `${receiver.url}/status-board`,
    webhook_policy_id: policy.id,
  });
  tell.step(
    `POST /v1/webhooks        the Xurrent webhook ${xurrent.id} wants request.status-changed, signed by policy ${policy.id}`,
  );
  while (!(await client.getXurrentWebhook(xurrent.id)).verified)
    await sleep(250, undefined, { signal: stop });
  tell.success(
    `GET /v1/webhooks/${xurrent.id} says verified: the receiver called back while it was being asked`,
  );
}

export const acts: readonly Act[] = [
  { title: 'An invoice is paid', event: invoice(1), mood: { kind: 'well' } },
  { title: 'A page is created in Confluence', event: page(), mood: { kind: 'well' } },
  { title: 'A request is completed in Xurrent', event: request(), mood: { kind: 'well' } },
  { title: 'A login fails', event: failedLogin(), mood: { kind: 'well' } },
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

function request() {
  return {
    type: 'request.status-changed',
    actor: { id: '6', name: 'Ada Jansen' },
    object: { type: 'request', id: '70453' },
    data: { status: 'completed', previous_status: 'in_progress', audit_line_id: 71_960 },
  };
}

function failedLogin() {
  return {
    type: 'authentication.failed',
    data: {
      subject: '5f0c7d9e-2b61-4c8a-9d57-3f1e8a6b4c20',
      subjectName: 'jane',
      subjectType: 'USER',
      resourceName: 'User Portal',
      sourceIp: '203.0.113.7',
      token: 'OTP',
    },
  };
}
