// A delivery as the request that Xurrent would send; everything but the signature (specification §5).

import { createHash } from 'node:crypto';
import { secondMs, type Instant } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { Event, EventContext } from '../../domain/event.ts';
import { uuidOf, type Id } from '../../domain/id.ts';
import type { Format, OutgoingRequest } from '../../domain/outgoing-request.ts';
import type { TenantId } from '../../domain/tenant.ts';
import { verificationMs } from '../../domain/verification.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { basicAuthorization, withOwnHeaders } from '../../api/outgoing-headers.ts';
import type { PolicyOf, WebhookPolicy } from '../../domain/webhook-policy.ts';
import type { Dialect } from '../../api/dialect.ts';
import type { Addresses } from './addresses.ts';
import { linkHeader } from './link-header.ts';
import { nodeId, numberOrText, personNumber } from './node-id.ts';
import { nodeTypeOf, nounOf } from './record-types.ts';
import { eventOf, idOf, storedOf } from './stored.ts';
import { verificationCode } from './verification-code.ts';

export type FormatParts = {
  readonly addresses: Addresses;
  readonly accountOf: (tenantId: TenantId) => string;
  readonly policyOf: PolicyOf;
  /** Makes the codes of verification messages. */
  readonly codeKey: Uint8Array;
  readonly userAgent: string;
};

/** What a test's record is called, always (specification §6). */
const testObjectId = '12345';

/** The envelope's context of a test message: the caller tests a record that nobody has. */
export function testContext(caller: { readonly id: string; readonly name: string }): EventContext {
  return { actor: caller, object: { id: testObjectId } };
}

/** What a test carries. */
export const emptyPayload: Uint8Array = Buffer.from('{}');

/**
 * The envelope's row: `webhook_*`, `account*` and `name` from webhook and tenant, `event` from `type`, `object_*` from
 * `object.id` and `object.nodeId` (made when absent), `person_*` from `actor.id` and `actor.name` (nulls for the
 * system's own events), `instance_name` only when the publisher gives it, `data` as `payload` byte for byte. Ids of
 * digits are JSON integers. A verification message is about the webhook itself and has the callback as its payload.
 *
 * Both generations of delivery headers carry one UUID that is new for each attempt, and name the first one's as their
 * origin on retries and redeliveries. Headers given through the native API come last and replace none of the wire's own.
 */
export function makeFormat(parts: FormatParts): Format {
  return ({ delivery, event, webhook }, attempt) =>
    request(
      parts,
      webhook,
      delivery.purpose === 'verification' ? verification(parts, webhook, event) : event,
      {
        delivery: attemptUuid(delivery.id, attempt.number),
        origin: originOf(delivery, attempt.number),
      },
    );
}

/** A test through the native API: the same message as `POST /v1/webhooks/:id/test` sends. */
export function makeTestRequest(parts: FormatParts): Dialect['testRequest'] {
  return (webhook, { messageId }) => {
    const message = { type: eventOf(webhook), data: emptyPayload, context: { object: { id: testObjectId } } };
    return request(parts, webhook, message, { delivery: attemptUuid(messageId, 1), origin: undefined });
  };
}

/** What an envelope is made from: of an event, or of a message. */
type Content = Pick<Event, 'type' | 'data' | 'context'>;
type DeliveryUuids = { readonly delivery: string; readonly origin: string | undefined };

function verification(
  { addresses, accountOf, codeKey }: FormatParts,
  webhook: Webhook,
  event: Event,
): Content {
  const base = addresses.callback(accountOf(webhook.tenantId));
  const code = verificationCode(codeKey, event.id);
  const callback = `${base}/webhooks/${idOf(webhook)}/verify?code=${code}&expires_at=${expiresAtS(event.occurredAt)}`;
  return {
    type: event.type,
    data: Buffer.from(JSON.stringify({ callback })),
    context: { ...event.context, object: { id: String(idOf(webhook)) } },
  };
}

