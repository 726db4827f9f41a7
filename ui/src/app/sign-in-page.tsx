// Signing in with a username and password; afterwards the reader is where they wanted to go.

import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Problem } from '../api/call.ts';
import { sessionQuery, signIn } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { useTitle } from '../parts/page.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import * as texts from '../texts/texts.ts';
import { Logo } from './logo.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const words = texts.signIn;
  useTitle(words.title);
  const { to } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      const session = await signIn(textOf(form, 'username'), textOf(form, 'password'));
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      router.history.push(`${router.basepath}${to ?? '/'}`);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <form
        onSubmit={(event) => void submit(event)}
        className="flex w-full max-w-sm flex-col gap-4 rounded-xl border border-line bg-surface p-6 shadow-sm"
      >
        <div className="flex flex-col gap-1">
          <Logo />
          <h1 className="mt-3 text-lg font-semibold">{words.title}</h1>
          <p className="text-quiet">{words.lead}</p>
        </div>
        <TextField label={words.username} name="username" autoComplete="username" autoFocus required />
        <TextField
          label={words.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {error !== undefined && (isWrong(error) ? <Wrong /> : <ProblemNote error={error} />)}
        <Button type="submit" kind="primary" busy={busy}>
          {words.submit}
        </Button>
        <p className="text-xs text-quiet">{words.forgotten}</p>
      </form>
    </main>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

function Wrong() {
  return (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      {texts.signIn.wrong}
    </p>
  );
}

function isWrong(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
