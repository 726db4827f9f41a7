// `/catalogue`: one page; the type that is looked into is part of its URL.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const catalogueRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/catalogue',
    validateSearch: searchOf('q', 'dialect', 'open'),
    component: lazyRouteComponent(() => import('./catalogue-page.tsx'), 'CataloguePage'),
  }),
] as const;