function expiresAtS(askedAt: Instant): number {
  return Math.floor(askedAt / secondMs) + verificationMs / secondMs;
}

function request(
  parts: FormatParts,
  webhook: Webhook,
  content: Content,
  uuids: DeliveryUuids,
): OutgoingRequest {
  const { endpoint } = webhook;
  const account = parts.accountOf(webhook.tenantId);
  const bases = { account: parts.addresses.account(account), api: parts.addresses.api(account) };
  const link = linkHeader(content.type, content.context.object, bases);
  const wire: Record<string, string> = {
    Accept: '*/*',
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': parts.userAgent,
    ...(link !== undefined && { Link: link }),
    'X-4me-Delivery': uuids.delivery,
    'X-Xurrent-Delivery': uuids.delivery,
    ...(uuids.origin !== undefined && {
      'X-4me-Delivery-Origin': uuids.origin,
      'X-Xurrent-Delivery-Origin': uuids.origin,
    }),
    ...(endpoint.credentials !== null && { Authorization: basicAuthorization(endpoint.credentials) }),
  };
  return {
    method: 'POST',
    url: endpoint.url,
    headers: withOwnHeaders(wire, endpoint),
    body: envelope(parts, webhook, content, bases.account),
    ...signedBy(parts, webhook),
  };
}

function envelope(
  { addresses, accountOf }: FormatParts,
  webhook: Webhook,
  { type, data, context }: Content,
  accountUrl: string,
): Uint8Array {
  const { actor, object, instanceName } = context;
  const domain = addresses.nodeDomain;
  const objectType = nodeTypeOf(object?.type ?? nounOf(type));
  const person = actor?.id === undefined ? null : personNumber(actor.id);
  const head = JSON.stringify({
    webhook_id: idOf(webhook),
    webhook_nodeID: nodeId(domain, 'Webhook', idOf(webhook)),
    account_id: accountOf(webhook.tenantId),
    account: accountUrl,
    name: webhook.name,
    event: type,
    object_id: object?.id === undefined ? null : numberOrText(object.id),
    object_nodeID:
      object?.nodeId ?? (object?.id === undefined ? null : nodeId(domain, objectType, object.id)),
    person_id: person,
    person_nodeID: person === null ? null : nodeId(domain, 'Person', person),
    person_name: actor?.name ?? null,
    ...(instanceName !== undefined && { instance_name: instanceName }),
  });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"payload":`), data, Buffer.from('}')]);
}

/** Who a token says it is from: with discovery, the policy's own issuer, below which its keys are found (§5.4). */
function signedBy(
  { addresses, accountOf, policyOf }: FormatParts,
  webhook: Webhook,
): Pick<OutgoingRequest, 'jwt'> {
  if (webhook.signing.scheme !== 'jwt') return {};
  const account = addresses.issuer(accountOf(webhook.tenantId));
  const discovered = storedOf(webhook).openidConnectDiscovery;
  const policy = policyOf(webhook.signing.policyId);
  const issuer = discovered && policy !== undefined ? policyIssuer(account, policy) : account;
  return { jwt: { issuer, subject: String(idOf(webhook)), namesKey: discovered } };
}

/** Whom tokens name with key discovery: a URL below which the keys of their policy are found. */
export function policyIssuer(accountIssuer: string, { name }: Pick<WebhookPolicy, 'name'>): string {
  return `${accountIssuer}/webhook_policies/${name}`;
}

function originOf(delivery: Delivery, number: number): string | undefined {
  if (delivery.redeliveryOf !== null) return attemptUuid(delivery.redeliveryOf, 1);
  return number > 1 ? attemptUuid(delivery.id, 1) : undefined;
}

/** The UUID of an attempt, in the form of version 4: made from what names the attempt, so that the record can tell it. */
function attemptUuid(deliveryId: Id, number: number): string {
  return uuidOf(createHash('sha256').update(`${deliveryId} ${number}`).digest(), 4);
}
