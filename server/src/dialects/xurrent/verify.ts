// The callback of a verification message: whoever has the code wants the webhook's events (specification §7.1).

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Webhooks } from '../../manage/webhooks.ts';
import type { Addresses } from './addresses.ts';
import { numberOf } from './node-id.ts';
import type { Reads } from './reads.ts';
import { isVerificationCode } from './verification-code.ts';

export type VerifyParts = {
  readonly store: Pick<Reads, 'getWebhookByNumber'>;
  readonly webhooks: Pick<Webhooks, 'confirmVerification'>;
  readonly codeKey: Uint8Array;
  readonly addresses: Pick<Addresses, 'nodeDomain'>;
  readonly clock: Pick<Clock, 'wall'>;
};

type Verdict = readonly [status: number, text: string];

const verified: Verdict = [200, 'Verification successful'];
const unknown: Verdict = [404, 'No such verification'];
const wrong: Verdict = [401, 'The code is wrong, or a newer one was sent'];
const expired: Verdict = [410, 'The code has expired; update the webhook to get a new one'];

/**
 * GET or POST, without a token. It comes while the message that brought the code is still open, so it waits for nothing
 * but its own transaction.
 */
export function verifyRoute(app: FastifyInstance, parts: VerifyParts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/webhooks/:id/verify',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { id } = request.params as { id: string };
      const { code } = request.query as { code?: string | readonly string[] };
      return say(reply, await verdictOn(parts, id, typeof code === 'string' ? code : ''));
    },
  });
}

async function verdictOn(parts: VerifyParts, id: string, code: string): Promise<Verdict> {
  const number = numberOf(id, parts.addresses.nodeDomain, 'Webhook');
  if (number === undefined || code === '') return unknown;
  const webhook = await parts.store.getWebhookByNumber('xurrent', number);
  return webhook === undefined ? unknown : judge(parts, webhook, code);
}

/** The stored expiry decides, whatever the callback says; the current code counts again once it has verified. */
async function judge(parts: VerifyParts, webhook: Webhook, code: string): Promise<Verdict> {
  const { verification, tenantId, id } = webhook;
  const messageId = verification?.messageId;
  if (!verification || !messageId || !isVerificationCode(parts.codeKey, messageId, code)) return wrong;
  if (verification.kind === 'verified') return verified;
  if (parts.clock.wall() >= verification.expiresAt) return expired;
  return (await parts.webhooks.confirmVerification(tenantId, id, messageId)) ? verified : wrong;
}

function say(reply: FastifyReply, [status, text]: Verdict): FastifyReply {
  return reply.code(status).type('text/html').send(text);
}
