// `/deliveries`: the log of what is owed and what happened, and what a person can do about one of them.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Cancel } from '../../../deliver/cancel.ts';
import { isBehindOthers, isScheduled, type Delivery } from '../../../domain/delivery.ts';
import { isId } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import { secretsAreReadable } from '../../../domain/webhook.ts';
import type { DeliveryFilter } from '../../../api/reads.ts';
import { readType } from '../events/event-routes.ts';
import { deliveryStates } from '../events/schemas.ts';
import { named, operation } from '../operation.ts';
import type { DialectsByName, NativeParts } from '../parts.ts';
import { closed, oneOf, PageQuery, pageOf, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readWindow } from '../wire/times.ts';
import { outcomes, statusClasses } from './schemas.ts';
import { showAttempt, showRequestBody } from './show-attempt.ts';
import { showFreshDelivery, showListedDelivery } from './show-delivery.ts';

/** As many as a page may have of them. */
const idsMax = 250;

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  id: Type.Optional(
    Type.Array(Type.String(), {
      maxItems: idsMax,
      description: 'A delivery, or an event whose deliveries are wanted; several deliveries as `id=…&id=…`.',
    }),
  ),
  webhookId: Type.Optional(Type.String()),
  eventId: Type.Optional(Type.String()),
  eventType: Type.Optional(Type.String()),
  state: Type.Optional(oneOf(deliveryStates)),
  outcome: Type.Optional(oneOf(outcomes, { description: 'How the last attempt ended.' })),
  statusClass: Type.Optional(oneOf(statusClasses, { description: "Of the last attempt's answer." })),
  error: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: "The last attempt's error, such as `timeout_total`.",
    }),
  ),
});

const Params = closed({ id: Type.String() });

export type DeliveryRoutesParts = Pick<
  NativeParts,
  'store' | 'cursors' | 'once' | 'redeliver' | 'cancel' | 'retry' | 'policyOf' | 'waitsFor' | 'clock'
> & {
  readonly dialects: DialectsByName;
};

