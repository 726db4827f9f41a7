// The paths of deliveries: the list, where one may be open beside it, and one of its own.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
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
    component: lazyRouteComponent(() => import('./list.tsx'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/deliveries/$id',
    component: lazyRouteComponent(() => import('./page.tsx'), 'DeliveryPage'),
  }),
] as const;
