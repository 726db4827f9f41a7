// Whether a webhook's receiver has shown that it wants its events: a message asks, and calling back answers. Pure.

import { dayMs, secondMs, type Instant } from './clock.ts';
import type { EventId } from './event.ts';

/**
 * `pending` names the newest message that asks for it; calling back for an older one is worth nothing. `verified` keeps
 * the message that was answered, so that answering it again is no mistake; null where none was.
 */
export type Verification =
  | { readonly kind: 'pending'; readonly messageId: EventId; readonly expiresAt: Instant }
  | { readonly kind: 'verified'; readonly at: Instant; readonly messageId: EventId | null };

export type PendingVerification = Extract<Verification, { kind: 'pending' }>;

/** How long a message can be answered. */
export const verificationMs = dayMs;
export const verificationEventType = 'webhook.verify';

/** The verification once a message asks for it. It expires on a whole second, since wires tell it in seconds. */
export function askedNow(messageId: EventId, now: Instant): PendingVerification {
  return { kind: 'pending', messageId, expiresAt: now - (now % secondMs) + verificationMs };
}

/** The message that a change asks with, or undefined when it asks for nothing new. */
export function messageAsked(before: Verification | null, after: Verification | null): EventId | undefined {
  if (after?.kind !== 'pending') return undefined;
  return isAsking(before, after.messageId) ? undefined : after.messageId;
}

/** The verification once its message has been answered, or somebody has vouched in its place. */
export function verified(before: Verification | null, now: Instant): Verification {
  return { kind: 'verified', at: now, messageId: before?.messageId ?? null };
}

/** Whether this message is the one that was answered. */
export function isAnswered(verification: Verification | null, messageId: EventId): boolean {
  return verification?.kind === 'verified' && verification.messageId === messageId;
}

/** Whether this message is the one that can still be answered. */
export function isAsking(verification: Verification | null, messageId: EventId): boolean {
  return verification?.kind === 'pending' && verification.messageId === messageId;
}
