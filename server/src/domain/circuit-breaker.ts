// Stops knocking at an endpoint that keeps failing, and finds out with single probes when it is back. Pure.
//
// closed ── enough failures ──▶ open until T ── T passes ──▶ half-open: one probe in flight
//    ▲                                                          │ success        │ failure
//    └──────────────────────────────────────────────────────────┘                └──▶ open, for longer
//
// Half-open is not stored: it is `open` whose time has passed, so that a crash during a probe leaves nothing to repair.

import { minuteMs, secondMs, type Instant } from './clock.ts';

export type CircuitBreaker =
  | {
      readonly kind: 'closed';
      /** Failures since the last success; a delivery that fails again after itself counts once. */
      readonly failuresInARow: number;
      readonly lastFailed: string | null;
      /** The last results, newest in the lowest bit, 1 = failed; and how many there are, up to the window. */
      readonly recent: number;
      readonly samples: number;
    }
  | {
      readonly kind: 'open';
      readonly until: Instant;
      readonly openings: number;
      /** When it opened first, however many probes have failed since. */
      readonly since: Instant;
    };

export type BreakerPolicy = {
  readonly failuresInARowMax: number;
  /** Opens too when at least `samplesMin` of the last 20 results are known and this share of them failed; 0 switches it off. */
  readonly samplesMin: number;
  readonly failedShareMax: number;
  readonly firstWaitMs: number;
  readonly growth: number;
  readonly waitMsMax: number;
};

/** 10 failures in a row, or 90 % of at least 10 results; probes after 30 s growing to 15 min. */
export const durableBreaker: BreakerPolicy = {
  failuresInARowMax: 10,
  samplesMin: 10,
  failedShareMax: 0.9,
  firstWaitMs: 30 * secondMs,
  growth: 2,
  waitMsMax: 15 * minuteMs,
};

/** Never opens: for originals that have none. */
export const noBreaker: BreakerPolicy = {
  failuresInARowMax: Number.POSITIVE_INFINITY,
  samplesMin: 0,
  failedShareMax: 1,
  firstWaitMs: minuteMs,
  growth: 1,
  waitMsMax: minuteMs,
};

const windowSize = 20;

export const closedBreaker: CircuitBreaker = {
  kind: 'closed',
  failuresInARow: 0,
  lastFailed: null,
  recent: 0,
  samples: 0,
};

/** What the breaker allows now: every request, one probe, or none before an instant. */
export function permits(
  breaker: CircuitBreaker,
  now: Instant,
):
  | { readonly kind: 'all' }
  | { readonly kind: 'probe' }
  | { readonly kind: 'none'; readonly until: Instant } {
  if (breaker.kind === 'closed') return { kind: 'all' };
  return now >= breaker.until ? { kind: 'probe' } : { kind: 'none', until: breaker.until };
}

/**
 * The breaker after one attempt ended. `failed` names the delivery whose attempt failed, or is null after a success.
 * A success closes it whatever it was. A failure that was started before the breaker opened changes nothing.
 */
export function afterAttempt(
  breaker: CircuitBreaker,
  policy: BreakerPolicy,
  attempt: { readonly failed: string | null; readonly startedAt: Instant },
  now: Instant,
): CircuitBreaker {
  if (attempt.failed === null) {
    return breaker.kind === 'open' ? closedBreaker : count(breaker, null);
  }
  if (breaker.kind === 'open') {
    return attempt.startedAt >= breaker.until
      ? open(policy, breaker.openings + 1, now, breaker.since)
      : breaker;
  }
  const counted = breaker.lastFailed === attempt.failed ? breaker : count(breaker, attempt.failed);
  return tooMany(counted, policy) ? open(policy, 1, now) : counted;
}

/** A person does not want to wait for the next probe: it may go out now, and its failure makes no later wait longer. */
export function hastened(breaker: CircuitBreaker, now: Instant): CircuitBreaker {
  if (permits(breaker, now).kind !== 'none' || breaker.kind === 'closed') return breaker;
  return { ...breaker, until: now, openings: breaker.openings - 1 };
}

type Closed = Extract<CircuitBreaker, { kind: 'closed' }>;

function count(breaker: Closed, failed: string | null): Closed {
  return {
    kind: 'closed',
    failuresInARow: failed === null ? 0 : breaker.failuresInARow + 1,
    lastFailed: failed,
    recent: ((breaker.recent << 1) | (failed === null ? 0 : 1)) & ((1 << windowSize) - 1),
    samples: Math.min(breaker.samples + 1, windowSize),
  };
}

function tooMany(breaker: Closed, policy: BreakerPolicy): boolean {
  if (breaker.failuresInARow >= policy.failuresInARowMax) return true;
  if (policy.samplesMin === 0 || breaker.samples < policy.samplesMin) return false;
  return bitsIn(breaker.recent) / breaker.samples >= policy.failedShareMax;
}

function open(policy: BreakerPolicy, openings: number, now: Instant, since = now): CircuitBreaker {
  const waitMs = Math.min(policy.waitMsMax, policy.firstWaitMs * policy.growth ** (openings - 1));
  return { kind: 'open', until: now + Math.round(waitMs), openings, since };
}

function bitsIn(bits: number): number {
  let total = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) total++;
  return total;
}
