// What a filter makes of an event, asked before a webhook has it.

import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';
import { listEvents } from './events.ts';
import type { EventSummary, FilterCheck } from './types.ts';

/** A stored event does not change, and so neither does what a filter makes of it. */
export const filterCheckQuery = (filter: unknown, eventId: string) =>
  queryOptions({
    queryKey: ['filter-checks', eventId, filter],
    queryFn: ({ signal }): Promise<FilterCheck> =>
      call('POST', '/filter-checks', { body: { filter, eventId }, signal, isQuestion: true }),
    staleTime: Infinity,
  });

const lookedThrough = 100;

/** Of one type, or of all. */
export const recentEventsQuery = (type: string | undefined) =>
  queryOptions({
    queryKey: ['events', 'recent', type],
    queryFn: async ({ signal }): Promise<readonly EventSummary[]> =>
      (await listEvents(type === undefined ? {} : { type }, { cursor: null, limit: lookedThrough }, signal))
        .data,
  });
