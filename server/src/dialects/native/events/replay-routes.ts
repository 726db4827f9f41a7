// `POST /events/{id}/replay`: one event again, for the webhooks that were owed it or for others.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { replayedWebhooksMax, type ReplayedEvent, type ReplayEvent } from '../../../deliver/replay-event.ts';
import { isId } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';

const Params = closed({ id: Type.String() });

const Body = closed({
  webhookIds: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      maxItems: replayedWebhooksMax,
      uniqueItems: true,
      description: 'Any webhooks of yours, newer than the event too, whatever they subscribe to.',
    }),
  ),
});

export function replayEventRoutes(
  app: FastifyInstance,
  { replayEvent, once }: Pick<NativeParts, 'replayEvent' | 'once'>,
): void {
  app.post(
    '/events/:id/replay',
    operation('replayEvent', {
      summary: 'Deliver an event again',
      description:
        'To the webhooks that were owed it when it was published, or to those that you name. The body may be left out. Receivers see the same event id with a fresh signature.',
      tags: ['Events'],
      params: Params,
      body: Body,
      response: { 201: named('ReplayedEvent', 'What is on its way') },
    }),
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>;
      if (!isId('evt', id)) throw notFound('event');
      const { webhookIds = null } = request.body as Static<typeof Body>;
      const answer = (replayed: ReplayedEvent) => ({ status: 201, body: JSON.stringify(show(replayed)) });
      const act = (remember?: Parameters<ReplayEvent>[3]) =>
        replayEvent(request.caller, id, webhookIds, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );
}

function show({ deliveries, skipped }: ReplayedEvent) {
  return { deliveries: deliveries.map(({ id, webhookId }) => ({ id, webhookId })), skipped };
}
