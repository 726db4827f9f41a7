// A delivery as a Standard Webhooks request: an envelope spliced around the published bytes; signing comes after.

import type { Format } from '../../domain/outgoing-request.ts';

/**
 * Body `{"type":…,"timestamp":…,"data":…}`: `type` is the event's, `timestamp` its `occurredAt` as ISO 8601 in UTC
 * with milliseconds, `data` the bytes as published. Nothing of the event can be absent. `webhook-id` is the event's
 * id, the same for every attempt and redelivery. The webhook's own headers follow, and replace `content-type` and
 * `user-agent` where they name them.
 *
 * Source: Standard Webhooks specification 1.0, "Payload structure" and "Webhook headers (sending metadata to consumers)".
 */
export function makeNativeFormat(version: string): Format {
  const standard = { 'content-type': 'application/json', 'user-agent': `Posthorn/${version}` };
  return ({ event, webhook }) => {
    const own = new Set(Object.keys(webhook.endpoint.headers).map((name) => name.toLowerCase()));
    const kept = Object.entries(standard).filter(([name]) => !own.has(name));
    return {
      method: 'POST',
      url: webhook.endpoint.url,
      headers: { ...Object.fromEntries(kept), 'webhook-id': event.id, ...webhook.endpoint.headers },
      body: splice(event.type, event.occurredAt, event.data),
    };
  };
}

function splice(type: string, occurredAt: number, data: Uint8Array): Uint8Array {
  const timestamp = new Date(occurredAt).toISOString();
  const head = Buffer.from(`{"type":${JSON.stringify(type)},"timestamp":"${timestamp}","data":`);
  return Buffer.concat([head, data, Buffer.from('}')]);
}