export function deliveryRoutes(app: FastifyInstance, parts: DeliveryRoutesParts): void {
  const { store, cursors, once, redeliver, cancel, retry, policyOf, dialects } = parts;
  const tags = ['Deliveries'] as const;

  app.get(
    '/deliveries',
    operation('listDeliveries', {
      summary: 'List deliveries, newest first',
      description:
        'Of several filters together, a page may have fewer entries than its limit, or none, and a `next`: the search goes on there.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('DeliverySummary#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const { tenantId } = request.caller.principal;
      const list = { tenantId, list: 'deliveries' };
      const page = await store.listDeliveries(tenantId, filterOf(query), cursors.pageRequest(list, query));
      return cursors.page(list, page, (listed) => showListedDelivery(listed, parts));
    },
  );

  app.get(
    '/deliveries/:id',
    operation('getDelivery', {
      summary: 'A delivery with all its attempts',
      description:
        'Where the webhook signs by a policy, `requestBody` is what its tokens carry as `data`: each attempt has a token of its own, and none is kept.',
      tags,
      params: Params,
      response: { 200: named('DeliveryDetail', 'The delivery') },
    }),
    async (request) => {
      const id = readId(request.params);
      const { tenantId } = request.caller.principal;
      const listed = await store.getDelivery(tenantId, id);
      if (listed === undefined) throw notFound('delivery');
      const [attempts, body, waitsBehind] = await Promise.all([
        store.listAttempts(tenantId, id),
        requestBody(listed.delivery),
        behind(listed.delivery),
      ]);
      return {
        ...showListedDelivery(listed, parts),
        waitsBehind,
        requestBody: body === null ? null : showRequestBody(body),
        attempts: attempts.map(showAttempt),
      };
    },
  );

  app.post(
    '/deliveries/:id/redeliver',
    operation('redeliver', {
      summary: 'Deliver the event again',
      description:
        'Makes a new delivery with `redeliveryOf`, whatever became of the old one. The receiver sees the same event id with a fresh signature.',
      tags,
      params: Params,
      response: { 201: named('DeliverySummary', 'The new delivery, stored and due now') },
    }),
    async (request, reply) => {
      const id = readId(request.params);
      const answer = (delivery: Delivery) => ({
        status: 201,
        body: JSON.stringify(showFreshDelivery(delivery, parts)),
      });
      const act = (remember?: Parameters<typeof redeliver>[2]) => redeliver(request.caller, id, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );

  app.post(
    '/deliveries/:id/cancel',
    operation('cancelDelivery', {
      summary: 'Give up on a scheduled delivery',
      tags,
      params: Params,
      response: { 200: named('DeliverySummary', 'The cancelled delivery; no attempt starts any more') },
    }),
    (request, reply) => change(request, reply, cancel),
  );

  app.post(
    '/deliveries/:id/retry',
    operation('retryDelivery', {
      summary: 'Make the next attempt of a scheduled delivery now',
      description:
        'It is due at once instead of later. An open circuit breaker lets what is due first through as a probe, and all the rest if that succeeds; what holds its webhook back otherwise holds it back all the same: `waiting` tells.',
      tags,
      params: Params,
      response: { 200: named('DeliverySummary', 'The delivery, which is due now') },
    }),
    (request, reply) => change(request, reply, retry),
  );

  /** Answers the delivery as `act` leaves it; its last attempt is the one it had. A retry is called as a cancellation is. */
  async function change(request: FastifyRequest, reply: FastifyReply, act: Cancel): Promise<FastifyReply> {
    const id = readId(request.params);
    const listed = await store.getDelivery(request.caller.principal.tenantId, id);
    if (listed === undefined) throw notFound('delivery');
    const answer = (delivery: Delivery) => ({
      status: 200,
      body: JSON.stringify(showListedDelivery({ ...listed, delivery }, parts)),
    });
    const run = (remember?: Parameters<typeof act>[2]) => act(request.caller, id, remember);
    return sendOnce(reply, await once(request, run, { fresh: answer, stored: answer }));
  }

  /**
   * The body of the delivery's requests, made again: it is not kept, since it follows from the event and the webhook,
   * which for some dialects means the webhook's settings of today. Null when one of them is gone, or a secret is that the requests need.
   */
  async function requestBody(delivery: Delivery): Promise<Uint8Array | null> {
    const [event, webhook] = await Promise.all([
      store.loadEvent(delivery.eventId),
      store.getWebhook(delivery.tenantId, delivery.webhookId),
    ]);
    if (event === undefined || webhook === undefined) return null;
    if (!secretsAreReadable(webhook.signing, webhook.endpoint, policyOf)) return null;
    const format = dialects.get(webhook.dialect)?.format;
    return format?.({ delivery, event, webhook }, { number: 1, at: delivery.createdAt }).body ?? null;
  }

  /** Which delivery it waits for; null where it waits for none. */
  async function behind(delivery: Delivery): Promise<string | null> {
    const { tenantId, webhookId, orderingKey } = delivery;
    if (orderingKey === null || !isScheduled(delivery) || !isBehindOthers(delivery)) return null;
    return (await store.firstInLine(tenantId, webhookId, orderingKey)) ?? null;
  }
}

function readId(params: unknown): string {
  const { id } = params as Static<typeof Params>;
  if (!isId('dlv', id)) throw notFound('delivery');
  return id;
}

function filterOf(query: Static<typeof ListQuery>): DeliveryFilter {
  const { id: ids, webhookId, eventId, eventType, state, outcome, statusClass, error } = query;
  const type = readType(eventType, 'eventType').type;
  return {
    ...readWindow(query),
    ...(webhookId === undefined ? {} : { webhookId }),
    ...(ids === undefined ? {} : isId('evt', ids[0] ?? '') ? { eventId: ids[0]! } : { ids }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(type === undefined ? {} : { eventType: type }),
    ...(state === undefined ? {} : { state }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(error === undefined ? {} : { error }),
    ...(statusClass === undefined ? {} : { statusClass: Number(statusClass[0]) as 1 | 2 | 3 | 4 | 5 }),
  };
}
