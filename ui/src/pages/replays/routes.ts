// Where the replays are: the list, a new one, and one on its way.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const replayRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/replays',
    validateSearch: searchOf('webhookId', 'state'),
    component: lazyPage(() => import('./list.tsx'), 'ReplaysPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/replays/new',
    validateSearch: searchOf(
      'kind',
      'webhookId',
      'within',
      'from',
      'to',
      'eventTypes',
      'states',
      'statusClass',
      'status',
      'error',
    ),
    component: lazyPage(() => import('./new.tsx'), 'NewReplayPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/replays/$id',
    component: lazyPage(() => import('./detail.tsx'), 'ReplayPage'),
  }),
] as const;
