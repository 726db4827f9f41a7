// Where the pages of webhooks are.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks',
  validateSearch: searchOf('q', 'state', 'dialect', 'failing', 'eventType'),
  component: lazyRouteComponent(() => import('./list.tsx'), 'WebhooksPage'),
});

const createPageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks/new',
  validateSearch: searchOf('dialect'),
  component: lazyRouteComponent(() => import('./create.tsx'), 'CreateWebhookPage'),
});

const webhookRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks/$id',
  component: lazyRouteComponent(() => import('./detail/webhook.tsx'), 'WebhookPage'),
});

const tabRoutes = [
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/',
    validateSearch: searchOf('window'),
    component: lazyRouteComponent(() => import('./detail/overview.tsx'), 'OverviewTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('./detail/settings.tsx'), 'SettingsTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/signing',
    component: lazyRouteComponent(() => import('./detail/signing.tsx'), 'SigningTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/test',
    component: lazyRouteComponent(() => import('./detail/test.tsx'), 'TestTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/audit',
    component: lazyRouteComponent(() => import('./detail/audit.tsx'), 'AuditTab'),
  }),
] as const;

export const webhookRoutes = [listRoute, createPageRoute, webhookRoute.addChildren(tabRoutes)] as const;
