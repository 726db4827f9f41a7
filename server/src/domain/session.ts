// A person's stay between signing in and out: whose it is, in which tenant they act, and how long it lasts.

import type { RegisteredPrincipal } from './access.ts';
import { dayMs, hourMs, type Instant } from './clock.ts';
import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';

export type Session = {
  readonly id: Id;
  readonly userId: Id;
  /** The user's own. */
  readonly homeTenantId: TenantId;
  /** In which the user acts. */
  readonly tenantId: TenantId;
  readonly signedInAt: Instant;
  readonly expiresAt: Instant;
};

/** Who does nothing for so long has left: a working day, so that nobody is thrown out within one. */
const idleMs = 12 * hourMs;
/** However busy, a person shows the password once a week. */
const longestMs = 7 * dayMs;
/** A session is not renewed more often than this. */
const renewEveryMs = hourMs;

export function newSession(
  user: Pick<RegisteredPrincipal, 'id' | 'tenantId'>,
  id: Id,
  now: Instant,
): Session {
  const { id: userId, tenantId } = user;
  return { id, userId, homeTenantId: tenantId, tenantId, signedInAt: now, expiresAt: now + idleMs };
}

/** The session as it goes on from now. */
export function renewed(session: Session, now: Instant): Session {
  return { ...session, expiresAt: Math.min(now + idleMs, latestEndOf(session)) };
}

/** Whether renewing would add anything worth a new cookie. */
export function isWorthRenewing(session: Session, now: Instant): boolean {
  return renewed(session, now).expiresAt - session.expiresAt >= renewEveryMs;
}

/** Beyond it no renewal reaches. */
export function latestEndOf({ signedInAt }: Session): Instant {
  return signedInAt + longestMs;
}
