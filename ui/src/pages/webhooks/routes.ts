// Where the pages of webhooks are.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks',
  validateSearch: searchOf('q', 'state', 'dialect', 'failing', 'eventType'),
  component: lazyPage(() => import('./list.tsx'), 'WebhooksPage'),
});

const createPageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks/new',
  validateSearch: searchOf('dialect'),
  component: lazyPage(() => import('./create.tsx'), 'CreateWebhookPage'),
});

const webhookRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks/$id',
  component: lazyPage(() => import('./detail/webhook.tsx'), 'WebhookPage'),
});

const tabRoutes = [
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/',
    validateSearch: searchOf('window'),
    component: lazyPage(() => import('./detail/overview.tsx'), 'OverviewTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/settings',
    component: lazyPage(() => import('./detail/settings.tsx'), 'SettingsTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/signing',
    component: lazyPage(() => import('./detail/signing.tsx'), 'SigningTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/test',
    component: lazyPage(() => import('./detail/test.tsx'), 'TestTab'),
  }),
  createRoute({
    getParentRoute: () => webhookRoute,
    path: '/audit',
    component: lazyPage(() => import('./detail/audit.tsx'), 'AuditTab'),
  }),
] as const;

export const webhookRoutes = [listRoute, createPageRoute, webhookRoute.addChildren(tabRoutes)] as const;
