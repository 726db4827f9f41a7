// `/webhooks/{id}/last-exchanges`: the newest exchange for each event type and outcome, where a webhook's dialect keeps it.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { LastExchange } from '../../../api/reads.ts';
import { AttemptMembers, Outcome, RequestBodyStart } from '../deliveries/schemas.ts';
import { showAttempt, showRequestBodyStart } from '../deliveries/show-attempt.ts';
import { operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, pageOf } from '../wire/schemas.ts';
import { readWebhookId, WebhookParams } from './routes.ts';

export const LastExchangeOut = closed(
  {
    ...AttemptMembers,
    eventType: Type.String(),
    deliveryId: Type.String({ description: 'Its delivery may be gone already: exchanges stay longer.' }),
    requestBody: RequestBodyStart,
  },
  {
    $id: 'LastExchange',
    description: 'The newest attempt for one event type and outcome, kept for as long as the webhook lives.',
  },
);

const Query = closed({ eventType: Type.Optional(Type.String()), outcome: Type.Optional(Outcome) });

export function lastExchangeRoutes(
  app: FastifyInstance,
  { webhooks, store }: Pick<NativeParts, 'webhooks' | 'store'>,
): void {
  app.get(
    '/webhooks/:id/last-exchanges',
    operation('listLastExchanges', {
      summary: 'The newest exchange for each event type and outcome',
      description:
        'All of them at once, the newest first. Only Confluence webhooks keep them; for others the list is empty.',
      tags: ['Webhooks'],
      params: WebhookParams,
      querystring: Query,
      response: { 200: pageOf(Type.Ref('LastExchange#')) },
    }),
    async (request) => {
      const { eventType, outcome } = request.query as Static<typeof Query>;
      const { id } = await webhooks.get(request.caller.principal.tenantId, readWebhookId(request));
      const kept = (await store.lastExchanges(id)).filter(
        ({ attempt }) =>
          (eventType === undefined || attempt.eventType === eventType) &&
          (outcome === undefined || attempt.outcome.kind === outcome),
      );
      const newestFirst = kept.toSorted((a, b) => b.attemptNumber - a.attemptNumber);
      return { data: newestFirst.map(show), next: null, previous: null };
    },
  );
}

function show({ attempt, requestBody }: LastExchange) {
  return {
    ...showAttempt(attempt),
    eventType: attempt.eventType,
    deliveryId: attempt.deliveryId,
    requestBody: showRequestBodyStart(requestBody),
  };
}
