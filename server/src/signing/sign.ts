// Signs the request that a dialect has formatted, by the webhook's scheme.

import type { Instant } from '../domain/clock.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { activeKeys, type Signing } from '../domain/webhook.ts';
import { hubSignatureHeaders } from './hub-signature.ts';
import { standardWebhooksHeaders } from './standard-webhooks.ts';

/**
 * The request with its signature. A scheme's headers go right before `Content-Type`, or last where there is none: that
 * is how a format says where they belong. `at` is the wall clock's time; the body's bytes stay as they are.
 */
export function sign(
  request: OutgoingRequest,
  signing: Signing,
  meta: { readonly messageId: string; readonly at: Instant },
): OutgoingRequest {
  switch (signing.scheme) {
    case 'none':
      return request;
    case 'standard-webhooks': {
      const secrets = activeKeys(signing, meta.at).map((key) => key.secret);
      const message = { id: meta.messageId, at: meta.at, body: request.body };
      return withHeaders(request, standardWebhooksHeaders(message, secrets));
    }
    case 'hub-signature':
      return withHeaders(request, hubSignatureHeaders(request.body, signing.keys[0].secret));
  }
}

/** A header of the same name that was there before, in any case, gives way: two would make the request ambiguous. */
function withHeaders(request: OutgoingRequest, added: OutgoingRequest['headers']): OutgoingRequest {
  const names = new Set(Object.keys(added).map((name) => name.toLowerCase()));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const lowerCase = name.toLowerCase();
    if (lowerCase === 'content-type') Object.assign(headers, added);
    if (!names.has(lowerCase)) headers[name] = value;
  }
  return { ...request, headers: Object.assign(headers, added) };
}
