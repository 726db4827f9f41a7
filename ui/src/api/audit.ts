// Who changed what, when and from where.

import { infiniteQueryOptions } from '@tanstack/react-query';
import { call, type Query } from './call.ts';
import type { AuditEntry, Page } from './types.ts';

const pageRows = 100;

/** `filter` tells apart what is asked; `queryNow` what that is at the moment, since some spans of time move on. */
export const auditQuery = (filter: Query, queryNow: () => Query) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      call<Page<AuditEntry>>('GET', '/audit', {
        query: { ...queryNow(), limit: pageRows, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
