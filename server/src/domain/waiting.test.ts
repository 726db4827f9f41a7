import { expect, test } from 'vitest';
import { hourMs } from './clock.ts';
import { behindOthers } from './ordering.ts';
import { attemptPossibleAt, isHeldBack, nothingHoldsBack, waitingOf, type WaitsFor } from './waiting.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const soon = now + hourMs;
const later = now + 2 * hourMs;
const openUntil = (until: number): WaitsFor['breaker'] => ({ kind: 'open', since: now, openings: 1, until });

const waiting = (dueAt: number, waitsFor: Partial<WaitsFor>, purpose: 'event' | 'test' = 'event') =>
  waitingOf({ state: { kind: 'scheduled', dueAt }, purpose }, { ...nothingHoldsBack, ...waitsFor }, now);

test('what nothing holds back waits for its time, then for its turn', () => {
  expect(waiting(soon, {})).toEqual({ kind: 'time', until: soon });
  expect(waiting(now, {})).toEqual({ kind: 'turn' });
});

test.each<[Partial<WaitsFor>, object]>([
  [{ state: { kind: 'paused', since: now } }, { kind: 'paused' }],
  [{ state: { kind: 'disabled', reason: 'gone', since: now } }, { kind: 'disabled', reason: 'gone' }],
  [{ awaitsVerification: true }, { kind: 'unverified' }],
  [{ breaker: openUntil(later) }, { kind: 'breaker_open', until: later }],
  [{ throttledUntil: later }, { kind: 'throttled', until: later }],
  [{ rateLimitedUntil: later }, { kind: 'rate_limited', until: later }],
])('%o holds back what is due and what comes due meanwhile', (waitsFor, expected) => {
  expect(waiting(now, waitsFor)).toEqual(expected);
  expect(waiting(soon, waitsFor)).toEqual(expected);
  expect(waiting(soon, waitsFor, 'test')).toEqual({ kind: 'time', until: soon });
});

test('a breaker, a throttle and a rate limit that let something through before it is due hold nothing back', () => {
  expect(waiting(later, { breaker: openUntil(soon) })).toEqual({ kind: 'time', until: later });
  expect(waiting(later, { throttledUntil: soon })).toEqual({ kind: 'time', until: later });
  expect(waiting(later, { rateLimitedUntil: soon })).toEqual({ kind: 'time', until: later });
  expect(waiting(later, { breaker: openUntil(now) })).toEqual({ kind: 'time', until: later });
});

test('behind a half-open breaker what is due waits for the one request', () => {
  expect(waiting(now, { breaker: openUntil(now) })).toEqual({ kind: 'breaker_half_open' });
});

test('behind others it waits for these, whatever else holds all of them back but by a person', () => {
  expect(waiting(behindOthers, {})).toEqual({ kind: 'order' });
  expect(waiting(behindOthers, { breaker: openUntil(later), throttledUntil: later })).toEqual({
    kind: 'order',
  });
  expect(waiting(behindOthers, { state: { kind: 'paused', since: now } })).toEqual({ kind: 'paused' });
});

test('a webhook is held back by whatever lets nothing of it pass, not by its rate limit', () => {
  const held = (waitsFor: Partial<WaitsFor>) => isHeldBack({ ...nothingHoldsBack, ...waitsFor });
  expect(held({})).toBe(false);
  expect(held({ rateLimitedUntil: later })).toBe(false);
  expect(held({ state: { kind: 'paused', since: now } })).toBe(true);
  expect(held({ state: { kind: 'disabled', reason: 'gone', since: now } })).toBe(true);
  expect(held({ awaitsVerification: true })).toBe(true);
  expect(held({ breaker: openUntil(later) })).toBe(true);
  expect(held({ breaker: openUntil(now) })).toBe(true);
  expect(held({ throttledUntil: later })).toBe(true);
});

test('what only a person can end is told before what ends by itself', () => {
  const all: WaitsFor = {
    state: { kind: 'paused', since: now },
    awaitsVerification: true,
    breaker: openUntil(later),
    throttledUntil: later,
    rateLimitedUntil: later,
  };
  expect(waiting(now, all).kind).toBe('paused');
  expect(waiting(now, { ...all, state: { kind: 'active' } }).kind).toBe('unverified');
  expect(waiting(now, { breaker: openUntil(soon), throttledUntil: later }).kind).toBe('breaker_open');
  expect(waiting(now, { throttledUntil: soon, rateLimitedUntil: later }).kind).toBe('throttled');
});

test('an attempt is possible when it is due, or when what holds it back lets one through', () => {
  const possible = (dueAt: number, waitsFor: Partial<WaitsFor>) =>
    attemptPossibleAt(dueAt, { ...nothingHoldsBack, ...waitsFor }, now);
  expect(possible(now - hourMs, {})).toBe(now - hourMs);
  expect(possible(soon, {})).toBe(soon);
  expect(possible(now - hourMs, { breaker: openUntil(soon) })).toBe(soon);
  expect(possible(soon, { throttledUntil: later })).toBe(later);
  expect(possible(now - hourMs, { rateLimitedUntil: soon })).toBe(soon);
  expect(possible(now - hourMs, { state: { kind: 'paused', since: now } })).toBeNull();
  expect(possible(now - hourMs, { breaker: openUntil(now) })).toBeNull();
  expect(possible(behindOthers, {})).toBeNull();
});
