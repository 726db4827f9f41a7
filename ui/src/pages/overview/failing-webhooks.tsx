// The webhooks that fail, the worst first, each with what to do about it.

import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import { failingWebhooksQuery, worstFirst } from '../../api/failing.ts';
import { useMay } from '../../api/session.ts';
import type { Webhook, WebhooksStatistics } from '../../api/types.ts';
import { activityQuery, type Window } from '../../api/webhooks.ts';
import { useNews } from '../../app/live.tsx';
import { failureHint, failureName } from '../../parts/failure.ts';
import { WebhookLink } from '../../parts/links.tsx';
import { Card, Loading } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { WebhookStateBadge } from '../../parts/states.tsx';
import { exact, useNow } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.overview.failing;
const shownMax = 5;
/** From so many on what waits for a webhook stands for as many or more. */
const laneCountMax = 1_000;

export function FailingWebhooks({ failing, window }: { readonly failing: number; readonly window: Window }) {
  const may = useMay();
  const { data, error, refetch } = useQuery({ ...failingWebhooksQuery, enabled: may('WEBHOOKS:VIEW') });
  useNews('webhooks', () => void refetch());
  const worst = worstFirst(data?.data ?? []).slice(0, shownMax);
  const { data: activity } = useQuery(
    activityQuery(
      worst.map(({ id }) => id),
      window,
    ),
  );
  const of = new Map(activity?.map((one) => [one.webhookId, one]));
  if (!may('WEBHOOKS:VIEW')) return null;
  return (
    <Card
      title={words.title}
      actions={
        failing > worst.length && (
          <Link
            to="/webhooks"
            search={{ failing: 'true' }}
            className="text-accent underline-offset-2 hover:underline"
          >
            {words.all}
          </Link>
        )
      }
    >
      {error !== null && <ProblemNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading lines={2} />}
      {data !== undefined && worst.length === 0 && (
        <p className="flex items-center gap-2 text-quiet">
          <CircleCheck aria-hidden size={16} className="text-good" /> {words.none}
        </p>
      )}
      {worst.length > 0 && (
        <ul className="-my-3 divide-y divide-line">
          {worst.map((webhook) => (
            <Failing key={webhook.id} webhook={webhook} activity={of.get(webhook.id)} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Failing({
  webhook,
  activity,
}: {
  readonly webhook: Webhook;
  readonly activity: WebhooksStatistics['data'][number] | undefined;
}) {
  const { id, name, failingSince } = webhook;
  const scheduled = activity?.scheduled ?? 0;
  const last = activity?.lastAttempt;
  const failure =
    last === undefined || last === null || last.outcome === 'success'
      ? undefined
      : { status: last.status, code: last.error };
  return (
    <li className="grid gap-x-4 gap-y-1 py-3 md:grid-cols-[minmax(12rem,1fr)_minmax(0,2fr)_auto]">
      <div className="flex min-w-0 flex-col items-start gap-1.5">
        <div className="max-w-full min-w-0">
          <WebhookLink id={id} name={name} />
        </div>
        <WebhookStateBadge webhook={webhook} />
      </div>
      <div className="min-w-0">
        {failure !== undefined && <p className="font-medium">{failureName(failure)}</p>}
        <p className="text-quiet">{whatToDo(webhook, failure)}</p>
      </div>
      <div className="text-xs text-quiet md:text-right">
        {failingSince !== null && <FailingFor since={failingSince} />}
        {scheduled > 0 && <p>{words.waiting(scheduled, scheduled >= laneCountMax)}</p>}
      </div>
    </li>
  );
}

/** Since when nothing has succeeded. */
function FailingFor({ since }: { readonly since: string }) {
  const now = useNow(10_000);
  return <p title={exact(since)}>{words.since(texts.time.length(now - Date.parse(since)))}</p>;
}

function whatToDo(
  { state, stateReason }: Webhook,
  failure: Parameters<typeof failureHint>[0] | undefined,
): string {
  if (state === 'disabled' && stateReason !== null) return words.disabled[stateReason];
  return (failure === undefined ? undefined : failureHint(failure)) ?? words.unknown;
}
