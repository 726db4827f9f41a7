// `/catalogue`: one page; the type that is looked into is part of its URL.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const catalogueRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/catalogue',
    validateSearch: searchOf('q', 'dialect', 'open'),
    component: lazyPage(() => import('./catalogue-page.tsx'), 'CataloguePage'),
  }),
] as const;
