// How the pages ask: for how long an answer holds, what is asked again, and what happens when the server asks who calls.

import { QueryClient, type QueryKey } from '@tanstack/react-query';
import { Problem } from '../api/call.ts';

export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server declined it declines again.
        retry: (failures, error) =>
          failures < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      },
    },
  });
}

/** Tells when the server no longer knows who calls; not by the answer to `who`, which asks for just that. */
export function hearEnd(queries: QueryClient, who: QueryKey, ended: () => void): void {
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.queryKey[0] === who[0]) return;
    const { error } = query.state;
    if (error instanceof Problem && error.status === 401) ended();
  });
}
