// Where the issues are; one may be open beside the list.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const issueRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/issues',
    validateSearch: searchOf('webhookId', 'within', 'open'),
    component: lazyPage(() => import('./list.tsx'), 'IssuesPage'),
  }),
] as const;
