// Replays: many deliveries again, or the events that a webhook missed.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ReplayIn } from '../../../server/src/dialects/native/replays/schemas.ts';
import { call } from './call.ts';
import type { Page, Replay, ReplayCount } from './types.ts';

export type ReplayPlan = Omit<ReplayIn, 'dryRun'>;
export type ReplayState = Replay['state'];
export type ReplayAct = 'pause' | 'resume' | 'cancel';

export const replayStates: readonly ReplayState[] = ['running', 'paused', 'completed', 'cancelled'];

const pageSize = 50;
/** Beside the live news, so that a bar moves even where none come. */
const watchMs = 2_000;

export const replaysQuery = (filter: { readonly webhookId?: string; readonly state?: string }) =>
  infiniteQueryOptions({
    queryKey: ['replays', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      call<Page<Replay>>('GET', '/replays', {
        query: { ...filter, limit: pageSize, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.data.some(({ state }) => state === 'running')) === true
        ? watchMs
        : false,
  });

export const replayQuery = (id: string) =>
  queryOptions({
    queryKey: ['replays', 'one', id],
    queryFn: ({ signal }) => call<Replay>('GET', `/replays/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? watchMs : false),
  });

/** How much a replay would do now. */
export const replayCountQuery = (plan: ReplayPlan, isComplete = true) =>
  queryOptions({
    queryKey: ['replays', 'count', plan],
    queryFn: ({ signal }) =>
      call<ReplayCount>('POST', '/replays', { body: { ...plan, dryRun: true }, signal, isQuestion: true }),
    enabled: isComplete,
    staleTime: 0,
    retry: false,
  });

export const createReplay = (plan: ReplayPlan): Promise<Replay> => call('POST', '/replays', { body: plan });

export const actOnReplay = (id: string, act: ReplayAct): Promise<Replay> =>
  call('POST', `/replays/${encodeURIComponent(id)}/${act}`);
