// A replay's plan in words. Pure.

import type { Replay } from '../../api/types.ts';
import { failureName } from '../../parts/failure.ts';
import * as texts from '../../texts/texts.ts';

const words = texts.replays;

/** `names` are of the webhooks that are known; one that is not may be gone. */
export function planInWords(
  { webhookId, missed, deliveryIds, states }: Replay['plan'],
  names: ReadonlyMap<string, string>,
): string {
  if (deliveryIds !== undefined) return words.planOf.listed(deliveryIds.length);
  const webhook =
    webhookId === undefined ? words.planOf.everyWebhook : (names.get(webhookId) ?? words.someWebhook);
  if (missed === true) return words.planOf.missed(webhook);
  return words.planOf.deliveries(statesInWords(states), webhook);
}

export function statesInWords(states: Replay['plan']['states']): string {
  return (states ?? []).map((state) => texts.states.delivery[state]).join(', ');
}

/** Of the last attempts; undefined where any will do. */
export function failureInWords({ outcome, statusClass, status, error }: Replay['plan']): string | undefined {
  if (error !== undefined) return failureName({ status: null, code: error });
  if (status !== undefined) return failureName({ status, code: null });
  if (statusClass !== undefined) return words.form.status(statusClass);
  return outcome === undefined ? undefined : texts.states.outcome[outcome];
}
