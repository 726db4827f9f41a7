// Where the first page is.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const overviewRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/',
    validateSearch: searchOf('window'),
    component: lazyPage(() => import('./overview.tsx'), 'OverviewPage'),
  }),
] as const;
