// `/settings`: a tab for each matter, each with its path.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { searchOf } from '../../app/search-text.ts';

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings.tsx'), 'SettingsPage'),
});

const tabRoutes = [
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/',
    component: lazyRouteComponent(() => import('./settings.tsx'), 'FirstTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/api-keys',
    component: lazyRouteComponent(() => import('./api-keys/api-keys.tsx'), 'ApiKeysTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/people',
    validateSearch: searchOf('q', 'kind', 'state'),
    component: lazyRouteComponent(() => import('./people/people.tsx'), 'PeopleTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/roles',
    validateSearch: searchOf('open'),
    component: lazyRouteComponent(() => import('./roles/roles.tsx'), 'RolesTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/portal',
    validateSearch: searchOf('tenant'),
    component: lazyRouteComponent(() => import('./portal/portal.tsx'), 'PortalTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/tenants',
    validateSearch: searchOf('q'),
    component: lazyRouteComponent(() => import('./tenants/tenants.tsx'), 'TenantsTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/audit',
    validateSearch: searchOf('action', 'subject', 'within', 'from', 'to'),
    component: lazyRouteComponent(() => import('./audit/audit.tsx'), 'AuditTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/notifications',
    component: lazyRouteComponent(() => import('./notifications.tsx'), 'NotificationsTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/storage',
    component: lazyRouteComponent(() => import('./storage.tsx'), 'StorageTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/egress',
    component: lazyRouteComponent(() => import('./egress.tsx'), 'EgressTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/nodes',
    component: lazyRouteComponent(() => import('./nodes.tsx'), 'NodesTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/configuration',
    validateSearch: searchOf('q', 'which'),
    component: lazyRouteComponent(() => import('./configuration.tsx'), 'ConfigurationTab'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/account',
    component: lazyRouteComponent(() => import('./account.tsx'), 'AccountTab'),
  }),
] as const;

export const settingsRoutes = [settingsRoute.addChildren(tabRoutes)] as const;
