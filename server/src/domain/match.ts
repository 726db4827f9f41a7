// Decides whether an event concerns a webhook. Pure.

import type { Event } from './event.ts';
import { matchesType } from './event-type.ts';
import { makeContent, type Content } from './filter-content.ts';
import { takes } from './filter-match.ts';
import { isoTime } from './iso-time.ts';
import { isUnverified, type DataCondition, type DisabledReason, type Webhook } from './webhook.ts';

/** Why a webhook does not get an event. */
export type NotDelivered =
  | { readonly reason: 'type' }
  | { readonly reason: 'channel' }
  | { readonly reason: 'data' }
  | { readonly reason: 'filter' }
  | { readonly reason: 'disabled'; readonly because: DisabledReason }
  | { readonly reason: 'unverified' };

/** Whether a decision about the webhook looks into an event's data. */
export function looksAtData({ subscription: { only, filter } }: Webhook): boolean {
  return only !== null || filter !== null;
}

/** What a match looks at. */
export type Routed = {
  readonly type: string;
  readonly channels: readonly string[];
  /** The parsed data; asked for only where a webhook is narrowed by it. */
  readonly data: () => unknown;
  /** What filters look at; asked for only where a webhook has one. */
  readonly content: () => Content;
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
  const against = whyNotSubscribed(webhook, event);
  if (against !== undefined) return against;
  if (!filterTakes(webhook, event)) return { reason: 'filter' };
  return whyNotReady(webhook, skipsUnverified);
}

/** The reason against it in what the webhook subscribes to, but for its filter. */
export function whyNotSubscribed({ subscription }: Webhook, event: Routed): NotDelivered | undefined {
  const { eventTypes, channels, only } = subscription;
  if (!eventTypes.some((pattern) => matchesType(pattern, event.type))) return { reason: 'type' };
  if (channels.length > 0 && !channels.some((channel) => event.channels.includes(channel)))
    return { reason: 'channel' };
  if (only !== null && !isOneOf(only, event.data())) return { reason: 'data' };
  return undefined;
}

export function filterTakes({ subscription: { filter } }: Webhook, { content }: Routed): boolean {
  return filter === null || takes(filter.condition, content());
}

/** The reason against it in the webhook's state: it is owed nothing. */
export function whyNotReady(webhook: Webhook, skipsUnverified: SkipsUnverified): NotDelivered | undefined {
  if (webhook.state.kind === 'disabled') return { reason: 'disabled', because: webhook.state.reason };
  if (isUnverified(webhook) && skipsUnverified(webhook)) return { reason: 'unverified' };
  return undefined;
}

/** An event as a match looks at it: its data is parsed once, when it is first asked for. */
export function routedOf(event: Facts & Pick<Event, 'data'>): Routed {
  const data = once(() => JSON.parse(decoder.decode(event.data)) as unknown);
  const content = once(() => contentOfEvent(event, data));
  return { type: event.type, channels: event.context.channels ?? [], data, content };
}

type Facts = Pick<Event, 'type' | 'occurredAt' | 'context'>;

/** The event by the names under which it was published. */
export function contentOfEvent({ type, occurredAt, context }: Facts, data: () => unknown): Content {
  return makeContent((name) => {
    switch (name) {
      case 'type':
        return type;
      case 'occurredAt':
        return isoTime(occurredAt);
      case 'data':
        return data();
      default:
        return context[name as keyof Event['context']];
    }
  });
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

const decoder = new TextDecoder();

function isOneOf({ path, oneOf }: DataCondition, data: unknown): boolean {
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
