// How the pages ask: for how long an answer holds, and what is asked again.

import { QueryClient } from '@tanstack/react-query';
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
