// `/filter-checks`: what a filter makes of an event, for who is about to give it to a webhook.

import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { explainFilter } from '../../../domain/filter-explained.ts';
import type { Content } from '../../../domain/filter-content.ts';
import { isId } from '../../../domain/id.ts';
import { contentOfEvent, routedOf } from '../../../domain/match.ts';
import { readFilter } from '../../../domain/read-filter.ts';
import { invalid, notFound } from '../../../domain/refusal.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import { problemsOfEvent } from '../events/event-rules.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { refuse } from '../wire/refuse.ts';
import { parseTime } from '../../../domain/iso-time.ts';
import { FilterCheckIn } from './schemas.ts';

type GivenEvent = NonNullable<Static<typeof FilterCheckIn>['event']>;

export function filterCheckRoutes(
  app: FastifyInstance,
  { store, clock }: Pick<NativeParts, 'store' | 'clock'>,
): void {
  app.post(
    '/filter-checks',
    operation('checkFilter', {
      summary: 'Try a filter on an event',
      description:
        'Tells whether a webhook with the filter would get the event, and what each condition makes of it. Nothing is stored or delivered.',
      keepsAnswer: false,
      tags: ['Webhooks'],
      answersMissing: true,
      body: FilterCheckIn,
      response: { 200: named('FilterCheck', 'Whether it matches, and why not') },
    }),
    async (request) => {
      const { filter, eventId, event } = request.body as Static<typeof FilterCheckIn>;
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

  function contentOfGiven(given: GivenEvent): Content {
    refuse(problemsOfEvent(given).map((problem) => ({ ...problem, pointer: `/event${problem.pointer}` })));
    const { type, data, occurredAt, id: _, ...context } = given;
    const at = occurredAt === undefined ? undefined : parseTime(occurredAt);
    return contentOfEvent({ type, occurredAt: at ?? clock.wall(), context }, () => data);
  }
}
