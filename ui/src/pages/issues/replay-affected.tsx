// Delivers again what an issue's webhook was given up for: counted first, then started, then watched on its own page.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Problem } from '../../api/call.ts';
import type { Issue } from '../../api/issues.ts';
import { createReplay, replayCountQuery, type ReplayPlan } from '../../api/replays.ts';
import { Button, Spinner } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { failureName } from '../../parts/failure.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.issues;

export function ReplayAffected({ issue, close }: { readonly issue: Issue; readonly close: () => void }) {
  const [plan] = useState(() => planOf(issue));
  const counted = useQuery(replayCountQuery(plan));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const number = texts.numbers.count(counted.data?.count ?? 0);
  const isDisabled = counted.error instanceof Problem && counted.error.status === 409;

  const start = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await createReplay(plan);
      await queries.invalidateQueries({ queryKey: ['replays', 'list'] });
      await navigate({ to: '/replays/$id', params: { id } });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  return (
    <Dialog open close={close} title={words.replayTitle(issue.webhookName)}>
      <div className="flex flex-col gap-4">
        {counted.isPending && (
          <p role="status" className="flex items-center gap-2 text-quiet">
            <Spinner /> {words.replayCounting}
          </p>
        )}
        {counted.error !== null && (
          <>
            <ProblemNote error={counted.error} retry={() => void counted.refetch()} />
            {isDisabled && <p>{words.replayDisabled}</p>}
          </>
        )}
        {counted.isSuccess && counted.data.count === 0 && <p>{words.replayNothing}</p>}
        {counted.isSuccess && counted.data.count > 0 && (
          <>
            <p>{words.replayEffect(number, counted.data.atLeast, failureName(issue.error))}</p>
            <p className="text-quiet">{words.replaySame}</p>
          </>
        )}
        {error !== undefined && <ProblemNote error={error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{texts.common.cancel}</Button>
          {counted.isSuccess && counted.data.count > 0 && (
            <Button kind="primary" busy={busy} onClick={() => void start()}>
              {words.replayConfirm(number, counted.data.atLeast)}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** Exactly what the issue counts as given up: it begins with the first of them. */
function planOf({ webhookId, firstSeenAt, error: { status, code } }: Issue): ReplayPlan {
  return {
    webhookId,
    from: firstSeenAt,
    states: ['exhausted'],
    ...(status === null ? {} : { status }),
    ...(code === null ? {} : { error: code }),
  };
}
