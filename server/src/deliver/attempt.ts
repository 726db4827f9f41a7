// One attempt, start to end: format → sign → send → advance. Recording it is the recorder's, which comes next.

import type { Attempt } from '../domain/attempt.ts';
import type { Clock } from '../domain/clock.ts';
import { advance, type Delivery } from '../domain/delivery.ts';
import type { DeliveryRules } from '../domain/delivery-rules.ts';
import { nothingSent, type Exchange, type Send } from '../domain/exchange.ts';
import type { Ids } from '../domain/id.ts';
import type { Format, OutgoingRequest } from '../domain/outgoing-request.ts';
import { secretUnreadable, type Outcome } from '../domain/outcome.ts';
import { secretsAreReadable, type DialectName, type Webhook } from '../domain/webhook.ts';
import type { QueuedDelivery } from '../storage/store.ts';
import { masked } from './masked.ts';
import { signFor, type SigningParts } from './sign-for.ts';

export type AttemptParts = SigningParts & {
  readonly formats: Readonly<Record<DialectName, Format | undefined>>;
  readonly send: Send;
  readonly clock: Clock;
  readonly ids: Ids;
};

export type AttemptResult = {
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly after: Delivery;
  /** Null when the platform itself was at fault: nothing is charged, nothing recorded. */
  readonly attempt: Attempt | null;
  readonly requestBody: Uint8Array;
};

export type Course = {
  readonly cut: AbortSignal;
  /** What its outcome makes of the delivery. */
  readonly become?: typeof advance;
  /** Its request begins anew. */
  readonly onResend?: () => void;
};

/** Makes one attempt. Never rejects: an outcome is data, also that of a request that can't be made. */
export async function makeAttempt(
  parts: AttemptParts,
  queued: QueuedDelivery,
  webhook: Webhook,
  rules: DeliveryRules,
  { cut, become = advance, onResend }: Course,
): Promise<AttemptResult> {
  const { clock, random } = parts;
  let startedAt = clock.wall();

  let { request, exchange } = await formatSignSend(parts, queued, webhook, rules, cut);
  if (exchange.staleConnection === true) {
    // A kept connection that closes just as a request is written says nothing about the receiver: once more then, formatted
    // and signed again. It may have arrived all the same, so it is told as a possible duplicate.
    parts.emit({ kind: 'attempt.resent', webhookId: webhook.id, deliveryId: queued.delivery.id });
    onResend?.();
    startedAt = clock.wall();
    ({ request, exchange } = await formatSignSend(parts, queued, webhook, rules, cut));
  }
  const after = become(queued.delivery, exchange.outcome, rules, random.fraction(), clock.now());

  const { outcome, durationMs, response, timing } = exchange;
  const requestBody = request?.body ?? new Uint8Array();
  if (outcome.kind === 'platform') return { outcome, durationMs, after, attempt: null, requestBody };
  const attempt: Attempt = {
    id: parts.ids.next('att'),
    tenantId: webhook.tenantId,
    deliveryId: queued.delivery.id,
    webhookId: webhook.id,
    eventType: queued.event.type,
    number: queued.delivery.attempts + 1,
    startedAt,
    durationMs,
    outcome,
    request: masked(request ?? { method: 'POST', url: webhook.endpoint.url, headers: {} }),
    response,
    timing,
  };
  return { outcome, durationMs, after, attempt, requestBody };
}

type Sent = { readonly request: OutgoingRequest | null; readonly exchange: Exchange };

function formatSignSend(
  parts: AttemptParts,
  queued: QueuedDelivery,
  webhook: Webhook,
  rules: DeliveryRules,
  cut: AbortSignal,
): Promise<Sent> {
  const prepared = prepare(parts, queued, webhook);
  return prepared instanceof Promise ? prepared.then(send) : send(prepared);

  async function send(request: Prepared): Promise<Sent> {
    if ('outcome' in request) return { request: null, exchange: nothingSent(request.outcome) };
    const { timeoutMs, tlsVerify } = webhook.endpoint;
    const options = { tenantId: webhook.tenantId, timeoutMs, tlsVerify, redirectsMax: rules.redirectsMax };
    return { request, exchange: await parts.send(request, options, cut) };
  }
}

type Prepared = OutgoingRequest | { readonly outcome: Outcome };

/** The signed request, or the outcome of not being able to make one: at once, unless the signature takes its time. */
function prepare(
  parts: AttemptParts,
  { delivery, event }: QueuedDelivery,
  webhook: Webhook,
): Prepared | Promise<Prepared> {
  const format = parts.formats[webhook.dialect];
  if (format === undefined) return unsendable(`This server does not speak the dialect ${webhook.dialect}`);
  if (!secretsAreReadable(webhook.signing, webhook.endpoint, parts.policyOf)) {
    return { outcome: secretUnreadable };
  }
  const at = parts.clock.wall();
  const failed = (cause: unknown) => {
    parts.emit({ kind: 'format.failed', webhookId: webhook.id, eventId: event.id, cause });
    return unsendable('The request could not be made from the event; the operator log says why');
  };
  try {
    const request = format({ delivery, event, webhook }, { number: delivery.attempts + 1, at });
    const signed = signFor(webhook, request, parts, { messageId: event.id, at });
    return signed instanceof Promise ? signed.catch(failed) : signed;
  } catch (cause) {
    return failed(cause);
  }
}

function unsendable(detail: string): { readonly outcome: Outcome } {
  return { outcome: { kind: 'error', reason: 'request_invalid', detail } };
}
