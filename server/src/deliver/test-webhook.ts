// A person tests a webhook: one signed request at once, outside of lanes, breaker, statistics and log.

import type { Caller } from '../domain/access.ts';
import type { RecordedRequest } from '../domain/attempt.ts';
import type { Clock } from '../domain/clock.ts';
import { nothingSent, type Exchange, type SendTest } from '../domain/exchange.ts';
import type { Ids } from '../domain/id.ts';
import { secretUnreadable } from '../domain/outcome.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { secretsAreReadable, type DialectName, type Webhook } from '../domain/webhook.ts';
import { masked } from './masked.ts';
import { signFor, type SigningParts } from './sign-for.ts';

/** A dialect's test request for one of its webhooks, before signing. */
export type TestRequest = (
  webhook: Webhook,
  sample: { readonly messageId: string; readonly at: number; readonly caller: Pick<Caller, 'address'> },
) => OutgoingRequest;

/** What a test sent (secrets masked) and what came back. */
export type Tested = {
  readonly id: string;
  readonly startedAt: number;
  readonly request: RecordedRequest & { readonly body: Uint8Array };
  readonly exchange: Exchange;
};

/** Rejects for no fault of receiver or webhook: those are the exchange's outcome. */
export type TestWebhook = (caller: Caller, webhook: Webhook) => Promise<Tested>;

export function makeTestWebhook(
  parts: SigningParts & {
    readonly requests: Readonly<Record<DialectName, TestRequest | undefined>>;
    readonly send: SendTest;
    readonly ids: Ids;
    readonly clock: Clock;
  },
): TestWebhook {
  const { ids, clock, send } = parts;
  return async (caller, webhook) => {
    const testRequest = parts.requests[webhook.dialect];
    if (testRequest === undefined) throw new Error(`no test request for the dialect ${webhook.dialect}`);
    const sample = { messageId: ids.next('evt'), at: clock.wall(), caller };
    const tested = (request: OutgoingRequest, exchange: Exchange): Tested => ({
      id: ids.next('att'),
      startedAt: sample.at,
      request: { ...masked(request), body: request.body },
      exchange,
    });
    const { url, timeoutMs, tlsVerify } = webhook.endpoint;
    if (!secretsAreReadable(webhook.signing, webhook.endpoint, parts.policyOf)) {
      return tested(
        { method: 'POST', url, headers: {}, body: new Uint8Array() },
        nothingSent(secretUnreadable),
      );
    }
    const request = await signFor(webhook, testRequest(webhook, sample), parts, sample);
    const options = { tenantId: webhook.tenantId, timeoutMs, tlsVerify, redirectsMax: 0 };
    return tested(request, await send(request, options));
  };
}
