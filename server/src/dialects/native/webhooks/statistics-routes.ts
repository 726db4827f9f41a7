// `GET /webhooks/{id}/statistics`.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, nullable, oneOf, Time } from '../wire/schemas.ts';
import { readWebhookId, WebhookParams } from './routes.ts';
import { showStatistics, spanOf, windows } from './statistics.ts';

const Query = closed({ window: Type.Optional(oneOf(windows, { default: '24h' })) });

const counts = {
  attempts: Type.Integer(),
  successes: Type.Integer(),
  failures: Type.Integer(),
  errors: Type.Integer(),
  successRate: nullable(Type.Number({ description: 'From 0 to 1; null without attempts.' })),
  latencyMsP50: nullable(Type.Number({ description: 'Not more than this in half of the attempts.' })),
  latencyMsP95: nullable(Type.Number()),
};

export const Statistics = closed(
  {
    window: oneOf(windows),
    from: Time,
    to: Time,
    bucketMs: Type.Integer(),
    totals: closed(counts),
    series: Type.Array(closed({ at: Time, ...counts }), {
      description: 'One entry per bucket, oldest first.',
    }),
    eventTypes: Type.Array(closed({ eventType: Type.String(), ...counts })),
  },
  { $id: 'Statistics', description: 'Counts of attempts that ended in the window.' },
);

export function statisticsRoutes(
  app: FastifyInstance,
  { webhooks, store, clock }: Pick<NativeParts, 'webhooks' | 'store' | 'clock'>,
): void {
  app.get(
    '/webhooks/:id/statistics',
    operation('getWebhookStatistics', {
      summary: 'How its attempts ended and how long they took',
      tags: ['Webhooks'],
      params: WebhookParams,
      querystring: Query,
      response: { 200: named('Statistics', 'The statistics') },
    }),
    async (request) => {
      const { window = '24h' } = request.query as Static<typeof Query>;
      const { id } = await webhooks.get(request.caller.principal.tenantId, readWebhookId(request));
      const now = clock.wall();
      const { from, to } = spanOf(window, now);
      return showStatistics(window, now, await store.webhookStatistics(id, from, to));
    },
  );
}
