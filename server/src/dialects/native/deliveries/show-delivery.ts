// Deliveries as people see them: with how the last attempt ended, in a code and in a sentence.

import { isBehindOthers, isScheduled, type Delivery, type DeliveryState } from '../../../domain/delivery.ts';
import type { ListedDelivery } from '../../../api/reads.ts';
import { showTime, showTimeOrNull } from '../wire/times.ts';
import { explainError, explainStatus } from './explain.ts';
import { showWaiting, type WaitingParts } from './show-waiting.ts';

export function showListedDelivery(listed: ListedDelivery, parts: WaitingParts) {
  return { ...showState(listed.delivery, parts), lastAttempt: showLastAttempt(listed) };
}

/** A new delivery, which has no attempt yet. */
export function showFreshDelivery(delivery: Delivery, parts: WaitingParts) {
  return { ...showState(delivery, parts), lastAttempt: null };
}

function showState(delivery: Delivery, parts: WaitingParts) {
  const { id, eventId, eventType, webhookId, purpose, state, attempts, createdAt, redeliveryOf } = delivery;
  return {
    id,
    eventId,
    eventType,
    webhookId,
    purpose,
    state: state.kind,
    reason: reasonOf(state),
    attemptCount: attempts,
    nextAttemptAt: isScheduled(delivery) && !isBehindOthers(delivery) ? showTime(delivery.state.dueAt) : null,
    waiting: isScheduled(delivery) ? showWaiting(delivery, parts) : null,
    settledAt: state.kind === 'scheduled' ? null : showTime(state.at),
    createdAt: showTime(createdAt),
    redeliveryOf,
  };
}

function reasonOf(state: DeliveryState): string | null {
  return 'reason' in state ? state.reason : null;
}

function showLastAttempt({ lastOutcome, lastStatus, lastError, lastAttemptAt }: ListedDelivery) {
  if (lastOutcome === null) return null;
  return {
    at: showTimeOrNull(lastAttemptAt),
    outcome: lastOutcome,
    status: lastStatus,
    error: lastError,
    explanation: explainLast(lastOutcome, lastStatus, lastError),
  };
}

function explainLast(outcome: string, status: number | null, error: string | null): string | null {
  if (outcome === 'error') return error === null ? null : explainError(error);
  return outcome === 'failure' && status !== null ? explainStatus(status) : null;
}
