// The paths of events: the list, where one may be published, and one of its own.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const eventsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/events',
    validateSearch: searchOf('type', 'within', 'from', 'to', 'publish'),
    component: lazyPage(() => import('./list.tsx'), 'EventsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/events/$id',
    component: lazyPage(() => import('./page.tsx'), 'EventPage'),
  }),
] as const;
