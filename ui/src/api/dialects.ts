// The dialects: what webhooks of each can have, and how many of them there are and may be.

import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';
import type { Dialect, Page } from './types.ts';

export const dialectsQuery = queryOptions({
  queryKey: ['webhooks', 'dialects'],
  queryFn: async ({ signal }) => (await call<Page<Dialect>>('GET', '/dialects', { signal })).data,
});
