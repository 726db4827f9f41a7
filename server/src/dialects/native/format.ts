// A delivery as a Standard Webhooks request: an envelope spliced around the published bytes; signing comes after.

import type { Event } from '../../domain/event.ts';
import type { Format, OutgoingRequest } from '../../domain/outgoing-request.ts';
import { headerTexts, type Webhook } from '../../domain/webhook.ts';
import type { Dialect } from '../../api/dialect.ts';

/**
 * Body `{"type":…,"timestamp":…,"data":…}`: `type` is the event's, `timestamp` its `occurredAt` as ISO 8601 in UTC
 * with milliseconds, `data` the bytes as published. Nothing of the event can be absent. `webhook-id` is the event's
 * id, the same for every attempt and redelivery. The webhook's own headers follow, and replace `content-type` and
 * `user-agent` where they name them. An HTTP message signature covers `content-type` and `webhook-id`, too.
 *
 * Source: Standard Webhooks specification 1.0, "Payload structure" and "Webhook headers (sending metadata to consumers)".
 */
export function makeFormat(version: string): Format {
  const standard = standardHeaders(version);
  return ({ event, webhook }) => requestOf(event, webhook, standard);
}

/** A test sends an event of type `posthorn.test` that names the webhook. */
export function makeTestRequest(version: string): Dialect['testRequest'] {
  const standard = standardHeaders(version);
  return (webhook, { messageId, at }) => {
    const data = Buffer.from(JSON.stringify({ webhookId: webhook.id, name: webhook.name }));
    return requestOf({ id: messageId, type: 'posthorn.test', occurredAt: at, data }, webhook, standard);
  };
}

function requestOf(
  event: Pick<Event, 'id' | 'type' | 'occurredAt' | 'data'>,
  { endpoint, signing }: Webhook,
  standard: Headers,
): OutgoingRequest {
  const own = headerTexts(endpoint.headers);
  return {
    method: 'POST',
    url: endpoint.url,
    headers: { ...standing(standard, own), 'webhook-id': event.id, ...own },
    body: envelope(event),
    ...(signing.scheme === 'http-message-signature' && { covered: ['content-type', 'webhook-id'] }),
  };
}

type Headers = OutgoingRequest['headers'];

function standardHeaders(version: string): Headers {
  return { 'content-type': 'application/json', 'user-agent': `Posthorn/${version}` };
}

/** The standard headers that the webhook's own leave standing. */
function standing(standard: Headers, own: Headers): Headers {
  const names = Object.keys(own);
  if (names.length === 0) return standard;
  const ownNames = new Set(names.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(standard).filter(([name]) => !ownNames.has(name)));
}

function envelope({ type, occurredAt, data }: Pick<Event, 'type' | 'occurredAt' | 'data'>): Uint8Array {
  const timestamp = new Date(occurredAt).toISOString();
  const head = Buffer.from(`{"type":${JSON.stringify(type)},"timestamp":"${timestamp}","data":`);
  return Buffer.concat([head, data, Buffer.from('}')]);
}
