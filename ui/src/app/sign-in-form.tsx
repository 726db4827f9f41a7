// Who one is and by which password: on a page of its own, or over a page whose session has ended.

import { useState, type FormEvent } from 'react';
import { Problem } from '../api/call.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import * as texts from '../texts/texts.ts';

export function SignInForm({
  known,
  enter,
}: {
  /** The username of who most likely signs in. */
  readonly known?: string;
  readonly enter: (username: string, password: string) => Promise<void>;
}) {
  const words = texts.signIn;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      await enter(textOf(form, 'username'), textOf(form, 'password'));
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <TextField
        label={words.username}
        name="username"
        autoComplete="username"
        defaultValue={known}
        autoFocus={known === undefined}
        required
      />
      <TextField
        label={words.password}
        name="password"
        type="password"
        autoComplete="current-password"
        autoFocus={known !== undefined}
        required
      />
      {error !== undefined && (isWrong(error) ? <Wrong /> : <ProblemNote error={error} />)}
      <Button type="submit" kind="primary" busy={busy}>
        {words.submit}
      </Button>
    </form>
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
