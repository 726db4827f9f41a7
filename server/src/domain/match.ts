// Decides whether an event concerns a webhook. Pure.

import { matchesType } from './event-type.ts';
import { isUnverified, type DataCondition, type DisabledReason, type Webhook } from './webhook.ts';

/** Why a webhook does not get an event. */
export type NotDelivered =
  | { readonly reason: 'type' }
  | { readonly reason: 'channel' }
  | { readonly reason: 'data' }
  | { readonly reason: 'disabled'; readonly because: DisabledReason }
  | { readonly reason: 'unverified' };

/** What a match looks at. */
export type Routed = {
  readonly type: string;
  readonly channels: readonly string[];
  /** The parsed data; asked for only where a webhook is narrowed by it. */
  readonly data: () => unknown;
};

/** Whether the webhook's rules keep events from it while its verification is pending. */
export type SkipsUnverified = (webhook: Webhook) => boolean;

/**
 * Undefined when the event is owed to the webhook, else the first reason against it. A paused webhook is owed its
 * events; a disabled one is not.
 */
export function whyNot(
  webhook: Webhook,
  event: Routed,
  skipsUnverified: SkipsUnverified,
): NotDelivered | undefined {
  const { eventTypes, channels, only } = webhook.subscription;
  if (!eventTypes.some((pattern) => matchesType(pattern, event.type))) return { reason: 'type' };
  if (channels.length > 0 && !channels.some((channel) => event.channels.includes(channel)))
    return { reason: 'channel' };
  if (only !== null && !meets(only, event.data())) return { reason: 'data' };
  if (webhook.state.kind === 'disabled') return { reason: 'disabled', because: webhook.state.reason };
  if (isUnverified(webhook) && skipsUnverified(webhook)) return { reason: 'unverified' };
  return undefined;
}

function meets({ path, oneOf }: DataCondition, data: unknown): boolean {
  const member = memberAt(data, path);
  return typeof member === 'string' && oneOf.includes(member);
}

/** The member at a path of own members; undefined when there is none. */
export function memberAt(data: unknown, path: readonly string[]): unknown {
  let member = data;
  for (const name of path) {
    if (typeof member !== 'object' || member === null || !Object.hasOwn(member, name)) return undefined;
    member = (member as Readonly<Record<string, unknown>>)[name];
  }
  return member;
}
