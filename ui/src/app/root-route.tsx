// The routes that hold all others: signing in, and the shell around what only shows to who has signed in.

import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { Problem } from '../api/call.ts';
import { sessionQuery } from '../api/session.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Shell } from './shell.tsx';
import { SignInPage } from './sign-in-page.tsx';

export const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
});

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { readonly to?: string } => ownPath(search['to']),
  component: SignInPage,
});

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context: { queries }, location }) => {
    try {
      await queries.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href }, throw: true });
    }
  },
  errorComponent: ({ error, reset }) => (
    <div className="p-6">
      <ProblemNote error={error} retry={reset} />
    </div>
  ),
});

/** Where to go after signing in: only ever a page of this app. */
function ownPath(to: unknown): { readonly to?: string } {
  return typeof to === 'string' && /^\/(?!\/)/.test(to) ? { to } : {};
}
