// The pages of a portal by their paths below the link's: the same as in the web app, in a frame of its own.

import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter } from '@tanstack/react-router';
import { sessionQuery } from '../api/session.ts';
import { NotFound } from '../app/not-found.tsx';
import { rootRoute, shellRoute } from '../app/root-route.tsx';
import { routing } from '../app/routing.tsx';
import { deliveriesRoutes } from '../pages/deliveries/routes.ts';
import { eventsRoutes } from '../pages/events/routes.ts';
import { replayRoutes } from '../pages/replays/routes.ts';
import { webhookRoutes } from '../pages/webhooks/routes.ts';
import { Home } from './home.tsx';
import { PortalShell } from './shell.tsx';

const homeRoute = createRoute({ getParentRoute: () => shellRoute, path: '/', component: Home });
const nowhereRoute = createRoute({ getParentRoute: () => shellRoute, path: '$', component: NotFound });

const routeTree = rootRoute.addChildren([
  shellRoute.addChildren([
    homeRoute,
    ...webhookRoutes,
    ...deliveriesRoutes,
    ...eventsRoutes,
    ...replayRoutes,
    nowhereRoute,
  ]),
]);

export function makePortalRouter(queries: QueryClient, linkId: string) {
  return createRouter({
    ...routing,
    routeTree,
    basepath: `/portal/${linkId}`,
    context: {
      queries,
      frame: PortalShell,
      enter: async () => void (await queries.ensureQueryData(sessionQuery)),
    },
  });
}
