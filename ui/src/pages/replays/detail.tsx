// One replay: how far it has come, followed while one looks, and the ways to hold or end it.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CopyPlus, Pause, Play, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Problem } from '../../api/call.ts';
import { actOnReplay, replayQuery, type ReplayAct } from '../../api/replays.ts';
import type { Replay } from '../../api/types.ts';
import { useMay } from '../../api/session.ts';
import { webhookChoicesQuery } from '../../api/webhook-names.ts';
import { NotFound } from '../../app/not-found.tsx';
import { Button, LinkButton } from '../../parts/button.tsx';
import { CopyableId } from '../../parts/copy.tsx';
import { ConfirmDialog } from '../../parts/dialog.tsx';
import { DeliveriesLink, WebhookLink, type DeliverySearch } from '../../parts/links.tsx';
import { Card, Facts, Loading, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Ago, Moment } from '../../parts/time.tsx';
import { tell, tellProblem } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';
import { WhatItDoes } from './does.tsx';
import { draftOf } from './draft.ts';
import { failureInWords, planInWords, statesInWords } from './plan-words.ts';
import { ReplayProgress, ReplayStateBadge } from './replay-state.tsx';

const route = getRouteApi('/shell/replays/$id');
const words = texts.replays.one;
const { count, percent } = texts.numbers;

export function ReplayPage() {
  const { id } = route.useParams();
  const may = useMay();
  const { data: replay, error, refetch } = useQuery(replayQuery(id));
  const { data: webhooks } = useQuery({ ...webhookChoicesQuery, enabled: may('WEBHOOKS:VIEW') });
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  const names = new Map(webhooks?.data.map(({ id: one, name }) => [one, name] as const));
  return (
    <Page
      title={replay === undefined ? texts.shell.pages.replays : planInWords(replay.plan, names)}
      lead={<CopyableId id={id} />}
      actions={replay === undefined ? undefined : <Acts replay={replay} />}
    >
      {error !== null && <ProblemNote error={error} retry={() => void refetch()} />}
      {replay === undefined && error === null && <Loading lines={6} />}
      {replay !== undefined && (
        <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="flex min-w-0 flex-col gap-5">
            <HowFar replay={replay} />
            <Plan replay={replay} names={names} />
          </div>
          <WhatItDoes />
        </div>
      )}
    </Page>
  );
}

function HowFar({ replay }: { readonly replay: Replay }) {
  const { state, done, skipped, count: counted, atLeast, progress } = replay;
  return (
    <Card>
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <ReplayStateBadge state={state} />
          <span className="text-quiet">{stateInWords(replay)}</span>
        </div>
        <ReplayProgress replay={replay} />
        <dl className="grid grid-cols-3 gap-4">
          <Figure name={words.made} value={count(done)} note={words.of(count(counted), atLeast)} />
          <Figure
            name={words.passedOver}
            value={count(skipped)}
            {...(skipped === 0 ? {} : { note: words.passedOverHint })}
          />
          <Figure name={words.percent} value={progress === null ? words.unknown : percent(progress)} />
        </dl>
        {done > 0 && <WhatBecame replay={replay} />}
      </div>
    </Card>
  );
}

const ends = ['delivered', 'scheduled', 'exhausted'] as const;

/** A delivery does not know its replay: the list shows what was made meanwhile. */
function WhatBecame({ replay }: { readonly replay: Replay }) {
  return (
    <div className="border-t border-line pt-3">
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="text-quiet">{words.became}</span>
        {ends.map((state) => (
          <DeliveriesLink key={state} search={{ ...madeMeanwhile(replay), state }}>
            {texts.states.delivery[state]}
          </DeliveriesLink>
        ))}
      </p>
      <p className="mt-1 text-xs text-quiet">{words.becameHint}</p>
    </div>
  );
}

function madeMeanwhile({ plan: { webhookId, eventTypes }, startedAt, finishedAt }: Replay): DeliverySearch {
  const [type, ...others] = eventTypes ?? [];
  return {
    from: startedAt,
    // The end of a window is not part of it, and the last ones may be as young as the end.
    ...(finishedAt === null ? {} : { to: new Date(Date.parse(finishedAt) + 1).toISOString() }),
    ...(webhookId === undefined ? {} : { webhookId }),
    ...(type === undefined || others.length > 0 || type.endsWith('*') ? {} : { eventType: type }),
  };
}

function Figure({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: string;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs font-medium text-quiet">{name}</dt>
      <dd className="text-xl font-semibold tracking-tight tabular-nums">{value}</dd>
      {note !== undefined && <dd className="text-xs text-quiet">{note}</dd>}
    </div>
  );
}

