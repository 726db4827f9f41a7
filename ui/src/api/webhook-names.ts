// Webhooks, as other pages name and explain them.

import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';
import type { Page, Webhook } from './types.ts';

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'one', id],
    queryFn: ({ signal }) => call<Webhook>('GET', `/webhooks/${encodeURIComponent(id)}`, { signal }),
    staleTime: 30_000,
  });

/** Enough of them to choose one by its name. */
export const webhookChoicesQuery = queryOptions({
  queryKey: ['webhooks', 'choices'],
  queryFn: ({ signal }) => call<Page<Webhook>>('GET', '/webhooks', { query: { limit: 250 }, signal }),
  staleTime: 30_000,
});
