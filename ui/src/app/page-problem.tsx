// What stands in place of a page that could not be shown. It tries anew by itself once the server answers again.

import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { isUnreachable } from '../api/call.ts';
import { Page } from '../parts/page.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import * as texts from '../texts/texts.ts';
import { isOutdated } from './fetched-code.ts';
import { useLiveState } from './live.tsx';

export function PageProblem({ error }: { readonly error: unknown }) {
  const router = useRouter();
  const state = useLiveState();
  const before = useRef(state);
  const retry = () => void router.invalidate();
  const onOpen = useEffectEvent(() => {
    if (isUnreachable(error)) retry();
  });
  useEffect(() => {
    if (state === 'open' && before.current !== 'open') onOpen();
    before.current = state;
  }, [state]);
  return (
    <Page title={texts.shell.notShown}>
      {isOutdated(error) ? (
        <ProblemNote error={error} retry={() => location.reload()} retryLabel={texts.shell.reload} />
      ) : (
        <ProblemNote error={error} retry={retry} />
      )}
    </Page>
  );
}
