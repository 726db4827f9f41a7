// What a person does to many deliveries of a list at once: cancel them, or have them tried again now.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static, type TSchema } from 'typebox';
import { bodyReader } from '../../../api/read-body.ts';
import { bodyAsIs } from '../../../api/query.ts';
import type { DeliveryFilter } from '../../../api/reads.ts';
import {
  manyMax,
  type CancelledMany,
  type Chosen,
  type Many,
  type RetriedMany,
} from '../../../deliver/many.ts';
import { isEventType } from '../../../domain/event-type.ts';
import { invalid } from '../../../domain/refusal.ts';
import { eventTypeRule } from '../events/event-rules.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, oneOf } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readTime } from '../wire/times.ts';
import { outcomes, statusClasses } from './schemas.ts';

const Time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }));

const Filter = closed(
  {
    webhookId: Type.Optional(Type.String()),
    eventId: Type.Optional(Type.String()),
    eventType: Type.Optional(Type.String()),
    outcome: Type.Optional(oneOf(outcomes, { description: 'How the last attempt ended.' })),
    statusClass: Type.Optional(oneOf(statusClasses, { description: "Of the last attempt's answer." })),
    error: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: "The last attempt's error." }),
    ),
    from: Time('Only what is not older than this.'),
    to: Time('Only what is older than this.'),
  },
  { minProperties: 1, description: 'Those that are scheduled and that `GET /deliveries` would list for it.' },
);

const Choice = closed(
  {
    ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: manyMax, uniqueItems: true })),
    filter: Type.Optional(Filter),
  },
  {
    description: 'Either `ids` or a `filter`.',
    examples: [{ filter: { webhookId: 'wh_01kr3v5x2mtn8b0c6d4f7g9h1j', outcome: 'error' } }],
  },
);
type Choice = Static<typeof Choice>;
const reader = bodyReader(Choice);

export function manyRoutes(app: FastifyInstance, { many, once }: Pick<NativeParts, 'many' | 'once'>): void {
  const each = `At most ${manyMax} in one call, the newest first, all or none.`;

  app.post(
    '/deliveries/cancel',
    described('cancelDeliveries', {
      summary: 'Give up on many scheduled deliveries',
      description: `Of those listed, what is final stays as it is. ${each}`,
      response: { 200: named('CancelledDeliveries', 'No attempt of theirs starts any more') },
    }),
    async (request, reply) => {
      const chosen = readChosen(request);
      const answer = (done: CancelledMany) => ({ status: 200, body: JSON.stringify(done) });
      const act = (remember?: Parameters<Many['cancel']>[2]) => many.cancel(request.caller, chosen, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );

  app.post(
    '/deliveries/retry',
    described('retryDeliveries', {
      summary: 'Try many deliveries again now',
      description: `What is scheduled for later is due at once; what is due already is skipped. An open circuit breaker lets the first through as a probe in any case. Of those listed, what has ended is redelivered; more than that is for a replay. ${each}`,
      response: { 200: named('RetriedDeliveries', 'What became of them') },
    }),
    async (request, reply) => {
      const chosen = readChosen(request);
      const answer = (done: RetriedMany) => ({ status: 200, body: JSON.stringify(done) });
      const act = (remember?: Parameters<Many['retry']>[2]) => many.retry(request.caller, chosen, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );
}

function described(
  id: 'cancelDeliveries' | 'retryDeliveries',
  more: { summary: string; description: string; response: Readonly<Record<number, TSchema>> },
) {
  return { ...operation(id, { ...more, tags: ['Deliveries'], body: Choice }), validatorCompiler: bodyAsIs };
}

function readChosen(request: FastifyRequest): Chosen {
  const { ids, filter } = reader.read(request.bytes);
  if (ids !== undefined && filter === undefined) return { kind: 'listed', ids };
  if (ids === undefined && filter !== undefined) return { kind: 'found', filter: filterOf(filter) };
  throw invalid([{ pointer: '', rule: 'one_of', message: "The body has either 'ids' or a 'filter'" }]);
}

function filterOf({
  statusClass,
  eventType,
  from,
  to,
  ...filter
}: NonNullable<Choice['filter']>): DeliveryFilter {
  if (eventType !== undefined && !isEventType(eventType)) {
    const message = `An event type ${eventTypeRule}`;
    throw invalid([{ pointer: '/filter/eventType', rule: 'event_type', message }]);
  }
  return {
    ...filter,
    ...(eventType === undefined ? {} : { eventType }),
    ...(statusClass === undefined ? {} : { statusClass: Number(statusClass[0]) as 1 | 2 | 3 | 4 | 5 }),
    ...(from === undefined ? {} : { from: readTime(from, '/filter/from') }),
    ...(to === undefined ? {} : { to: readTime(to, '/filter/to') }),
  };
}
