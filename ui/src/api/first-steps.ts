// What there is already of the way to the first delivered event. Each question is as small as it can be.

import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';
import type { DeliverySummary, EventSummary, Page, Webhook } from './types.ts';

/** Beside the live news, for as long as the steps show. */
const againMs = 3_000;
/** Tests of webhooks are among them, and are no events of the publisher's. */
const enough = 20;

const firstOf = <Item>(path: string, query: Readonly<Record<string, string | number>>) =>
  ({
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      call<Page<Item>>('GET', path, { query: { limit: enough, ...query }, signal }),
    refetchInterval: againMs,
  }) as const;

export const aWebhookQuery = queryOptions({
  queryKey: ['webhooks', 'list', 'first'],
  ...firstOf<Webhook>('/webhooks', {}),
});

export const anEventQuery = queryOptions({
  queryKey: ['events', 'one', 'first'],
  ...firstOf<EventSummary>('/events', {}),
});

export const aDeliveryQuery = queryOptions({
  queryKey: ['deliveries', 'one', 'first'],
  ...firstOf<DeliverySummary>('/deliveries', {}),
});

/** Asked once: after the first success there are no first steps any more. */
export const aSuccessQuery = queryOptions({
  queryKey: ['deliveries', 'one', 'first-success'],
  ...firstOf<DeliverySummary>('/deliveries', { state: 'delivered' }),
});

/** A key that may publish and nothing else; its token is in this answer only. */
export const createPublishingKey = (name: string): Promise<{ readonly token?: string }> =>
  call('POST', '/api-keys', { body: { name, permissions: ['EVENTS:ADD'] } });
