// The paths of events: the list, where one may be published, and one of its own.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const eventsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/events',
    validateSearch: searchOf('type', 'within', 'from', 'to', 'publish'),
    component: lazyRouteComponent(() => import('./list.tsx'), 'EventsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/events/$id',
    component: lazyRouteComponent(() => import('./page.tsx'), 'EventPage'),
  }),
] as const;
