// One delivery: why it is as it is and what happens next, what to do, and its attempts from the last to the first.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLiveState } from '../../app/live.tsx';
import { Problem } from '../../api/call.ts';
import { deliveryQuery, siblingsQuery } from '../../api/deliveries.ts';
import { useMay } from '../../api/session.ts';
import type { DeliveryDetail, Webhook } from '../../api/types.ts';
import { webhookQuery } from '../../api/webhook-names.ts';
import { Badge } from '../../parts/badge.tsx';
import { classNames } from '../../parts/class-names.ts';
import { CopyableId } from '../../parts/copy.tsx';
import { Card, Empty, Facts, Loading } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { DeliveryStateBadge } from '../../parts/states.tsx';
import { Countdown, Moment, Sentence } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { DeliveryActions } from './actions.tsx';
import { AttemptView } from '../../parts/attempt/attempt.tsx';
import type { Scheme } from '../../parts/attempt/signature-facts.ts';
import { tellDelivery, type Told } from './summary.ts';
import { WebhookLink } from './webhook-name.tsx';

const words = texts.deliveries.detail;
const pollMs = 3_000;

/** The delivery, asked for again while it is on its way and no news come. */
export function useDelivery(id: string) {
  const isLive = useLiveState() === 'open';
  return useQuery({
    ...deliveryQuery(id),
    refetchInterval: ({ state: { data } }) => (data?.state === 'scheduled' && !isLive ? pollMs : false),
  });
}

export function DeliveryView({
  id,
  wide = false,
  open,
  changed,
}: {
  readonly id: string;
  /** Whether there is room for two columns. */
  readonly wide?: boolean;
  readonly open: (id: string) => void;
  readonly changed: () => void;
}) {
  const { data: delivery, error, refetch } = useDelivery(id);
  if (delivery === undefined) {
    if (error === null) return <Loading lines={8} />;
    if (error instanceof Problem && error.status === 404)
      return <Empty title={words.gone}>{words.goneLead}</Empty>;
    return <ProblemNote error={error} retry={() => void refetch()} />;
  }
  return <Shown delivery={delivery} wide={wide} open={open} changed={changed} />;
}

function Shown({
  delivery,
  wide,
  open,
  changed,
}: {
  readonly delivery: DeliveryDetail;
  readonly wide: boolean;
  readonly open: (id: string) => void;
  readonly changed: () => void;
}) {
  const webhook = useWebhook(delivery.webhookId);
  const name = webhook?.name ?? delivery.webhookId;
  const told = tellDelivery(delivery, webhook);
  const about = <About delivery={delivery} webhook={webhook} open={open} />;
  return (
    <div
      className={classNames(
        'grid min-w-0 items-start gap-5',
        wide && 'xl:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]',
      )}
    >
      <div className="flex min-w-0 flex-col gap-5">
        <Summary told={told} delivery={delivery} open={open} />
        <DeliveryActions
          delivery={delivery}
          webhookName={name}
          isGone={webhook === null}
          open={open}
          changed={changed}
        />
        {!wide && about}
        <Attempts delivery={delivery} scheme={webhook?.signing.scheme} />
      </div>
      {wide && <Card title={words.about}>{about}</Card>}
    </div>
  );
}

function Attempts({
  delivery: { attempts, attemptCount, waiting, requestBody },
  scheme,
}: {
  readonly delivery: DeliveryDetail;
  readonly scheme: Scheme | undefined;
}) {
  // A probe may be made for another delivery of the webhook.
  const nextAt = waiting?.kind === 'time' ? waiting.until : null;
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="font-semibold">{texts.attempts.title}</h2>
      {waiting !== null && (
        <p className="flex items-center gap-2 rounded-lg border border-dashed border-line-strong/50 px-3 py-2.5 text-quiet">
          <span className="size-3.5 shrink-0 rounded-full border-2 border-dashed border-warn" aria-hidden />
          {texts.attempts.next(attemptCount + 1)}
          <span className="ml-auto">
            {nextAt === null ? texts.attempts.waits : <Countdown until={nextAt} />}
          </span>
        </p>
      )}
      {attempts.length === 0 && <p className="text-quiet">{texts.attempts.none}</p>}
      {attempts.toReversed().map((attempt, index) => (
        <AttemptView
          key={attempt.id}
          attempt={attempt}
          body={requestBody}
          scheme={scheme}
          opened={index === 0}
        />
      ))}
    </section>
  );
}

