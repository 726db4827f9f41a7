// `GET /events` and `GET /events/{id}`: what was published, and who was owed it and why not.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { allRows } from '../../../api/all-rows.ts';
import { may, type Caller } from '../../../domain/access.ts';
import { isId } from '../../../domain/id.ts';
import { invalid, notFound } from '../../../domain/refusal.ts';
import type { ListedDelivery } from '../../../api/reads.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, PageQuery, pageOf, WindowQuery } from '../wire/schemas.ts';
import { readWindow } from '../wire/times.ts';
import { isEventType } from '../../../domain/event-type.ts';
import { eventTypeRule } from './event-rules.ts';
import { eventDetail, showEvent } from './show-event.ts';

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  type: Type.Optional(Type.String({ description: 'Only events of this type.' })),
});

const Params = closed({ id: Type.String() });

const DetailQuery = closed({
  webhookId: Type.Optional(Type.String({ description: 'Only the decision for this webhook.' })),
});

export function eventRoutes(
  app: FastifyInstance,
  parts: Pick<NativeParts, 'store' | 'cursors' | 'waitsFor' | 'clock' | 'webhookOf'>,
): void {
  const { store, cursors } = parts;

  app.get(
    '/events',
    operation('listEvents', {
      summary: 'List events, newest first',
      tags: ['Events'],
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('EventSummary#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const { tenantId } = request.caller.principal;
      const list = { tenantId, list: 'events' };
      const filter = { ...readType(query.type), ...readWindow(query) };
      const page = await store.listEvents(tenantId, filter, cursors.pageRequest(list, query));
      return cursors.page(list, page, (event) => showEvent(event, event.deliveries));
    },
  );

  app.get(
    '/events/:id',
    operation('getEvent', {
      summary: 'An event with its data and the decision for every webhook',
      description: 'Answers “why was it not delivered?” for each webhook that was considered.',
      tags: ['Events'],
      params: Params,
      querystring: DetailQuery,
      response: { 200: named('EventDetail', 'The event') },
    }),
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>;
      const { webhookId } = request.query as Static<typeof DetailQuery>;
      const { tenantId } = request.caller.principal;
      const found = isId('evt', id) ? await store.getEvent(tenantId, id) : undefined;
      if (found === undefined) throw notFound('event');
      const deliveries = await deliveriesOf(tenantId, id, webhookId);
      const detail = eventDetail(
        found,
        deliveries,
        { ...parts, webhookOf: knownTo(request.caller) },
        webhookId,
      );
      return reply.type('application/json; charset=utf-8').send(detail);
    },
  );

  /** What a filter asks for is the webhook's, and told to those who may see webhooks. */
  function knownTo({ principal }: Caller): NativeParts['webhookOf'] {
    return may(principal, 'WEBHOOKS:VIEW') ? parts.webhookOf : () => undefined;
  }

  async function deliveriesOf(
    tenantId: string,
    eventId: string,
    webhookId: string | undefined,
  ): Promise<ListedDelivery[]> {
    const filter = { eventId, ...(webhookId === undefined ? {} : { webhookId }) };
    return allRows((page) => store.listDeliveries(tenantId, filter, page));
  }
}

/** A filter that no event can meet is a mistake worth telling. */
export function readType(type: string | undefined, name = 'type'): { readonly type?: string } {
  if (type === undefined) return {};
  if (isEventType(type)) return { type };
  throw invalid([
    { pointer: `query/${name}`, rule: 'event_type', message: `An event type ${eventTypeRule}` },
  ]);
}
