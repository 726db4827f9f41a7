// Events: the list, one with its payload byte for byte and the decision for every webhook, publishing and replaying.

import { queryOptions } from '@tanstack/react-query';
import { call, callForText } from './call.ts';
import type { Accepted, EventDetail, EventSummary, Page, ReplayedEvent } from './types.ts';

export type EventFilter = { readonly type?: string; readonly from?: string; readonly to?: string };

export const listEvents = (
  filter: EventFilter,
  page: { readonly cursor: string | null; readonly limit: number },
  signal?: AbortSignal,
): Promise<Page<EventSummary>> =>
  call('GET', '/events', { query: { ...filter, ...page }, ...(signal === undefined ? {} : { signal }) });

/** `payload` is `data` as it was published: numbers and members as they stood there. */
export type ShownEvent = EventDetail & { readonly payload: string };

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['events', 'one', id],
    queryFn: async ({ signal }): Promise<ShownEvent> => {
      const text = await callForText(`/events/${encodeURIComponent(id)}`, { signal });
      return { ...(JSON.parse(text) as EventDetail), payload: payloadOf(text) };
    },
  });

/** The data is the answer's last member, and no other member is called so. */
function payloadOf(answer: string): string {
  const name = ',"data":';
  return answer.slice(answer.indexOf(name) + name.length, -1);
}

/** `data` is JSON text, which receivers get as it is. */
export const publishEvent = (type: string, data: string): Promise<Accepted> =>
  call('POST', '/events', { bodyText: `{"type":${JSON.stringify(type)},"data":${data}}` });

export const replayEvent = (id: string): Promise<ReplayedEvent> =>
  call('POST', `/events/${encodeURIComponent(id)}/replay`, { body: {} });
