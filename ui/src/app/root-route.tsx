// The routes that hold all others. The same pages stand in the web app and in the portal, which put frames of their own
// around them and let in by rules of their own: both come with the router.

import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { PageProblem } from './page-problem.tsx';

export type RouterContext = {
  readonly queries: QueryClient;
  /** What stands around each page; it shows the page by an `Outlet`. */
  readonly frame: ComponentType;
  /** Resolves once it is known who looks at the page with this `href`, or throws a redirect. */
  readonly enter: (href: string) => Promise<void>;
};

export const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Framed,
  beforeLoad: ({ context: { enter }, location }) => enter(location.href),
  errorComponent: PageProblem,
});

function Framed() {
  const { frame: Frame } = shellRoute.useRouteContext();
  return <Frame />;
}
