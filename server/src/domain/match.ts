// Decides whether an event concerns a webhook. Pure.

import { matchesType } from './event-type.ts';
import type { DisabledReason, Webhook } from './webhook.ts';

/** Why a webhook does not get an event. */
export type NotDelivered =
  | { readonly reason: 'type' }
  | { readonly reason: 'channel' }
  | { readonly reason: 'disabled'; readonly because: DisabledReason };

/** What a match looks at. */
export type Routed = { readonly type: string; readonly channels: readonly string[] };

/**
 * Undefined when the event is owed to the webhook, else the first reason against it. A paused webhook is owed its
 * events; a disabled one is not.
 */
export function whyNot(webhook: Webhook, event: Routed): NotDelivered | undefined {
  const { eventTypes, channels } = webhook.subscription;
  if (!eventTypes.some((pattern) => matchesType(pattern, event.type))) return { reason: 'type' };
  if (channels.length > 0 && !channels.some((channel) => event.channels.includes(channel)))
    return { reason: 'channel' };
  if (webhook.state.kind === 'disabled') return { reason: 'disabled', because: webhook.state.reason };
  return undefined;
}
