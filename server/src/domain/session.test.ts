import { expect, test } from 'vitest';
import { dayMs, hourMs } from './clock.ts';
import { isWorthRenewing, latestEndOf, newSession, renewed } from './session.ts';

const at = Date.UTC(2026, 0, 1);
const session = newSession({ id: 'usr_1', tenantId: 'tnt_1' }, 'ses_1', at);

test('a session begins at home, for twelve hours', () => {
  expect(session).toEqual({
    id: 'ses_1',
    userId: 'usr_1',
    homeTenantId: 'tnt_1',
    tenantId: 'tnt_1',
    signedInAt: at,
    expiresAt: at + 12 * hourMs,
  });
});

test('renewed, it lasts twelve hours from then, and never beyond seven days after signing in', () => {
  expect(renewed(session, at + hourMs)).toEqual({ ...session, expiresAt: at + 13 * hourMs });
  expect(renewed(session, at + 7 * dayMs - hourMs).expiresAt).toBe(at + 7 * dayMs);
  expect(latestEndOf(session)).toBe(at + 7 * dayMs);
});

test('renewing is worth it once an hour, until no later end is left', () => {
  expect(isWorthRenewing(session, at + hourMs - 1)).toBe(false);
  expect(isWorthRenewing(session, at + hourMs)).toBe(true);
  const last = renewed(session, at + 7 * dayMs - 12 * hourMs);
  expect(isWorthRenewing(last, at + 7 * dayMs - 1)).toBe(false);
});
