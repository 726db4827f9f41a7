// A delivery as the request that Entrust would send; everything but the signature (specification §8.2, §9.1).

import { createHash } from 'node:crypto';
import type { Caller } from '../../domain/access.ts';
import type { Event } from '../../domain/event.ts';
import { uuidAt, uuidOfId } from '../../domain/id.ts';
import type { Format, OutgoingRequest } from '../../domain/outgoing-request.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { withOwnHeaders } from '../../api/outgoing-headers.ts';
import { wholeSeconds } from '../../api/whole-seconds.ts';
import type { Dialect } from '../../api/dialect.ts';
import { testEvent } from './catalogue.ts';

export type FormatParts = {
  readonly version: string;
  /** The UUID of a tenant, from memory. */
  readonly accountIdOf: (id: TenantId) => string;
};

/**
 * The envelope's row: `id` made here, `type` and `eventTime` from the event (`occurredAt` in whole seconds), `accountId`
 * from the tenant, `data` byte for byte as published. Nothing of an event can be absent.
 *
 * The id is a UUIDv7 of the time of `occurredAt`, with random bits that are the same for every attempt and redelivery of
 * an event to a webhook and others for every other event and webhook. Headers given through the native API come last
 * and replace none of the wire's own.
 */
export function makeFormat(parts: FormatParts): Format {
  return ({ event, webhook }) => request(parts, webhook, payloadId(event, webhook), event);
}

/** The test as its webhook gets it, for a test through the native API. */
export function makeTestRequest(parts: FormatParts): Dialect['testRequest'] {
  return (webhook, { messageId, at, caller }) =>
    request(parts, webhook, uuidOfId(messageId), {
      type: testEvent,
      occurredAt: at,
      data: testData(caller.address),
    });
}

/** What a test carries (specification §11). */
export function testData(address: Caller['address']): Uint8Array {
  const data = {
    subject: '00000000-0000-0000-0000-000000000000',
    subjectName: 'test',
    subjectType: 'USER',
    resourceName: 'Webhook test',
    ...(address !== null && { sourceIp: address }),
  };
  return Buffer.from(JSON.stringify(data));
}

type Content = Pick<Event, 'type' | 'occurredAt' | 'data'>;

function payloadId({ id, occurredAt }: Event, webhook: Webhook): string {
  return uuidAt(occurredAt, createHash('sha256').update(`${id} ${webhook.id}`).digest());
}

function request(
  { version, accountIdOf }: FormatParts,
  webhook: Webhook,
  id: string,
  { type, occurredAt, data }: Content,
): OutgoingRequest {
  const accountId = accountIdOf(webhook.tenantId);
  const head = JSON.stringify({ id, type, accountId, eventTime: wholeSeconds(occurredAt) });
  const wire = { 'Content-Type': 'application/json', 'User-Agent': `Posthorn/${version}` };
  return {
    method: 'POST',
    url: webhook.endpoint.url,
    headers: withOwnHeaders(wire, webhook.endpoint),
    body: Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), data, Buffer.from('}')]),
  };
}
