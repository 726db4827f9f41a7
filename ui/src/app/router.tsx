// All pages by their paths. A page's code is fetched when it is first opened.

import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter } from '@tanstack/react-router';
import { catalogueRoutes } from '../pages/catalogue/routes.ts';
import { webhookRoutes } from '../pages/webhooks/routes.ts';
import { deliveriesRoutes } from '../pages/deliveries/routes.ts';
import { eventsRoutes } from '../pages/events/routes.ts';
import { issueRoutes } from '../pages/issues/routes.ts';
import { overviewRoutes } from '../pages/overview/routes.ts';
import { replayRoutes } from '../pages/replays/routes.ts';
import { settingsRoutes } from '../pages/settings/routes.ts';
import { NotFound } from './not-found.tsx';
import { rootRoute, shellRoute } from './root-route.tsx';
import { routing } from './routing.tsx';
import { Shell } from './shell.tsx';
import { requireSession, signInRoute } from './sign-in-route.tsx';

/** A path that is no page is told so inside the frame, to who has signed in. */
const nowhereRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: NotFound,
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    ...webhookRoutes,
    ...deliveriesRoutes,
    ...eventsRoutes,
    ...overviewRoutes,
    ...issueRoutes,
    ...replayRoutes,
    ...catalogueRoutes,
    ...settingsRoutes,
    nowhereRoute,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    ...routing,
    routeTree,
    basepath: '/ui',
    context: { queries, frame: Shell, enter: (href) => requireSession(queries, href) },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
