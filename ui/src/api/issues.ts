// Issues: what goes wrong now, one for each webhook and way of failing.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { IssueOut } from '../../../server/src/dialects/native/issues/routes.ts';
import { call } from './call.ts';
import type { Page } from './types.ts';

export type Issue = Static<typeof IssueOut>;

/** How far back the deliveries of an issue were attempted last. */
export const issueWindows = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 };
export type IssueWindow = keyof typeof issueWindows;

/** From so many on a count stands for as many or more. */
export const issueCountMax = 1_000;
const pageSize = 50;

export type IssueFilter = { readonly webhookId?: string | undefined; readonly within: IssueWindow };

export const issuesQuery = ({ webhookId, within }: IssueFilter) =>
  infiniteQueryOptions({
    queryKey: ['issues', 'list', webhookId ?? '', within],
    queryFn: ({ pageParam, signal }) =>
      call<Page<Issue>>('GET', '/issues', {
        query: {
          webhookId,
          from: new Date(Date.now() - issueWindows[within]).toISOString(),
          limit: pageSize,
          cursor: pageParam,
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const issueQuery = (id: string) =>
  queryOptions({
    queryKey: ['issues', 'one', id],
    queryFn: ({ signal }) => call<Issue>('GET', `/issues/${encodeURIComponent(id)}`, { signal }),
  });

/** How many there are in the last week, or that there are more than a page of them. */
export const issueCountQuery = queryOptions({
  queryKey: ['issues', 'count'],
  queryFn: async ({ signal }) => {
    const { data, next } = await call<Page<Issue>>('GET', '/issues', { query: { limit: pageSize }, signal });
    return { count: data.length, more: next !== null };
  },
});

/** Makes due what waits after failing like this; an answer's status is known by its class alone. */
export function retryWaiting({ webhookId, error }: Issue): Promise<{ readonly retried: number }> {
  const failure =
    error.code === null
      ? { outcome: 'failure', statusClass: `${String(error.status).slice(0, 1)}xx` }
      : { outcome: 'error', error: error.code };
  return call('POST', '/deliveries/retry', { body: { filter: { webhookId, ...failure } } });
}
