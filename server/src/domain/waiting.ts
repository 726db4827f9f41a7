// What a scheduled delivery waits for: what holds its webhook's deliveries back, its time, or its turn. Pure.

import { closedBreaker, permits, type CircuitBreaker } from './circuit-breaker.ts';
import type { Instant } from './clock.ts';
import type { ScheduledDelivery } from './delivery.ts';
import { behindOthers } from './ordering.ts';
import type { DisabledReason, WebhookState } from './webhook.ts';

/** What may hold back the deliveries of events to a webhook. */
export type WaitsFor = {
  readonly state: WebhookState;
  /** Whether its rules let them wait for its verification, which is pending. */
  readonly awaitsVerification: boolean;
  readonly breaker: CircuitBreaker;
  /** When one request may find out whether its server is back; null while the server is not spared. */
  readonly throttledUntil: Instant | null;
  /** When its rate limit lets the next attempt begin; null when it does now. */
  readonly rateLimitedUntil: Instant | null;
};

export const nothingHoldsBack: WaitsFor = {
  state: { kind: 'active' },
  awaitsVerification: false,
  breaker: closedBreaker,
  throttledUntil: null,
  rateLimitedUntil: null,
};

export const waitingKinds = [
  'time',
  'turn',
  'paused',
  'disabled',
  'unverified',
  'order',
  'breaker_open',
  'breaker_half_open',
  'throttled',
  'rate_limited',
] as const;

/** With an instant where it ends by itself then. */
export type Waiting =
  /** Nothing but its time holds it back. */
  | { readonly kind: 'time'; readonly until: Instant }
  /** Nothing holds it back: its attempt is under way, or others come first. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'disabled'; readonly reason: DisabledReason }
  | { readonly kind: 'unverified' }
  /** The one before it in its line has not ended. */
  | { readonly kind: 'order' }
  | { readonly kind: 'breaker_open'; readonly until: Instant }
  /** Its time has come, and one request at a time finds out whether the receiver is back. */
  | { readonly kind: 'breaker_half_open' }
  | { readonly kind: 'throttled'; readonly until: Instant }
  /** Until the next attempt may begin, which may be another's; or its own is under way. */
  | { readonly kind: 'rate_limited'; readonly until: Instant };

/** `now` judges time and breaker. What a webhook's own administration sends is held back by nothing. */
export function waitingOf(
  { state: { dueAt }, purpose }: Pick<ScheduledDelivery, 'state' | 'purpose'>,
  waitsFor: WaitsFor,
  now: Instant,
): Waiting {
  const heldBack = purpose === 'event' ? heldBackBy(dueAt, waitsFor, now) : null;
  return heldBack ?? (dueAt > now ? { kind: 'time', until: dueAt } : { kind: 'turn' });
}

/** Whether a webhook lets nothing pass, or one request at a time: not for its rate, nor for the order of what it gets. */
export function isHeldBack({
  state,
  awaitsVerification: awaits,
  breaker,
  throttledUntil,
}: WaitsFor): boolean {
  return state.kind !== 'active' || awaits || breaker.kind !== 'closed' || throttledUntil !== null;
}

/**
 * When an attempt can be made for a webhook whose first delivery is due at an instant: then, or when what holds it back
 * lets one through; null where no time tells. Only what lies in the past is late.
 */
export function attemptPossibleAt(firstDueAt: Instant, waitsFor: WaitsFor, now: Instant): Instant | null {
  const first = { state: { kind: 'scheduled', dueAt: firstDueAt }, purpose: 'event' } as const;
  const waiting = waitingOf(first, waitsFor, now);
  if (waiting.kind === 'turn') return firstDueAt;
  return 'until' in waiting ? waiting.until : null;
}

/** In the order in which a lane asks. */
function heldBackBy(
  dueAt: Instant,
  { state, awaitsVerification, breaker, throttledUntil, rateLimitedUntil }: WaitsFor,
  now: Instant,
): Waiting | null {
  if (state.kind === 'paused') return { kind: 'paused' };
  if (state.kind === 'disabled') return { kind: 'disabled', reason: state.reason };
  if (awaitsVerification) return { kind: 'unverified' };
  if (dueAt === behindOthers) return { kind: 'order' };
  const allowed = permits(breaker, now);
  if (allowed.kind === 'none' && allowed.until > dueAt) return { kind: 'breaker_open', until: allowed.until };
  if (allowed.kind === 'probe' && dueAt <= now) return { kind: 'breaker_half_open' };
  if (throttledUntil !== null && throttledUntil > dueAt) return { kind: 'throttled', until: throttledUntil };
  if (rateLimitedUntil !== null && rateLimitedUntil > dueAt)
    return { kind: 'rate_limited', until: rateLimitedUntil };
  return null;
}