/** Null when it is gone; undefined while it is not known, or when it may not be seen. */
function useWebhook(id: string): Webhook | null | undefined {
  const may = useMay();
  const { data, error } = useQuery({ ...webhookQuery(id), enabled: may('WEBHOOKS:VIEW'), retry: false });
  return error instanceof Problem && error.status === 404 ? null : data;
}

const edges: Readonly<Record<Told['tone'], string>> = {
  good: 'border-l-good',
  bad: 'border-l-bad',
  warn: 'border-l-warn',
  accent: 'border-l-accent',
  quiet: 'border-l-line-strong',
};

function Summary({
  told,
  delivery,
  open,
}: {
  readonly told: Told;
  readonly delivery: DeliveryDetail;
  readonly open: (id: string) => void;
}) {
  const { waitsBehind } = delivery;
  return (
    <div
      className={classNames(
        'flex flex-col gap-1.5 rounded-lg border border-l-4 border-line bg-surface px-4 py-3',
        edges[told.tone],
      )}
    >
      <p className="flex items-start gap-2.5 font-medium">
        <DeliveryStateBadge state={delivery.state} />
        <span className="min-w-0 break-words">
          <Sentence text={told.why} />
        </span>
      </p>
      {told.next !== undefined && (
        <p>
          {told.next.label}{' '}
          <strong className="font-semibold">
            <Countdown until={told.next.at} />
          </strong>
          .
        </p>
      )}
      <p>
        {told.can}{' '}
        {told.atWebhook === true && (
          <WebhookLink id={delivery.webhookId}>{texts.deliveries.summary.openWebhook}</WebhookLink>
        )}
        {waitsBehind !== null && (
          <button
            type="button"
            onClick={() => open(waitsBehind)}
            className="font-medium text-accent-strong underline"
          >
            {texts.deliveries.summary.openFirst}
          </button>
        )}
      </p>
    </div>
  );
}

function About({
  delivery,
  webhook,
  open,
}: {
  readonly delivery: DeliveryDetail;
  readonly webhook: Webhook | null | undefined;
  readonly open: (id: string) => void;
}) {
  const { id, eventId, eventType, webhookId, purpose, createdAt, settledAt, redeliveryOf } = delivery;
  const { data: siblings = [] } = useQuery(siblingsQuery(eventId, webhookId));
  const again = siblings.filter((one) => one.redeliveryOf === id);
  const other = (otherId: string) => (
    <button
      key={otherId}
      type="button"
      onClick={() => open(otherId)}
      className="font-mono text-xs text-accent-strong underline"
    >
      {otherId}
    </button>
  );
  return (
    <Facts
      facts={[
        [
          words.event,
          <span key="event" className="inline-flex max-w-full flex-wrap items-center gap-x-2">
            <Link
              to="/events/$id"
              params={{ id: eventId }}
              className="font-medium text-accent-strong underline"
            >
              {eventType}
            </Link>
            <CopyableId id={eventId} />
          </span>,
        ],
        [
          words.webhook,
          webhook === null ? (
            webhookId
          ) : (
            <WebhookLink key="webhook" id={webhookId}>
              {webhook?.name ?? webhookId}
            </WebhookLink>
          ),
        ],
        [words.id, <CopyableId key="id" id={id} />],
        ...(purpose === 'event'
          ? []
          : [[words.purpose, <Badge key="purpose">{words.message[purpose]}</Badge>] as const]),
        [words.created, <Moment key="created" at={createdAt} />],
        ...(settledAt === null ? [] : [[words.settled, <Moment key="settled" at={settledAt} />] as const]),
        ...(redeliveryOf === null ? [] : [[words.original, other(redeliveryOf)] as const]),
        ...(again.length === 0
          ? []
          : [
              [
                words.again,
                <span key="again" className="flex flex-wrap gap-x-3">
                  {again.map((one) => (
                    <span key={one.id} className="inline-flex items-center gap-1.5">
                      {other(one.id)} <DeliveryStateBadge state={one.state} />
                    </span>
                  ))}
                </span>,
              ] as const,
            ]),
      ]}
    />
  );
}
