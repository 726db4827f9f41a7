// The end of a session while its page is open: whoever worked there signs in over it, and all that was asked or sent goes on.

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { onUnknown } from '../api/call.ts';
import { enterTenant, sessionQuery, signIn, useSession, type Session } from '../api/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import * as texts from '../texts/texts.ts';
import { SignInForm } from './sign-in-form.tsx';

export function SessionEnd() {
  const words = texts.signIn;
  const before = useSession();
  const queries = useQueryClient();
  const router = useRouter();
  const [waiting, setWaiting] = useState<readonly (() => void)[]>([]);

  useEffect(() => onUnknown(() => new Promise((goOn) => setWaiting((others) => [...others, goOn]))), []);

  const enter = async (username: string, password: string) => {
    const session = await signInTo(before, username, password);
    if (session === undefined) {
      // Nothing of the one person is left for another to see.
      await router.navigate({ to: '/', replace: true, reloadDocument: true, ignoreBlocker: true });
      return;
    }
    queries.setQueryData(sessionQuery.queryKey, session);
    for (const goOn of waiting) goOn();
    setWaiting([]);
  };

  return (
    <Dialog open={waiting.length > 0} title={words.ended}>
      <div className="flex flex-col gap-4">
        <p>{words.endedLead}</p>
        <SignInForm known={before.principal.name} enter={enter} />
      </div>
    </Dialog>
  );
}

/** Undefined where it is somebody else, or they can't be in the same tenant any more: the page is not theirs to go on with. */
async function signInTo(
  { principal, tenant }: Session,
  username: string,
  password: string,
): Promise<Session | undefined> {
  const session = await signIn(username, password);
  if (session.principal.id !== principal.id) return undefined;
  if (session.tenant.id === tenant.id) return session;
  return enterTenant(tenant.id, { mayBeUnknown: true }).catch(() => undefined);
}
