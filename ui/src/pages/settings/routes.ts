// `/settings`: a tab for each matter, each with its path.

import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../app/fetched-code.ts';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyPage(() => import('./settings.tsx'), 'SettingsPage'),
});

const tabRoutes = [
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/',
    component: lazyPage(() => import('./settings.tsx'), 'FirstTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/api-keys',
    component: lazyPage(() => import('./api-keys/api-keys.tsx'), 'ApiKeysTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/people',
    validateSearch: searchOf('q', 'kind', 'state'),
    component: lazyPage(() => import('./people/people.tsx'), 'PeopleTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/roles',
    validateSearch: searchOf('open'),
    component: lazyPage(() => import('./roles/roles.tsx'), 'RolesTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/portal',
    validateSearch: searchOf('tenant'),
    component: lazyPage(() => import('./portal/portal.tsx'), 'PortalTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/tenants',
    validateSearch: searchOf('q'),
    component: lazyPage(() => import('./tenants/tenants.tsx'), 'TenantsTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/audit',
    validateSearch: searchOf('action', 'subject', 'within', 'from', 'to'),
    component: lazyPage(() => import('./audit/audit.tsx'), 'AuditTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/notifications',
    component: lazyPage(() => import('./notifications.tsx'), 'NotificationsTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/storage',
    component: lazyPage(() => import('./storage.tsx'), 'StorageTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/egress',
    component: lazyPage(() => import('./egress.tsx'), 'EgressTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/nodes',
    component: lazyPage(() => import('./nodes.tsx'), 'NodesTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/configuration',
    validateSearch: searchOf('q', 'which'),
    component: lazyPage(() => import('./configuration.tsx'), 'ConfigurationTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/account',
    component: lazyPage(() => import('./account.tsx'), 'AccountTab'),
  }),
] as const;

export const settingsRoutes = [settingsRoute.addChildren(tabRoutes)] as const;
