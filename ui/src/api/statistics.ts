// How the tenant does, in numbers: all webhooks together.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { TenantStatistics as StatisticsSchema } from '../../../server/src/dialects/native/statistics/routes.ts';
import { call } from './call.ts';
import type { Window } from './webhooks.ts';

export type TenantStatistics = Static<typeof StatisticsSchema>;

/** Without news, too, the window moves on; and what is told may be some seconds old. */
const againMs = 10_000;

export const tenantStatisticsQuery = (window: Window) =>
  queryOptions({
    queryKey: ['statistics', 'tenant', window],
    queryFn: ({ signal }) => call<TenantStatistics>('GET', '/statistics', { query: { window }, signal }),
    refetchInterval: againMs,
    // The numbers of before stay until those of another window are there.
    placeholderData: (previous) => previous,
  });
