// What a change of a webhook cancels of what waits for it, as an original does that drops it: pure.

import type { Instant } from './clock.ts';
import type { DroppedReason } from './delivery.ts';
import type { DeliveryRules } from './delivery-rules.ts';
import type { Webhook } from './webhook.ts';

/** What has waited since an instant or longer is cancelled. */
export type Dropped = {
  readonly reason: DroppedReason;
  /** Not after the change, by the clock of whoever made it. */
  readonly upTo: Instant;
};

/**
 * What of a webhook is dropped that was known as `before`; null when nothing is. Changes may have come between the two:
 * then the instant is the latest at which the one that drops can't have been made yet. What is undone by the last of
 * them (off and on, another URL and the old one) is not seen, and drops nothing.
 */
export function droppedBy(
  before: Webhook,
  after: Webhook,
  { dropsPendingWhen }: Pick<DeliveryRules, 'dropsPendingWhen'>,
): Dropped | null {
  const isNext = after.version === before.version + 1;
  const moved = before.endpoint.url !== after.endpoint.url;
  if (moved && dropsPendingWhen.includes('target_changed'))
    return { reason: 'target_changed', upTo: isNext ? after.updatedAt : before.updatedAt };
  if (!dropsPendingWhen.includes('webhook_disabled')) return null;
  const since = disabledSince(before);
  const newSince = disabledSince(after);
  if (newSince !== null) return newSince === since ? null : { reason: 'webhook_disabled', upTo: newSince };
  // Nodes that had not heard of it yet went on publishing for it.
  return since === null ? null : { reason: 'webhook_disabled', upTo: isNext ? after.updatedAt : since };
}

/** What a node finds undropped that knows nothing of the time before: a crash may have left it. */
export function leftUndropped(
  webhook: Webhook,
  { dropsPendingWhen }: Pick<DeliveryRules, 'dropsPendingWhen'>,
): Dropped | null {
  const since = disabledSince(webhook);
  if (since === null || !dropsPendingWhen.includes('webhook_disabled')) return null;
  return { reason: 'webhook_disabled', upTo: since };
}

function disabledSince({ state }: Webhook): Instant | null {
  return state.kind === 'disabled' ? state.since : null;
}
