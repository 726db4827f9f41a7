// Signing in, and the way there for who has not.

import type { QueryClient } from '@tanstack/react-query';
import { createRoute, redirect } from '@tanstack/react-router';
import { Problem } from '../api/call.ts';
import { sessionQuery } from '../api/session.ts';
import { rootRoute } from './root-route.tsx';
import { SignInPage } from './sign-in-page.tsx';

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { readonly to?: string } => ownPath(search['to']),
  component: SignInPage,
});

/** Lets in who has signed in; others are asked to, and come back. */
export async function requireSession(queries: QueryClient, href: string): Promise<void> {
  try {
    await queries.ensureQueryData(sessionQuery);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    redirect({ to: '/sign-in', search: href === '/' ? {} : { to: href }, throw: true });
  }
}

/** Where to go after signing in: only ever a page of this app. */
function ownPath(to: unknown): { readonly to?: string } {
  return typeof to === 'string' && /^\/(?!\/)/.test(to) ? { to } : {};
}
