// A person tests a webhook: one signed request at once, outside of lanes, breaker, statistics and log.

import type { RecordedRequest } from '../domain/attempt.ts';
import type { Clock } from '../domain/clock.ts';
import type { Exchange, Send } from '../domain/exchange.ts';
import type { Ids } from '../domain/id.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import type { DialectName, Webhook } from '../domain/webhook.ts';
import { sign } from '../signing/sign.ts';
import { masked } from './masked.ts';

/** A dialect's test request for one of its webhooks, before signing. */
export type TestRequest = (
  webhook: Webhook,
  sample: { readonly messageId: string; readonly at: number },
) => OutgoingRequest;

/** What a test sent (secrets masked) and what came back. */
export type Tested = {
  readonly id: string;
  readonly startedAt: number;
  readonly request: RecordedRequest & { readonly body: Uint8Array };
  readonly exchange: Exchange;
};

export type TestWebhook = (webhook: Webhook) => Promise<Tested>;

export function makeTestWebhook(parts: {
  readonly requests: Readonly<Record<DialectName, TestRequest | undefined>>;
  readonly send: Send;
  readonly ids: Ids;
  readonly clock: Clock;
}): TestWebhook {
  const { ids, clock, send } = parts;
  return async (webhook) => {
    const testRequest = parts.requests[webhook.dialect];
    if (testRequest === undefined) throw new Error(`no test request for the dialect ${webhook.dialect}`);
    const sample = { messageId: ids.next('evt'), at: clock.wall() };
    const request = sign(testRequest(webhook, sample), webhook.signing, sample);
    const { timeoutMs, tlsVerify } = webhook.endpoint;
    const options = { tenantId: webhook.tenantId, timeoutMs, tlsVerify, redirectsMax: 0 };
    const exchange = await send(request, options, new AbortController().signal);
    return {
      id: ids.next('att'),
      startedAt: sample.at,
      request: { ...masked(request), body: request.body },
      exchange,
    };
  };
}
