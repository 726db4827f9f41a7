// Signs a request as its webhook does, and tells of tokens that receivers may refuse for their length.

import type { Instant } from '../domain/clock.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import type { Random } from '../domain/random.ts';
import type { Emit } from '../domain/signal.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { PolicyOf } from '../domain/webhook-policy.ts';
import { tokenBytes } from '../signing/jwt.ts';
import { sign } from '../signing/sign.ts';

export type SigningParts = {
  readonly policyOf: PolicyOf;
  readonly random: Random;
  readonly emit: Emit;
};

/** Receivers of the original's vendor refuse longer tokens (Xurrent connector, `decode_jwt!`). */
const tokenBytesMax = 8_192;

/** A promise only where signing takes its time: most requests are signed at once. */
export function signFor(
  webhook: Webhook,
  request: OutgoingRequest,
  { policyOf, random, emit }: SigningParts,
  message: { readonly messageId: string; readonly at: Instant },
): OutgoingRequest | Promise<OutgoingRequest> {
  const { tenantId, id: webhookId, signing } = webhook;
  const signed = sign(request, signing, { ...message, policyOf, random });
  if (!(signed instanceof Promise)) return signed;
  return signed.then((inToken) => {
    const bytes = tokenBytes(inToken.body);
    if (bytes > tokenBytesMax) emit({ kind: 'token.large', tenantId, webhookId, bytes });
    return inToken;
  });
}
