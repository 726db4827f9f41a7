// Where the first page is.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const overviewRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/',
    validateSearch: searchOf('window'),
    component: lazyRouteComponent(() => import('./overview.tsx'), 'OverviewPage'),
  }),
] as const;
