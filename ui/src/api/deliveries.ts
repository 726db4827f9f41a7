// Deliveries: the list by its filters, one with its attempts, and what a person can do about one or many.

import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';
import type {
  CancelledDeliveries,
  DeliveryDetail,
  DeliverySummary,
  Page,
  RetriedDeliveries,
} from './types.ts';

/** The members are those of `GET /deliveries`, and of the page's URL. */
export type DeliveryFilter = {
  readonly state?: string;
  readonly webhookId?: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly outcome?: string;
  readonly statusClass?: string;
  readonly error?: string;
  /** One or several. */
  readonly id?: string | readonly string[];
  readonly from?: string;
  readonly to?: string;
};

export const listDeliveries = (
  filter: DeliveryFilter,
  page: { readonly cursor: string | null; readonly limit: number },
  signal?: AbortSignal,
): Promise<Page<DeliverySummary>> =>
  call('GET', '/deliveries', { query: { ...filter, ...page }, ...(signal === undefined ? {} : { signal }) });

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: ({ signal }) => call<DeliveryDetail>('GET', `/deliveries/${encodeURIComponent(id)}`, { signal }),
  });

/** All deliveries of one event to one webhook: the first and its redeliveries. */
export const siblingsQuery = (eventId: string, webhookId: string) =>
  queryOptions({
    queryKey: ['deliveries', 'one', 'siblings', eventId, webhookId],
    queryFn: async ({ signal }) => {
      const page = { cursor: null, limit: 100 };
      return (await listDeliveries({ eventId, webhookId }, page, signal)).data;
    },
  });

const act = <Answer>(id: string, name: 'redeliver' | 'retry' | 'cancel'): Promise<Answer> =>
  call('POST', `/deliveries/${encodeURIComponent(id)}/${name}`);

export const redeliver = (id: string): Promise<DeliverySummary> => act(id, 'redeliver');
export const retryNow = (id: string): Promise<DeliverySummary> => act(id, 'retry');
export const cancelDelivery = (id: string): Promise<DeliverySummary> => act(id, 'cancel');

/** How many deliveries one call may name. */
export const manyMax = 1_000;

export type Many = { readonly ids: readonly string[] } | { readonly filter: DeliveryFilter };

export const cancelMany = (many: Many): Promise<CancelledDeliveries> =>
  call('POST', '/deliveries/cancel', { body: many });

export const retryMany = (many: Many): Promise<RetriedDeliveries> =>
  call('POST', '/deliveries/retry', { body: many });
