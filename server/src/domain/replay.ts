// A replay: a person asks for many deliveries again, or for the events that a webhook has missed. Pure: what it takes,
// how far it may go at once, and what may become of it.
//
// running ──▶ completed      everything that it takes has been looked at
//   ▲  │ ╲──▶ cancelled      by a person: what it has made so far stays
//   │  ▼ ╱
//  paused                    by a person

import type { Caller, Principal } from './access.ts';
import type { Instant } from './clock.ts';
import type { DeliveryId, DeliveryStateKind } from './delivery.ts';
import type { Event } from './event.ts';
import type { Id } from './id.ts';
import { routedOf, whyNot, type SkipsUnverified } from './match.ts';
import type { Ordering } from './ordering.ts';
import type { OutcomeKind } from './outcome.ts';
import { Refusal } from './refusal.ts';
import type { TenantId } from './tenant.ts';
import type { Webhook, WebhookId } from './webhook.ts';

export type ReplayId = Id;

export type ReplayPlan = {
  /** Null takes every webhook of the tenant. */
  readonly webhookId: WebhookId | null;
  /** When the deliveries were created, or the missed events accepted. `to` is never later than the replay itself. */
  readonly from: Instant | null;
  readonly to: Instant;
  /** Patterns, of which an event's type meets one; none takes every type. */
  readonly eventTypes: readonly string[];
  readonly what: ReplayedDeliveries | ListedDeliveries | MissedEvents;
};

/** Of each event and webhook the newest delivery, where it ended like this. */
export type ReplayedDeliveries = {
  readonly kind: 'deliveries';
  readonly states: readonly ReplayedState[];
  /** Of the last attempt; null takes any. */
  readonly outcome: OutcomeKind | null;
  readonly statusClass: 1 | 2 | 3 | 4 | 5 | null;
  readonly status: number | null;
  readonly error: string | null;
};

/** These, however they ended. */
export type ListedDeliveries = { readonly kind: 'listed'; readonly deliveryIds: readonly DeliveryId[] };

/** What the webhook subscribes to as it is now and has no delivery of. */
export type MissedEvents = { readonly kind: 'missed' };

/** What is scheduled is on its way already. */
export type ReplayedState = Exclude<DeliveryStateKind, 'scheduled'>;

export type Replay = {
  readonly id: ReplayId;
  readonly tenantId: TenantId;
  readonly plan: ReplayPlan;
  readonly state: ReplayState;
  /** How many there were to do as it was made. */
  readonly counted: Count;
  /** New deliveries so far. */
  readonly made: number;
  /** What was counted and is not made: its webhook or event was gone, or somebody was faster. */
  readonly skipped: number;
  readonly createdAt: Instant;
  readonly createdBy: Actor;
};

/** A count that stops at a limit. */
export type Count = { readonly count: number; readonly exact: boolean };

export type Actor = { readonly kind: Principal['kind']; readonly id: Id; readonly name: string };

export type ReplayState =
  | { readonly kind: 'running'; readonly since: Instant }
  | { readonly kind: 'paused'; readonly since: Instant; readonly by: Actor }
  | { readonly kind: 'completed'; readonly at: Instant }
  | { readonly kind: 'cancelled'; readonly at: Instant; readonly by: Actor };

/** One webhook's share of a replay that is not done yet. */
export type ReplayPart = {
  readonly replayId: ReplayId;
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly plan: ReplayPlan;
  /** The last thing that was looked at, in the order of their time; null at the beginning. */
  readonly cursor: { readonly at: Instant; readonly id: Id } | null;
  /** How many of the replay's steps were for it. */
  readonly steps: number;
};

export const replayActs = ['pause', 'resume', 'cancel'] as const;
export type ReplayAct = (typeof replayActs)[number];

/** The state once acted on; the very same where it is so already. Refuses with `conflict` what is over. */
export function actedOn(state: ReplayState, act: ReplayAct, by: Actor, now: Instant): ReplayState {
  if (act === 'cancel' && state.kind === 'cancelled') return state;
  if (state.kind === 'completed' || state.kind === 'cancelled') {
    throw new Refusal('conflict', `The replay is ${state.kind}; make a new one`);
  }
  switch (act) {
    case 'pause':
      return state.kind === 'paused' ? state : { kind: 'paused', since: now, by };
    case 'resume':
      return state.kind === 'running' ? state : { kind: 'running', since: now };
    case 'cancel':
      return { kind: 'cancelled', at: now, by };
  }
}

export function actorOf({ principal: { kind, id, name } }: Caller): Actor {
  return { kind, id, name };
}

/**
 * Deliveries of a webhook that may be due at once before a replay waits: a fresh event goes out behind them. And that
 * may wait in all: a webhook that fails gets no heap of retries from it.
 */
const dueMax = 250;
export const waitingMax = 1_000;

/** What waits for a webhook, counted up to `waitingMax`; what is behind others in lines waits for these alone. */
export type Waiting = { readonly due: number; readonly waiting: number; readonly behind: number };

/**
 * How many more a replay may add for a webhook now. Where all stand in one line a fresh event comes behind what is added; where
 * there are several, one that is stuck keeps nothing from the others.
 */
export function roomFor({ due, waiting, behind }: Waiting, ordering: Ordering): number {
  const ahead = ordering === 'webhook' ? waiting + behind : waiting;
  return Math.max(0, Math.min(dueMax - due, waitingMax - ahead));
}

/** Whether a replay of missed events delivers it: the webhook is owed it as it is now, and it is no message. */
export function isMissed(event: Event, webhook: Webhook, skipsUnverified: SkipsUnverified): boolean {
  if (event.context.purpose !== undefined) return false;
  return whyNot(webhook, routedOf(event), skipsUnverified) === undefined;
}
