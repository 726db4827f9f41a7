// The event catalogue: a tenant's own types beside those that the dialects bring.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type {
  EventTypeDetail as DetailSchema,
  EventTypeIn,
  EventTypePatch,
  EventTypeSummary as SummarySchema,
} from '../../../server/src/dialects/native/event-types/schemas.ts';
import { call } from './call.ts';
import { everyPage } from './every-page.ts';

export type EventTypeSummary = Static<typeof SummarySchema>;
export type EventType = Static<typeof DetailSchema>;

/** The whole catalogue. */
export const catalogueQuery = queryOptions({
  queryKey: ['event-types', 'list'],
  queryFn: ({ signal }) => everyPage<EventTypeSummary>('/event-types', signal),
  staleTime: 30_000,
});

export const eventTypeQuery = (name: string) =>
  queryOptions({
    queryKey: ['event-types', 'one', name],
    queryFn: ({ signal }) => call<EventType>('GET', pathOf(name), { signal }),
  });

export const createEventType = (body: EventTypeIn): Promise<EventType> =>
  call('POST', '/event-types', { body });

export const changeEventType = (name: string, body: EventTypePatch): Promise<EventType> =>
  call('PATCH', pathOf(name), { body });

export const addSchemaVersion = (name: string, schema: unknown): Promise<EventType> =>
  call('POST', `${pathOf(name)}/schemas`, { body: { schema } });

export const deleteEventType = (name: string): Promise<void> => call('DELETE', pathOf(name));

function pathOf(name: string): string {
  return `/event-types/${encodeURIComponent(name)}`;
}
