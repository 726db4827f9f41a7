// The paths of deliveries: the list, where one may be open beside it, and one of its own.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

export const deliveriesRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/deliveries',
    validateSearch: searchOf(
      'state',
      'webhookId',
      'eventType',
      'eventId',
      'outcome',
      'statusClass',
      'error',
      'id',
      'within',
      'from',
      'to',
      'open',
    ),
    component: lazyPage(() => import('./list.tsx'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/deliveries/$id',
    component: lazyPage(() => import('./page.tsx'), 'DeliveryPage'),
  }),
] as const;
