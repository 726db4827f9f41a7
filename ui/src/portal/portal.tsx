// The start of the portal: takes the link's token, and shows its pages for as long as the link is good.

import '../style.css';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { callWith, onUnknown, Problem } from '../api/call.ts';
import { portalLinkQuery } from '../api/portal-link.ts';
import { hearKeys } from '../app/keys.tsx';
import { makeQueries } from '../app/queries.ts';
import { followTheme } from '../app/theme.ts';
import { Loading } from '../parts/page.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Toasts } from '../parts/toasts.tsx';
import * as texts from '../texts/texts.ts';
import { isOver, Over } from './ending.tsx';
import { Look } from './look.tsx';
import { makePortalRouter } from './router.tsx';
import { takeToken } from './token.ts';
import { isTyped, watchTyping } from './typed.ts';

const linkId = location.pathname.split('/')[2] ?? '';
// Without one the server is called without one, and says that the link is over.
callWith(takeToken(linkId) ?? '');

const queries = makeQueries();
const router = makePortalRouter(queries, linkId);
onUnknown(async () => {
  void queries.invalidateQueries(portalLinkQuery);
  throw new Problem(texts.portal.overWhileTyping, { status: 401, code: 'unauthenticated' });
});

watchTyping();
followTheme();
hearKeys();
createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Portal />
    </QueryClientProvider>
  </StrictMode>,
);

function Portal() {
  const { data: link, error, refetch } = useQuery(portalLinkQuery);
  // What somebody has typed is theirs to take along: it stays until they leave it.
  if (isOver(error) && (link === undefined || !isTyped())) return <Over />;
  if (link === undefined) {
    return (
      <main className="mx-auto max-w-prose p-6">
        {error === null ? <Loading /> : <ProblemNote error={error} retry={() => void refetch()} />}
      </main>
    );
  }
  return (
    <Look link={link}>
      <Toasts>
        <RouterProvider router={router} />
      </Toasts>
    </Look>
  );
}
