// What the tests of mails have in common: signals about webhooks, and a listener whose clock only moves when told to.

import { sampleWebhook } from '../sample-webhook.ts';
import { testClock, testEpoch } from '../test-clock.ts';
import type { MailServer } from '../receivers/mail-server.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import { hourMs } from '../../src/domain/clock.ts';
import type { Delivery, DeliveryState } from '../../src/domain/delivery.ts';
import type { MailRules } from '../../src/domain/mail-rules.ts';
import type { Signal } from '../../src/domain/signal.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { makeMails, type MailParts } from '../../src/observe/mail/mails.ts';
import { sendBySmtp } from '../../src/observe/mail/smtp.ts';

export const eachFailure: MailRules = {
  failures: 'each',
  recipients: () => ['ops@example.com'],
  label: ({ wireId, id }) => (wireId === null ? id : `#${wireId}`),
  pageUrl: ({ wireId }) => `https://acme.example/webhooks/${wireId}`,
  target: ({ endpoint }) => endpoint.url,
};

export const statusUpdate = sampleWebhook(
  { id: 'wh_179', wireId: 179, name: 'Status Update' },
  { url: 'https://user:****@receiver.example/hook?token=query-secret&env=prod', timeoutMs: 10_000 },
);

export function givenMails(server: Pick<MailServer, 'url'> | null, more: Partial<MailParts> = {}) {
  const clock = testClock();
  const webhooks = new Map<string, Webhook>([[statusUpdate.id, statusUpdate]]);
  const said: { level: string; text: string; more: Record<string, unknown> }[] = [];
  const counted: string[] = [];
  let lookups = 0;
  const mails = makeMails({
    clock,
    webhookOf: async (tenantId, id) => {
      lookups += 1;
      const webhook = webhooks.get(id);
      return webhook?.tenantId === tenantId ? webhook : undefined;
    },
    administratorsOf: async () => [],
    mailRulesOf: () => eachFailure,
    say: (level, text, members = {}) => said.push({ level, text, more: members }),
    count: (result) => counted.push(result),
    send: server === null ? undefined : sendBySmtp(server.url(), 'Posthorn <posthorn@hooks.example>'),
    apiUrl: 'https://hooks.example',
    retentionDays: 90,
    ...more,
  });
  return { clock, webhooks, said, counted, mails, lookups: () => lookups };
}

type Ended = {
  readonly outcome?: Attempt['outcome'];
  readonly phrase?: string;
  readonly state?: DeliveryState;
  readonly purpose?: Delivery['purpose'];
};

/** An attempt that failed, unless told otherwise. */
export function attempted(
  { id: webhookId, tenantId }: Pick<Webhook, 'id' | 'tenantId'>,
  {
    outcome = { kind: 'failure', status: 503 },
    phrase = 'Service Unavailable',
    state,
    purpose = 'event',
  }: Ended = {},
): Signal {
  const eventType = 'invoice.paid';
  const attempt: Attempt = {
    id: 'att_1',
    tenantId,
    deliveryId: 'dlv_1',
    webhookId,
    eventType,
    number: 3,
    startedAt: testEpoch,
    durationMs: 12,
    outcome,
    request: { method: 'POST', url: 'https://receiver.example/', headers: {} },
    response:
      outcome.kind === 'error'
        ? null
        : {
            status: outcome.status,
            reason: phrase,
            headers: {},
            body: new Uint8Array(),
            bodyLength: 0,
            bodySha256: '',
            bodyTruncated: false,
          },
    timing: {},
  };
  const delivery: Delivery = {
    id: 'dlv_1',
    tenantId,
    webhookId,
    eventId: 'evt_1',
    eventType,
    attempts: 3,
    state: state ?? { kind: 'scheduled', dueAt: testEpoch + hourMs },
    createdAt: 0,
    redeliveryOf: null,
    orderingKey: null,
    purpose,
  };
  return { kind: 'delivery.attempted', attempt, delivery };
}

export function disabled(
  { id: webhookId, tenantId }: Pick<Webhook, 'id' | 'tenantId'>,
  reason: 'failing' | 'gone' | 'client' | 'expired',
): Signal {
  return { kind: 'webhook.disabled', tenantId, webhookId, reason };
}
