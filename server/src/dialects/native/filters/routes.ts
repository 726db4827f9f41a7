// `/filter-checks`: what a filter makes of an event, for who is about to give it to a webhook.

import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { bodyAsIs } from '../../../api/query.ts';
import { verbatimReader } from '../../../api/read-body.ts';
import { explainFilter } from '../../../domain/filter-explained.ts';
import type { Content } from '../../../domain/filter-content.ts';
import { isId } from '../../../domain/id.ts';
import { routedOf } from '../../../domain/match.ts';
import { readFilter } from '../../../domain/read-filter.ts';
import { invalid, notFound, Refusal } from '../../../domain/refusal.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import type { Submission } from '../../../publish/publish.ts';
import { readEvent } from '../events/read-event.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { refuse } from '../wire/refuse.ts';
import { FilterCheckIn } from './schemas.ts';

/** The event is read as when it is published: its data is the publisher's own. */
const reader = verbatimReader(Type.Omit(FilterCheckIn, ['event'], { additionalProperties: false }), 'event');

export function filterCheckRoutes(
  app: FastifyInstance,
  { store, clock, dataBytesMax }: Pick<NativeParts, 'store' | 'clock' | 'dataBytesMax'>,
): void {
  app.post(
    '/filter-checks',
    {
      ...operation('checkFilter', {
        summary: 'Try a filter on an event',
        description:
          'Tells whether a webhook with the filter would get the event, and what each condition makes of it. Nothing is stored or delivered.',
        keepsAnswer: false,
        tags: ['Webhooks'],
        answersMissing: true,
        body: FilterCheckIn,
        response: { 200: named('FilterCheck', 'Whether it matches, and why not') },
      }),
      validatorCompiler: bodyAsIs,
    },
    async (request) => {
      const { rest, verbatim: event } = reader.read(request.bytes);
      const { filter, eventId } = rest;
      const read = readFilter(filter, '/filter');
      if (!read.ok) return refuse(read.problems);
      if (eventId !== undefined && event === undefined) {
        return explainFilter(read.filter, await contentOfStored(request.caller.principal.tenantId, eventId));
      }
      if (eventId === undefined && event !== undefined)
        return explainFilter(read.filter, contentOfGiven(event));
      const message = "Send either 'eventId' or 'event': the one event that the filter is tried on";
      throw invalid([{ pointer: eventId === undefined ? '/eventId' : '/event', rule: 'one_of', message }]);
    },
  );

  async function contentOfStored(tenantId: TenantId, id: string): Promise<Content> {
    const found = isId('evt', id) ? await store.getEvent(tenantId, id) : undefined;
    if (found === undefined) throw notFound('event');
    return routedOf(found.event).content();
  }

  function contentOfGiven(bytes: Uint8Array): Content {
    const { occurredAt, ...event } = readGiven(bytes);
    return routedOf({ ...event, occurredAt: occurredAt ?? clock.wall() }).content();
  }

  /** Refuses as publishing does; pointers lead into the request. */
  function readGiven(bytes: Uint8Array): Submission {
    try {
      return readEvent(bytes, dataBytesMax);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const problems = error.problems.map((problem) => ({ ...problem, pointer: `/event${problem.pointer}` }));
      throw new Refusal(error.code, error.message, { problems });
    }
  }
}
