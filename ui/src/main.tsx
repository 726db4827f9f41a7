// The start of the web app: queries, routes, toasts and keys, put together.

import './style.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/call.ts';
import { hearKeys } from './app/keys.tsx';
import { makeRouter } from './app/router.tsx';
import { followTheme } from './app/theme.ts';
import { sessionQuery } from './api/session.ts';
import { Toasts } from './parts/toasts.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server declined it declines again.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
});
const router = makeRouter(queries);

// A session that ended elsewhere: the page asks to sign in, and comes back to where it was.
queries.getQueryCache().subscribe(({ type, query }) => {
  if (type !== 'updated' || query.queryKey[0] === sessionQuery.queryKey[0]) return;
  const { error } = query.state;
  if (!(error instanceof Problem) || error.status !== 401) return;
  queries.removeQueries({ queryKey: sessionQuery.queryKey });
  void router.invalidate();
});

followTheme();
hearKeys();
createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Toasts>
        <RouterProvider router={router} />
      </Toasts>
    </QueryClientProvider>
  </StrictMode>,
);
