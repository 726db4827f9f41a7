// One event: what was published, where it went and why not elsewhere, and what became of its deliveries.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Repeat } from 'lucide-react';
import { useState } from 'react';
import { useKeys } from '../../app/keys.tsx';
import { useLiveState } from '../../app/live.tsx';
import { Problem } from '../../api/call.ts';
import { eventQuery, replayEvent, type ShownEvent } from '../../api/events.ts';
import { useMay } from '../../api/session.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyableId } from '../../parts/copy.tsx';
import { ConfirmDialog } from '../../parts/dialog.tsx';
import { Card, Empty, Facts, Loading, Page } from '../../parts/page.tsx';
import { Payload } from '../../parts/payload.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Moment } from '../../parts/time.tsx';
import { tell } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';
import { Routing } from './routing.tsx';

const route = getRouteApi('/shell/events/$id');
const words = texts.events.detail;
const pollMs = 3_000;

export function EventPage() {
  const { id } = route.useParams();
  const { data: event, error, refetch } = useEvent(id);
  return (
    <Page
      title={event?.type ?? texts.events.title}
      lead={
        <Link to="/events" className="text-accent-strong underline">
          {words.back}
        </Link>
      }
      actions={event !== undefined && <ReplayButton event={event} />}
    >
      {event !== undefined ? (
        <Shown event={event} />
      ) : error === null ? (
        <Loading lines={8} />
      ) : error instanceof Problem && error.status === 404 ? (
        <Empty title={words.gone}>{words.goneLead}</Empty>
      ) : (
        <ProblemNote error={error} retry={() => void refetch()} />
      )}
    </Page>
  );
}

/** The event, asked for again while a delivery of it is on its way and no news come. */
export function useEvent(id: string) {
  const isLive = useLiveState() === 'open';
  return useQuery({
    ...eventQuery(id),
    refetchInterval: ({ state: { data } }) =>
      !isLive && data?.routing.webhooks.some(waits) === true ? pollMs : false,
  });
}

function waits({ state, redeliveries }: ShownEvent['routing']['webhooks'][number]): boolean {
  return state === 'scheduled' || redeliveries.some((one) => one.state === 'scheduled');
}

function Shown({ event }: { readonly event: ShownEvent }) {
  const { payload } = event;
  return (
    <div className="grid min-w-0 gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]">
      <div className="flex min-w-0 flex-col gap-5">
        <Card
          title={words.routing}
          actions={
            <Link to="/deliveries" search={{ eventId: event.id }} className="text-accent-strong underline">
              {words.deliveries}
            </Link>
          }
        >
          <Routing event={event} />
        </Card>
        <Card title={words.payload}>
          <Payload
            text={payload}
            bytes={new TextEncoder().encode(payload)}
            label={words.payload}
            fileName={`${event.id}.json`}
          />
        </Card>
      </div>
      <Card title={words.facts} className="self-start">
        <Facts facts={factsOf(event)} />
      </Card>
    </div>
  );
}

function factsOf(event: ShownEvent): Parameters<typeof Facts>[0]['facts'] {
  const { actor, object, scope, channels, orderingKey, source, instanceName, publisherId, purpose } = event;
  const optional = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [[name, value] as const];
  return [
    [words.id, <CopyableId key="id" id={event.id} />],
    [words.type, event.type],
    ...(purpose === 'event'
      ? []
      : [[words.purpose, <Badge key="purpose">{texts.events.message[purpose]}</Badge>] as const]),
    [words.occurred, <Moment key="occurred" at={event.occurredAt} />],
    [words.accepted, <Moment key="accepted" at={event.acceptedAt} />],
    ...optional(words.publisherId, publisherId),
    ...optional(words.source, source),
    ...optional(words.actor, [actor?.name, actor?.key, actor?.id].filter(Boolean).join(' · ')),
    ...optional(words.object, [object?.type, object?.id, object?.url].filter(Boolean).join(' · ')),
    ...optional(words.related, object?.related?.join(', ')),
    ...optional(words.scope, scope === undefined ? undefined : `${scope.type} ${scope.id}`),
    ...optional(words.channels, channels?.join(', ')),
    ...optional(words.orderingKey, orderingKey),
    ...optional(words.instanceName, instanceName),
  ];
}

function ReplayButton({ event }: { readonly event: ShownEvent }) {
  const may = useMay();
  const [asked, setAsked] = useState(false);
  const { refetch } = useEvent(event.id);
  const words_ = texts.events.replay;
  const can = may('DELIVERIES:ADD') && event.purpose === 'event' && event.deliveries > 0;
  useKeys(can ? [{ key: 'r', label: words_.button, act: () => setAsked(true) }] : []);
  if (!can) return null;
  return (
    <>
      <Button icon={<Repeat aria-hidden size={14} />} onClick={() => setAsked(true)}>
        {words_.button}
      </Button>
      <ConfirmDialog
        open={asked}
        close={() => setAsked(false)}
        title={words_.title}
        confirm={words_.confirm}
        danger={false}
        act={async () => {
          const { deliveries, skipped } = await replayEvent(event.id);
          tell(
            words_.done(deliveries.length),
            skipped.length === 0 ? undefined : words_.skipped(skipped.length),
          );
          await refetch();
        }}
      >
        {words_.lead(event.type, event.deliveries)}
      </ConfirmDialog>
    </>
  );
}
