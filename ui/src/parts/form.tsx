// A form in a window: what it is told goes to the server once, and what the server declines stands in it.

import { useState, type FormEvent, type ReactNode } from 'react';
import { Problem } from '../api/call.ts';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem.tsx';

/** An act that a form ends in. While `busy` it runs; `problem` is why the server declined it. */
export function useSubmit(act: () => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    problem: error instanceof Problem ? error : undefined,
    onSubmit: (event: FormEvent) => void submit(event),
  };
}

/** To be mounted when it opens, so that it begins afresh. `act` ends with closing it, or with what follows. */
export function FormDialog({
  title,
  confirm,
  close,
  act,
  wide = false,
  ready = true,
  places,
  children,
}: {
  readonly title: string;
  /** What the button says: the act. */
  readonly confirm: string;
  readonly close: () => void;
  readonly act: () => Promise<unknown>;
  readonly wide?: boolean;
  readonly ready?: boolean;
  /** The JSON pointers of its fields. */
  readonly places?: readonly string[] | undefined;
  readonly children: (problem: Problem | undefined) => ReactNode;
}) {
  const { busy, error, problem, onSubmit } = useSubmit(act);
  return (
    <Dialog open close={close} title={title} wide={wide}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        {children(problem)}
        {error !== undefined && <ProblemNote error={error} places={places} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{texts.common.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={!ready}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
