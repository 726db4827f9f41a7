// A delivery, or a ping, as the request that Confluence Data Center would send; everything but the signature.

import type { Format, OutgoingRequest } from '../../domain/outgoing-request.ts';
import { uuidOfId, type Id } from '../../domain/id.ts';
import type { Endpoint } from '../../domain/webhook.ts';
import { basicAuthorization, withOwnHeaders } from '../../api/outgoing-headers.ts';
import { envelope } from './envelope.ts';

/** Some receivers test the beginning; the pattern is that of Bitbucket and Jira. */
export const defaultUserAgent = 'Atlassian HttpClient 4.2.0 / Confluence-9.2.21 (Posthorn) / Default';

/** The test event: nobody can subscribe to it. */
const pingEvent = 'diagnostics:ping';

/** 14 bytes, with the space (specification §7.3). */
const pingBody = Buffer.from('{"test": true}');

/**
 * The envelope's row: `timestamp` from `occurredAt`, `event` from `type`, `userKey` from `actor.key` (left out when
 * absent), then the members of `data`. Headers are those of the family, in its order and case (specification §7.1);
 * signing puts `X-Hub-Signature` before `Content-Type`. `X-Request-Id` is the delivery's: it repeats on its retries.
 * Headers that the webhook was given through the native API come last, and never replace one of the wire's own.
 */
export function makeFormat(userAgent: string): Format {
  return ({ delivery, event, webhook }) =>
    request(webhook.endpoint, {
      eventKey: event.type,
      requestId: delivery.id,
      contentType: 'application/json; charset=utf-8',
      userAgent,
      body: envelope(event),
    });
}

export type Ping = (
  endpoint: Pick<Endpoint, 'url' | 'credentials' | 'headers'>,
  requestId: Id,
) => OutgoingRequest;

/** The request of a test: the constant body, its own event key, and a content type without charset. */
export function makePing(userAgent: string): Ping {
  return (endpoint, requestId) =>
    request(endpoint, {
      eventKey: pingEvent,
      requestId,
      contentType: 'application/json',
      userAgent,
      body: pingBody,
    });
}

function request(
  { url, credentials, headers }: Pick<Endpoint, 'url' | 'credentials' | 'headers'>,
  parts: {
    readonly eventKey: string;
    readonly requestId: Id;
    readonly contentType: string;
    readonly userAgent: string;
    readonly body: Uint8Array;
  },
): OutgoingRequest {
  const wire: Record<string, string> = {
    'X-Event-Key': parts.eventKey,
    Accept: '*/*',
    'X-Request-Id': uuidOfId(parts.requestId),
    ...(credentials !== null && { Authorization: basicAuthorization(credentials) }),
    'Content-Type': parts.contentType,
    'User-Agent': parts.userAgent,
  };
  return {
    method: 'POST',
    url,
    headers: withOwnHeaders(wire, { headers }),
    body: parts.body,
  };
}
