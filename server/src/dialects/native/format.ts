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
  return ({ event, webhook }) => requestOf(event, webhook, version);
}

/** A test sends an event of type `posthorn.test` that names the webhook. */
export function makeTestRequest(version: string): Dialect['testRequest'] {
  return (webhook, { messageId, at }) => {
    const data = Buffer.from(JSON.stringify({ webhookId: webhook.id, name: webhook.name }));
    return requestOf({ id: messageId, type: 'posthorn.test', occurredAt: at, data }, webhook, version);
  };
}

function requestOf(
  event: Pick<Event, 'id' | 'type' | 'occurredAt' | 'data'>,
  { endpoint, signing }: Webhook,
  version: string,
): OutgoingRequest {
  const standard = { 'content-type': 'application/json', 'user-agent': `Posthorn/${version}` };
  const own = headerTexts(endpoint.headers);
  const ownNames = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const kept = Object.entries(standard).filter(([name]) => !ownNames.has(name));
  return {
    method: 'POST',
    url: endpoint.url,
    headers: { ...Object.fromEntries(kept), 'webhook-id': event.id, ...own },
    body: envelope(event),
    ...(signing.scheme === 'http-message-signature' && { covered: ['content-type', 'webhook-id'] }),
  };
}

function envelope({ type, occurredAt, data }: Pick<Event, 'type' | 'occurredAt' | 'data'>): Uint8Array {
  const timestamp = new Date(occurredAt).toISOString();
  const head = Buffer.from(`{"type":${JSON.stringify(type)},"timestamp":"${timestamp}","data":`);
  return Buffer.concat([head, data, Buffer.from('}')]);
}
