// The results of attempts as rows.

import type { DeliveryPurpose } from '../../domain/delivery.ts';
import type { RecordBatch, RecordedResult } from '../port/delivery-store.ts';
import type { AttemptRow } from '../schema.ts';
import { attemptRow } from './attempt-row.ts';
import { stateColumns, type StateColumns } from './delivery-row.ts';

export type RecordRows = {
  readonly results: readonly ResultRows[];
  readonly health: readonly HealthOf[];
  /** How much the bodies weigh. */
  readonly bytes: number;
};

export type ResultRows = {
  readonly deliveryId: string;
  readonly tenantId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly purpose: DeliveryPurpose;
  readonly orderingKey: string | null;
  /** The attempts that the stored delivery must still have. */
  readonly attemptsBefore: number;
  readonly attempts: number;
  readonly state: StateColumns;
  readonly attempt: AttemptRow | null;
  /** The request's body, where the exchange is kept as the webhook's last one. */
  readonly requestBody: Uint8Array | null;
  /** Of the webhook's shard, which must still have it; null where that does not matter. */
  readonly epoch: number | null;
};

export type HealthOf = readonly [webhookId: string, health: string];

export function recordRows(batch: RecordBatch): RecordRows {
  const results = batch.results.map(resultRows);
  return {
    results,
    health: Array.from(batch.health, ([webhookId, health]) => [webhookId, JSON.stringify(health)]),
    bytes: results.reduce((sum, result) => sum + bytesOf(result), 0),
  };
}

function bytesOf({ attempt, requestBody }: ResultRows): number {
  return (attempt?.response_body?.byteLength ?? 0) + (requestBody?.byteLength ?? 0);
}

function resultRows({ before, after, attempt, lastExchange, epoch = null }: RecordedResult): ResultRows {
  return {
    deliveryId: before.id,
    tenantId: before.tenantId,
    webhookId: before.webhookId,
    eventId: before.eventId,
    eventType: before.eventType,
    purpose: before.purpose,
    orderingKey: before.orderingKey,
    attemptsBefore: before.attempts,
    attempts: after.attempts,
    state: stateColumns(after.state),
    attempt: attempt === null ? null : attemptRow(attempt),
    requestBody: lastExchange === null ? null : lastExchange.requestBody,
    epoch,
  };
}
