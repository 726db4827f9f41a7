// The start of the web app: queries, routes, toasts and keys, put together.

import './style.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { hearKeys } from './app/keys.tsx';
import { makeQueries } from './app/queries.ts';
import { makeRouter } from './app/router.tsx';
import { followTheme } from './app/theme.ts';
import { Toasts } from './parts/toasts.tsx';

const queries = makeQueries();
const router = makeRouter(queries);

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