function stateInWords({ state, stateBy, done, skipped }: Replay): string {
  switch (state) {
    case 'running':
      return done + skipped === 0 ? words.waiting : words.running;
    case 'paused':
      return words.pausedBy(stateBy?.name ?? '');
    case 'cancelled':
      return words.cancelledBy(stateBy?.name ?? '');
    case 'completed':
      return words.completed;
  }
}

function Plan({ replay, names }: { readonly replay: Replay; readonly names: ReadonlyMap<string, string> }) {
  const { plan, startedAt, finishedAt, createdBy } = replay;
  const { webhookId, from, to, eventTypes, states, missed, deliveryIds } = plan;
  const isOfDeliveries = missed !== true && deliveryIds === undefined;
  return (
    <Card
      title={words.plan}
      actions={
        <DeliveriesLink search={madeMeanwhile(replay)}>
          {finishedAt === null ? words.deliveries : words.deliveriesMeanwhile}
        </DeliveriesLink>
      }
    >
      <Facts
        facts={[
          ...(webhookId === undefined
            ? []
            : [
                [
                  texts.replays.webhook,
                  <WebhookLink key="webhook" id={webhookId} name={names.get(webhookId) ?? webhookId} />,
                ] as const,
              ]),
          ...(deliveryIds === undefined
            ? [
                [
                  words.window,
                  <span key="window">
                    {from === undefined ? words.always : <Moment at={from} />} {words.upTo}{' '}
                    {to !== undefined && <Moment at={to} />}
                  </span>,
                ] as const,
                [
                  words.types,
                  eventTypes === undefined ? (
                    words.all
                  ) : (
                    <code key="types" className="text-xs break-all">
                      {eventTypes.join(', ')}
                    </code>
                  ),
                ] as const,
              ]
            : []),
          ...(isOfDeliveries
            ? [
                [words.ended, statesInWords(states)] as const,
                [words.failure, failureInWords(plan) ?? words.anyFailure] as const,
              ]
            : []),
          [words.started, <Ago key="started" at={startedAt} />],
          [words.startedBy, createdBy.name],
          ...(finishedAt === null ? [] : [[words.finished, <Ago key="finished" at={finishedAt} />] as const]),
        ]}
      />
    </Card>
  );
}

function Acts({ replay }: { readonly replay: Replay }) {
  const { id, state, plan, done, skipped, count: counted, atLeast } = replay;
  const may = useMay();
  const queries = useQueryClient();
  const [cancelling, setCancelling] = useState(false);
  const [busy, setBusy] = useState<ReplayAct | undefined>(undefined);
  const isOver = state === 'completed' || state === 'cancelled';

  const act = async (verb: ReplayAct, said: string) => {
    queries.setQueryData(replayQuery(id).queryKey, await actOnReplay(id, verb));
    tell(said);
    await queries.invalidateQueries({ queryKey: ['replays', 'list'] });
  };
  const hold = async (verb: 'pause' | 'resume') => {
    setBusy(verb);
    try {
      await act(verb, verb === 'pause' ? words.paused : words.resumed);
    } catch (error) {
      tellProblem(words[verb], error);
      await queries.invalidateQueries({ queryKey: ['replays', 'one', id] });
    } finally {
      setBusy(undefined);
    }
  };

  return (
    <>
      {isOver && may('DELIVERIES:ADD') && plan.deliveryIds === undefined && (
        <LinkButton to="/replays/new" search={draftOf(plan)} icon={<CopyPlus aria-hidden size={14} />}>
          {words.again}
        </LinkButton>
      )}
      {!isOver && may('DELIVERIES:EDIT') && (
        <>
          {state === 'running' ? (
            <Button
              icon={<Pause aria-hidden size={14} />}
              busy={busy === 'pause'}
              onClick={() => void hold('pause')}
            >
              {words.pause}
            </Button>
          ) : (
            <Button
              kind="primary"
              icon={<Play aria-hidden size={14} />}
              busy={busy === 'resume'}
              onClick={() => void hold('resume')}
            >
              {words.resume}
            </Button>
          )}
          <Button kind="danger" icon={<X aria-hidden size={14} />} onClick={() => setCancelling(true)}>
            {words.cancel}
          </Button>
        </>
      )}
      <ConfirmDialog
        open={cancelling}
        close={() => setCancelling(false)}
        title={words.cancelTitle(
          atLeast ? words.leftUnknown : words.left(count(Math.max(0, counted - done - skipped))),
        )}
        confirm={words.cancel}
        act={() => act('cancel', words.cancelled)}
      >
        {words.cancelEffect(count(done))}
      </ConfirmDialog>
    </>
  );
}
