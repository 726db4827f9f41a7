// The columns of the list of deliveries.

import type { DeliverySummary, Waiting } from '../../api/types.ts';
import { classNames } from '../../parts/class-names.ts';
import type { Column } from '../../parts/data-table.tsx';
import { DeliveryStateBadge, OutcomeBadge } from '../../parts/states.tsx';
import { Ago, exact, useNow } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { tellNext } from './next-attempt.ts';
import { WebhookName } from './webhook-name.tsx';

const words = texts.deliveries;

export const deliveryColumns: readonly Column<DeliverySummary>[] = [
  {
    id: 'state',
    header: words.columns.state,
    cell: ({ state }) => <DeliveryStateBadge state={state} />,
    className: 'w-28',
  },
  {
    id: 'type',
    header: words.columns.type,
    cell: ({ eventType, webhookId }) => (
      <>
        <span className="font-medium" title={eventType}>
          {eventType}
        </span>
        <span className="block truncate text-xs text-quiet md:hidden">
          <WebhookName id={webhookId} />
        </span>
      </>
    ),
  },
  {
    id: 'webhook',
    header: words.columns.webhook,
    cell: ({ webhookId }) => <WebhookName id={webhookId} />,
    className: 'max-md:hidden',
  },
  {
    id: 'answer',
    header: words.columns.answer,
    cell: ({ lastAttempt }) =>
      lastAttempt === null ? (
        <span className="text-quiet">{words.noAnswer}</span>
      ) : (
        <OutcomeBadge attempt={lastAttempt} />
      ),
    className: 'w-44 max-lg:hidden',
  },
  {
    id: 'attempts',
    header: words.columns.attempts,
    cell: ({ attemptCount }) => attemptCount,
    className: 'w-24 text-right tabular-nums max-md:hidden',
  },
  {
    id: 'next',
    header: words.columns.next,
    cell: ({ waiting }) => <Next waiting={waiting} />,
    className: 'w-52 max-lg:hidden',
  },
  {
    id: 'created',
    header: words.columns.created,
    cell: ({ createdAt }) => <Ago at={createdAt} />,
    className: 'w-28 text-right text-quiet',
  },
];

function Next({ waiting }: { readonly waiting: Waiting | null }) {
  const now = useNow(1_000);
  if (waiting === null) return <span className="text-quiet">–</span>;
  const { kind, until, explanation } = waiting;
  return (
    <span
      title={until === null ? explanation : exact(until)}
      className={classNames('tabular-nums', (kind === 'time' || kind === 'turn') && 'text-quiet')}
    >
      {tellNext(waiting, now)}
    </span>
  );
}
