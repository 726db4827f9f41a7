// How far somebody has come on the way to the first delivered event; undefined for who has been there before.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { aDeliveryQuery, anEventQuery, aSuccessQuery, aWebhookQuery } from '../../api/first-steps.ts';
import { useMay } from '../../api/session.ts';
import type { DeliverySummary, Webhook } from '../../api/types.ts';
import { useNews } from '../../app/live.tsx';

export type FirstStepsSoFar = {
  readonly webhook: Webhook | undefined;
  /** The type of the newest event. */
  readonly publishedType: string | undefined;
  /** The newest delivery of an event. */
  readonly delivery: DeliverySummary | undefined;
  readonly delivered: DeliverySummary | undefined;
};

export function useFirstSteps(): FirstStepsSoFar | undefined {
  const may = useMay();
  const queries = useQueryClient();
  // Who begins here sees the last step done; whoever comes later sees none.
  const [isBeginner, setIsBeginner] = useState<boolean | undefined>(undefined);
  const success = useQuery({ ...aSuccessQuery, enabled: isBeginner !== false });
  const delivered = success.data?.data.find(isOfEvent);
  if (isBeginner === undefined && success.data !== undefined)
    setIsBeginner(delivered === undefined && success.data.next === null);

  const isOn = isBeginner === true;
  const webhooks = useQuery({ ...aWebhookQuery, enabled: isOn && may('WEBHOOKS:VIEW') });
  const events = useQuery({ ...anEventQuery, enabled: isOn && may('EVENTS:VIEW') });
  const deliveries = useQuery({ ...aDeliveryQuery, enabled: isOn });
  // An event that concerned nobody makes no other news; both are asked, so that they tell of the same moment.
  useNews('events', () => {
    void queries.invalidateQueries({ queryKey: aDeliveryQuery.queryKey });
    void queries.invalidateQueries({ queryKey: anEventQuery.queryKey });
  });

  if (!isOn) return undefined;
  const found = webhooks.data?.data ?? [];
  return {
    webhook: found.find(({ state }) => state === 'active') ?? found[0],
    publishedType: events.data?.data.find(({ purpose }) => purpose === 'event')?.type,
    delivery: deliveries.data?.data.find(isOfEvent),
    delivered,
  };
}

function isOfEvent({ purpose }: DeliverySummary): boolean {
  return purpose === 'event';
}
