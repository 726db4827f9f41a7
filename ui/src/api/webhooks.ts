// Webhooks: what is asked of them and what is done to them.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, callForAnswer } from './call.ts';
import type {
  AuditEntry,
  LastExchange,
  Page,
  TestAttempt,
  Webhook,
  WebhookIn,
  WebhookPatch,
  WebhooksStatistics,
  WebhookStatistics,
  WebhookWithSecret,
} from './types.ts';

export type WebhookFilter = {
  readonly q?: string | undefined;
  readonly state?: string | undefined;
  readonly dialect?: string | undefined;
  readonly failing?: string | undefined;
};

/** A webhook with the version that a change of it names. */
export type VersionedWebhook = { readonly webhook: Webhook; readonly etag: string | undefined };

export type Window = WebhookStatistics['window'];
export const windows: readonly Window[] = ['1h', '24h', '7d', '30d'];

const pageSize = 50;

export const webhooksQuery = (filter: WebhookFilter) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      call<Page<Webhook>>('GET', '/webhooks', {
        query: { ...filter, limit: pageSize, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const versionedWebhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'versioned', id],
    queryFn: async ({ signal }): Promise<VersionedWebhook> => {
      const { body, etag } = await callForAnswer<Webhook>('GET', `/webhooks/${id}`, { signal });
      return { webhook: body, etag };
    },
  });

export const webhookStatisticsQuery = (id: string, window: Window) =>
  queryOptions({
    queryKey: ['statistics', 'webhook', id, window],
    queryFn: ({ signal }) =>
      call<WebhookStatistics>('GET', `/webhooks/${id}/statistics`, { query: { window }, signal }),
  });

/** The newest exchange for each event type and outcome, of a dialect that keeps them. */
export const lastExchangesQuery = (id: string) =>
  queryOptions({
    queryKey: ['statistics', 'last-exchanges', id],
    queryFn: ({ signal }) => call<Page<LastExchange>>('GET', `/webhooks/${id}/last-exchanges`, { signal }),
  });

export const webhookAuditQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'audit', id],
    queryFn: ({ pageParam, signal }) =>
      call<Page<AuditEntry>>('GET', '/audit', {
        query: { subjectId: id, limit: pageSize, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

/** How each of the webhooks, at most a hundred, does, how its last attempt ended, and what waits for it. */
export const activityQuery = (ids: readonly string[], window: Window = '24h') =>
  queryOptions({
    queryKey: ['statistics', 'webhooks', ids, window],
    queryFn: async ({ signal }) => {
      const query = { window, id: ids };
      return (await call<WebhooksStatistics>('GET', '/statistics/webhooks', { query, signal })).data;
    },
    enabled: ids.length > 0,
  });

export const createWebhook = (body: WebhookIn): Promise<WebhookWithSecret> =>
  call('POST', '/webhooks', { body });

/** Changes the version that was seen, and no other. */
export async function updateWebhook(
  { webhook: { id }, etag: ifMatch }: VersionedWebhook,
  body: WebhookPatch,
): Promise<VersionedWebhook> {
  const { body: webhook, etag } = await callForAnswer<Webhook>('PATCH', `/webhooks/${id}`, { body, ifMatch });
  return { webhook, etag };
}

export const deleteWebhook = (id: string): Promise<void> => call('DELETE', `/webhooks/${id}`);

export const testWebhook = (id: string): Promise<TestAttempt> => call('POST', `/webhooks/${id}/test`);

/** `verification` asks its receiver again, `verify` takes its word for given. */
export const actOnWebhook = (
  id: string,
  act: 'pause' | 'resume' | 'verification' | 'verify',
): Promise<Webhook> => call('POST', `/webhooks/${id}/${act}`);

export const rotateSecret = (id: string, graceMs: number): Promise<WebhookWithSecret> =>
  call('POST', `/webhooks/${id}/secrets/rotate`, { body: { graceMs } });
