// Deliveries as rows.

import type { Delivery, DeliveryState, ScheduledDelivery } from '../../domain/delivery.ts';
import type { ListedDelivery } from '../port/history-store.ts';
import type { DeliveryRow } from '../schema.ts';

/** A delivery that waits for its first attempt; where it stands behind others is the store's to say. */
export type FreshDeliveryRow = Omit<
  DeliveryRow,
  | 'state'
  | 'settled_at'
  | 'reason'
  | 'redelivered'
  | 'position'
  | 'last_outcome'
  | 'last_status'
  | 'last_error'
  | 'last_attempt_at'
>;

export type StateColumns = Pick<DeliveryRow, 'state' | 'due_at' | 'settled_at' | 'reason'>;

export function freshDeliveryRow(delivery: ScheduledDelivery): FreshDeliveryRow {
  return {
    id: delivery.id,
    tenant_id: delivery.tenantId,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    purpose: delivery.purpose,
    attempts: delivery.attempts,
    due_at: delivery.state.dueAt,
    created_at: delivery.createdAt,
    redelivery_of: delivery.redeliveryOf,
    ordering_key: delivery.orderingKey,
  };
}

export function stateColumns(state: DeliveryState): StateColumns {
  return {
    state: state.kind,
    due_at: state.kind === 'scheduled' ? state.dueAt : null,
    settled_at: state.kind === 'scheduled' ? null : state.at,
    reason: 'reason' in state ? state.reason : null,
  };
}

export function listedDeliveryOf(row: DeliveryRow): ListedDelivery {
  return {
    delivery: deliveryOf(row),
    lastOutcome: row.last_outcome,
    lastStatus: row.last_status,
    lastError: row.last_error,
    lastAttemptAt: row.last_attempt_at,
  };
}

/** A waiting delivery as the queue reads it, with only the columns it needs. */
export function scheduledDeliveryOf(row: FreshDeliveryRow): ScheduledDelivery {
  return { ...common(row), state: { kind: 'scheduled', dueAt: row.due_at! } };
}

function deliveryOf(row: DeliveryRow): Delivery {
  return { ...common(row), state: stateOf(row) };
}

function common(row: FreshDeliveryRow): Omit<Delivery, 'state'> {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type,
    purpose: row.purpose,
    attempts: row.attempts,
    createdAt: row.created_at,
    redeliveryOf: row.redelivery_of,
    orderingKey: row.ordering_key,
  };
}

function stateOf(row: StateColumns): DeliveryState {
  if (row.state === 'scheduled') return { kind: 'scheduled', dueAt: row.due_at! };
  if (row.state === 'delivered') return { kind: 'delivered', at: row.settled_at! };
  // The table's CHECK pairs each of these states with its own reasons.
  return { kind: row.state, at: row.settled_at!, reason: row.reason } as DeliveryState;
}
