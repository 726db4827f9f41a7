// What keeps a webhook from delivering, or might: what it is, since when, and what to do.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMay } from '../../../api/session.ts';
import type { Webhook } from '../../../api/types.ts';
import { activityQuery, actOnWebhook } from '../../../api/webhooks.ts';
import { Button } from '../../../parts/button.tsx';
import { classNames } from '../../../parts/class-names.ts';
import { failureHint, failureName } from '../../../parts/failure.ts';
import { Ago, Countdown, exact } from '../../../parts/time.tsx';
import { tell, tellProblem } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { settingsOf } from '../form/draft.ts';
import { PauseOrResume } from './actions.tsx';

const words = texts.webhook.conditions;

export function Conditions({ webhook }: { readonly webhook: Webhook }) {
  const may = useMay();
  const mayEdit = may('WEBHOOKS:EDIT');
  const { state, stateReason, stateSince, breaker, failingSince, verification, url } = webhook;
  const { sslVerificationRequired, expiresAt = null } = settingsOf(webhook);
  return (
    <div className="flex flex-col gap-3 empty:hidden">
      {state === 'disabled' && (
        <Condition
          tone="bad"
          title={words.disabled[stateReason ?? 'client'].title}
          action={mayEdit && <PauseOrResume webhook={webhook} />}
        >
          {words.disabled[stateReason ?? 'client'].lead} <Since at={stateSince} />
        </Condition>
      )}
      {state === 'paused' && (
        <Condition
          tone="warn"
          title={words.paused.title}
          action={mayEdit && <PauseOrResume webhook={webhook} />}
        >
          {words.paused.lead} <Since at={stateSince} />
        </Condition>
      )}
      {breaker.state !== 'closed' && (
        <Condition tone="bad" title={words.breaker[breaker.state].title}>
          {words.breaker[breaker.state].lead} <Since at={breaker.openSince} />{' '}
          {breaker.state === 'open' && breaker.nextProbeAt !== null && (
            <>
              {words.nextProbe} <Countdown until={breaker.nextProbeAt} />.
            </>
          )}{' '}
          {words.breaker.whatToDo}
        </Condition>
      )}
      {breaker.state === 'closed' && failingSince !== null && (
        <Condition tone="warn" title={texts.states.webhook.failingSince(exact(failingSince))}>
          <LastFailure webhook={webhook} />
        </Condition>
      )}
      {verification?.state === 'pending' && (
        <Condition
          tone="warn"
          title={words.unverified.title}
          action={mayEdit && <VerificationActs webhook={webhook} />}
        >
          {words.unverified.lead}{' '}
          {verification.meanwhile !== undefined && words.unverified.meanwhile[verification.meanwhile]}{' '}
          {verification.expiresAt !== undefined && words.unverified.until(exact(verification.expiresAt))}
        </Condition>
      )}
      {sslVerificationRequired === false && (
        <Condition tone="warn" title={words.tls.title}>
          {words.tls.lead}
        </Condition>
      )}
      {url.startsWith('http:') && (
        <Condition tone="warn" title={words.http.title}>
          {words.http.lead}
        </Condition>
      )}
      {expiresAt !== null && state !== 'disabled' && (
        <Condition tone="warn" title={words.expires.title(exact(expiresAt))}>
          {words.expires.lead}
        </Condition>
      )}
    </div>
  );
}

/** How the last attempt failed and what to do about it, as far as that is known here. */
function LastFailure({ webhook: { id } }: { readonly webhook: Webhook }) {
  const { data } = useQuery(activityQuery([id]));
  const last = data?.[0]?.lastAttempt;
  if (last === undefined || last === null || last.outcome === 'success') return words.failing.lead;
  const failure = { status: last.status, code: last.error };
  return (
    <>
      {words.failing.last(failureName(failure))} {failureHint(failure) ?? words.failing.lead}
    </>
  );
}

function Since({ at }: { readonly at: string | null }) {
  if (at === null) return null;
  return (
    <>
      {words.since} <Ago at={at} />.
    </>
  );
}

function Condition({
  tone,
  title,
  action,
  children,
}: {
  readonly tone: 'bad' | 'warn';
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const Icon = tone === 'bad' ? CircleAlert : TriangleAlert;
  return (
    <section
      aria-label={title}
      className={classNames(
        'flex flex-wrap items-start gap-x-4 gap-y-2 rounded-lg border px-4 py-3',
        tone === 'bad' ? 'border-bad/40 bg-bad-soft' : 'border-warn/40 bg-warn-soft',
      )}
    >
      <Icon
        aria-hidden
        size={18}
        className={classNames('mt-0.5 shrink-0', tone === 'bad' ? 'text-bad' : 'text-warn')}
      />
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-semibold">{title}</p>
        <p>{children}</p>
      </div>
      {action}
    </section>
  );
}

/** Asks the receiver once more, or takes its word for given. */
function VerificationActs({ webhook: { id, name } }: { readonly webhook: Webhook }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const ask = useMutation({
    mutationFn: () => actOnWebhook(id, 'verification'),
    onSuccess: async () => {
      await refresh();
      tell(words.unverified.asked(name));
    },
    onError: (error) => tellProblem(words.unverified.ask, error),
  });
  const take = useMutation({
    mutationFn: () => actOnWebhook(id, 'verify'),
    onSuccess: async () => {
      await refresh();
      tell(words.unverified.taken(name));
    },
    onError: (error) => tellProblem(words.unverified.take, error),
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button busy={ask.isPending} onClick={() => ask.mutate()}>
        {words.unverified.ask}
      </Button>
      <Button busy={take.isPending} onClick={() => take.mutate()}>
        {words.unverified.take}
      </Button>
    </div>
  );
}
