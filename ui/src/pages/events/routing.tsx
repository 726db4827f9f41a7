// Where an event went: a line for each webhook that was owed it or missed it, and, behind a button, who does not take its type.

import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import type { EventDetail, RoutedWebhook } from '../../api/types.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { DeliveryStateBadge } from '../../parts/states.tsx';
import { Sentence } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { WebhookLink, WebhookName } from '../deliveries/webhook-name.tsx';

const words = texts.events.detail;
/** So many of those that do not take its type are shown without being asked for. */
const othersMax = 5;
/** What is mended in the webhook's form. */
const inSettings: ReadonlySet<string> = new Set(['type', 'channel', 'filter']);

export function Routing({ event }: { readonly event: Pick<EventDetail, 'routing'> }) {
  const { webhooks } = event.routing;
  const owed = webhooks.filter((one) => one.owed || one.deliveryId !== null);
  const left = webhooks.filter((one) => !owed.includes(one));
  // Who takes the type and was left out for another reason is what somebody looks for here.
  const missed = left.filter(({ reason }) => reason !== 'type');
  const others = left.filter(({ reason }) => reason === 'type');
  const [all, setAll] = useState(others.length <= othersMax);
  const lines = [...owed, ...missed, ...(all ? others : [])];
  if (webhooks.length === 0) return <p className="text-quiet">{words.routingNobody}</p>;
  return (
    <div className="flex flex-col gap-3">
      {owed.length === 0 && <p className="text-quiet">{words.nobodyOwed}</p>}
      {lines.length > 0 && (
        <ul aria-label={words.routing} className="-my-3 flex flex-col divide-y divide-line">
          {lines.map((one) => (
            <Line key={one.webhookId} decision={one} />
          ))}
        </ul>
      )}
      {!all && (
        <Button kind="quiet" onClick={() => setAll(true)} className="self-start">
          {words.showOthers(others.length)}
        </Button>
      )}
    </div>
  );
}

function Line({ decision }: { readonly decision: RoutedWebhook }) {
  const { webhookId, reason, explanation, deliveryId, state, redeliveries } = decision;
  const last = redeliveries.at(-1);
  const mayChange = useMay()('WEBHOOKS:EDIT');
  return (
    <li className="flex flex-col gap-1 py-3">
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        {state === null ? <Badge>{words.notOwed}</Badge> : <DeliveryStateBadge state={state} />}
        <span className="min-w-0 font-medium break-words">
          <WebhookName id={webhookId} />
        </span>
        {deliveryId !== null && <DeliveryLink id={deliveryId} />}
      </p>
      <p className="text-quiet">
        <Sentence text={explanation} />
      </p>
      {redeliveries.length > 0 && last !== undefined && (
        <p className="flex flex-wrap items-center gap-2 text-quiet">
          {words.redeliveries(redeliveries.length)}
          <DeliveryStateBadge state={last.state} />
          <DeliveryLink id={last.deliveryId} />
        </p>
      )}
      {state !== 'delivered' && (reason !== null || state === 'scheduled') && (
        <p>
          <WebhookLink id={webhookId} toChange={mayChange && reason !== null && inSettings.has(reason)}>
            <span className="inline-flex items-center gap-1">
              {reason === null ? words.waits : words.fix[reason]} <ArrowRight aria-hidden size={13} />
            </span>
          </WebhookLink>
        </p>
      )}
    </li>
  );
}

function DeliveryLink({ id }: { readonly id: string }) {
  return (
    <Link
      to="/deliveries/$id"
      params={{ id }}
      className="font-mono text-xs break-all text-accent-strong underline"
    >
      {id}
    </Link>
  );
}
