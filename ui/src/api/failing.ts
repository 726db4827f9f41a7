// The webhooks that fail now.

import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';
import type { Page, Webhook } from './types.ts';

/** So many are looked at to find the worst. */
const lookedAt = 100;

export const failingWebhooksQuery = queryOptions({
  // A webhook fails by its deliveries: asked again when these are.
  queryKey: ['statistics', 'failing'],
  queryFn: ({ signal }) =>
    call<Page<Webhook>>('GET', '/webhooks', { query: { failing: true, limit: lookedAt }, signal }),
});

/** The worst first: what is disabled, then what the breaker holds back, then by how long it has failed. */
export function worstFirst(webhooks: readonly Webhook[]): readonly Webhook[] {
  return webhooks.toSorted(
    (one, other) => severity(one) - severity(other) || since(one).localeCompare(since(other)),
  );
}

function severity({ state, stateReason, breaker }: Webhook): number {
  if (state === 'disabled') return stateReason === 'client' ? 4 : 0;
  if (breaker.state === 'open') return 1;
  return breaker.state === 'half-open' ? 2 : 3;
}

function since({ failingSince, stateSince }: Webhook): string {
  return failingSince ?? stateSince ?? '~';
}
