// Signs the request that a dialect has formatted, by the webhook's scheme.

import type { Instant } from '../domain/clock.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import type { Random } from '../domain/random.ts';
import { activeKeys, type Signing } from '../domain/webhook.ts';
import type { PolicyOf } from '../domain/webhook-policy.ts';
import { messageSignatureHeaders } from './http-message-signature.ts';
import { hubSignatureHeaders } from './hub-signature.ts';
import { signInToken } from './jwt.ts';
import { standardWebhooksHeaders } from './standard-webhooks.ts';

export type SigningMeta = {
  readonly messageId: string;
  /** The wall clock's time. */
  readonly at: Instant;
  readonly policyOf: PolicyOf;
  readonly random: Random;
};

/** Schemes that put the signature into headers and leave the body's bytes as they are. */
export type HeaderSigning = Exclude<Signing, { readonly scheme: 'jwt' }>;

/**
 * The request with its signature: at once where it stands in headers, later where the body becomes a token. Whoever asks
 * has seen that the secrets are readable.
 */
export function sign(
  request: OutgoingRequest,
  signing: Signing,
  meta: SigningMeta,
): OutgoingRequest | Promise<OutgoingRequest> {
  if (signing.scheme !== 'jwt') return signInHeaders(request, signing, meta);
  const policy = meta.policyOf(signing.policyId);
  if (policy === undefined) throw new Error(`there is no webhook policy ${signing.policyId}`);
  return signInToken(request, policy, meta);
}

/**
 * A scheme's headers go right before `Content-Type`, or last where there is none: that is how a format says where they
 * belong.
 */
export function signInHeaders(
  request: OutgoingRequest,
  signing: HeaderSigning,
  meta: Pick<SigningMeta, 'messageId' | 'at'>,
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
    case 'http-message-signature': {
      const { covered = [], ...plain } = request;
      return withHeaders(plain, messageSignatureHeaders(plain, covered, signing, meta.at));
    }
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
