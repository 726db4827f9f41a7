// Signing in with a username and password; afterwards the reader is where they wanted to go.

import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { sessionQuery, signIn } from '../api/session.ts';
import { useTitle } from '../parts/page.tsx';
import * as texts from '../texts/texts.ts';
import { Logo } from './logo.tsx';
import { SignInForm } from './sign-in-form.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const words = texts.signIn;
  useTitle(words.title);
  const { to } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();

  const enter = async (username: string, password: string) => {
    const session = await signIn(username, password);
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, session);
    router.history.push(`${router.basepath}${to ?? '/'}`);
  };

  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="flex w-full max-w-sm flex-col gap-4 rounded-xl border border-line bg-surface p-6 shadow-sm">
        <div className="flex flex-col gap-1">
          <Logo />
          <h1 className="mt-3 text-lg font-semibold">{words.title}</h1>
          <p className="text-quiet">{words.lead}</p>
        </div>
        <SignInForm enter={enter} />
        <p className="text-xs text-quiet">{words.forgotten}</p>
      </div>
    </main>
  );
}
