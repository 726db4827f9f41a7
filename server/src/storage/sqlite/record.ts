// Records how attempts ended. Runs inside the writer's transaction; `flush` writes what its results add up to.

import { latencyBoundsMs } from '../../domain/statistics.ts';
import type { Recorded } from '../port/delivery-store.ts';
import type { HealthOf, RecordRows, ResultRows } from '../rows/record-rows.ts';
import type { AttemptRow } from '../schema.ts';
import type { GatheredCounts } from './gathered.ts';
import { dueAtOf, moveUp } from './in-order.ts';
import type { Session } from './session.ts';

export function record(session: Session, batch: RecordRows): Recorded[] {
  const recorded = batch.results.map((result) => recordResult(session, result));
  for (const [webhookId, health] of batch.health) session.gathered.health.set(webhookId, health);
  return recorded;
}

export function saveHealth(session: Session, [webhookId, health]: HealthOf): void {
  session.gathered.health.set(webhookId, health);
}

function recordResult(session: Session, result: ResultRows): Recorded {
  const { attempt } = result;
  const recorded = settle(session, result);
  if (attempt === null) return recorded;
  // The request was made, so it is kept and counted even when the delivery went on without it; but a purged delivery
  // has no log any more. What a webhook's own administration sends says nothing about its traffic.
  if (recorded !== 'stale' || deliveryExists(session, result.deliveryId)) insertAttempt(session, attempt);
  if (result.purpose === 'event') session.gathered.count(result, attempt);
  if (result.requestBody !== null) session.gathered.exchange(result, attempt);
  return recorded;
}

function settle(session: Session, result: ResultRows): Recorded {
  if (
    result.orderingKey === null
      ? advance(session, result)
      : advanceInLine(session, result, result.orderingKey)
  )
    return 'recorded';
  return cancelledMeanwhile(session, result) ? 'cancelled' : 'stale';
}

/** The next is due as the one before it was, so that it has its turn among those that wait as long. */
function advanceInLine(session: Session, result: ResultRows, orderingKey: string): boolean {
  const { deliveryId, webhookId, state } = result;
  const dueAt = dueAtOf(session, deliveryId);
  if (!advance(session, result)) return false;
  if (state.settled_at !== null) moveUp(session, webhookId, orderingKey, Math.min(dueAt, state.settled_at));
  return true;
}

/** Moves the delivery only from the very state that the attempt began in: delivered never reverts. */
function advance({ statement }: Session, result: ResultRows): boolean {
  const { state, attempt } = result;
  if (attempt === null) {
    const { changes } = statement(
      `UPDATE deliveries SET attempts = ?, state = ?, due_at = ?, settled_at = ?, reason = ?
       WHERE id = ? AND state = 'scheduled' AND attempts = ?`,
    ).run(
      result.attempts,
      state.state,
      state.due_at,
      state.settled_at,
      state.reason,
      result.deliveryId,
      result.attemptsBefore,
    );
    return changes === 1;
  }
  const { changes } = statement(
    `UPDATE deliveries SET attempts = ?, state = ?, due_at = ?, settled_at = ?, reason = ?,
       last_outcome = ?, last_status = ?, last_error = ?, last_attempt_at = ?
     WHERE id = ? AND state = 'scheduled' AND attempts = ?`,
  ).run(
    result.attempts,
    state.state,
    state.due_at,
    state.settled_at,
    state.reason,
    attempt.outcome,
    attempt.status,
    attempt.error,
    attempt.started_at,
    result.deliveryId,
    result.attemptsBefore,
  );
  return changes === 1;
}

/** A delivery that was cancelled while this attempt was under way keeps its state and tells how the attempt ended. */
function cancelledMeanwhile({ statement }: Session, { attempt, ...result }: ResultRows): boolean {
  if (attempt === null) return false;
  const { changes } = statement(
    `UPDATE deliveries SET attempts = ?, last_outcome = ?, last_status = ?, last_error = ?, last_attempt_at = ?
     WHERE id = ? AND state = 'cancelled' AND attempts = ?`,
  ).run(
    result.attempts,
    attempt.outcome,
    attempt.status,
    attempt.error,
    attempt.started_at,
    result.deliveryId,
    result.attemptsBefore,
  );
  return changes === 1;
}

function deliveryExists({ statement }: Session, id: string): boolean {
  return statement('SELECT 1 FROM deliveries WHERE id = ?').get(id) !== undefined;
}

function insertAttempt({ statement }: Session, row: AttemptRow): void {
  statement(
    `INSERT INTO attempts (id, delivery_id, number, started_at, duration_ms, outcome, status, retry_after_ms, error,
       error_detail, method, url, request_headers, timing, response_status, response_reason, response_headers,
       response_length, response_sha256, response_truncated, response_body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    row.id,
    row.delivery_id,
    row.number,
    row.started_at,
    row.duration_ms,
    row.outcome,
    row.status,
    row.retry_after_ms,
    row.error,
    row.error_detail,
    row.method,
    row.url,
    row.request_headers,
    row.timing,
    row.response_status,
    row.response_reason,
    row.response_headers,
    row.response_length,
    row.response_sha256,
    row.response_truncated,
    row.response_body,
  );
}

/** Writes the gathered counts, health and last exchanges of webhooks that still exist. Called once before a commit. */
export function flush(session: Session): void {
  const { gathered } = session;
  const existing = new Map<string, boolean>();
  const exists = (webhookId: string): boolean => {
    let known = existing.get(webhookId);
    if (known === undefined) existing.set(webhookId, (known = webhookExists(session, webhookId)));
    return known;
  };
  for (const counts of gathered.counts.values()) {
    if (exists(counts.webhookId)) addCountsTo(session, counts);
  }
  for (const [webhookId, health] of gathered.health) {
    if (exists(webhookId)) putHealth(session, webhookId, health);
  }
  for (const { result, attempt } of gathered.exchanges.values()) {
    if (exists(result.webhookId)) putLastExchange(session, result, attempt);
  }
  gathered.clear();
}

function webhookExists({ statement }: Session, id: string): boolean {
  return statement('SELECT 1 FROM webhooks WHERE id = ?').get(id) !== undefined;
}

const countColumns = [
  'successes',
  'failures',
  'errors',
  ...[...latencyBoundsMs, 0].map((_, n) => `latency_${n}`),
];
const addCountsSql = `INSERT INTO statistics (webhook_id, minute, event_type, ${countColumns.join(', ')})
  VALUES (?, ?, ?, ${countColumns.map(() => '?').join(', ')})
  ON CONFLICT (webhook_id, minute, event_type)
  DO UPDATE SET ${countColumns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')}`;

function addCountsTo({ statement }: Session, { webhookId, minute, eventType, counts }: GatheredCounts): void {
  const { successes, failures, errors, latency } = counts;
  statement(addCountsSql).run(webhookId, minute, eventType, successes, failures, errors, ...latency);
}

function putHealth({ statement }: Session, webhookId: string, health: string): void {
  statement(
    `INSERT INTO webhook_health (webhook_id, health) VALUES (?, ?)
     ON CONFLICT (webhook_id) DO UPDATE SET health = excluded.health`,
  ).run(webhookId, health);
}

function putLastExchange(session: Session, result: ResultRows, attempt: AttemptRow): void {
  const { response_body, ...rest } = attempt;
  session
    .statement(
      `INSERT OR REPLACE INTO last_exchanges
         (webhook_id, event_type, outcome, tenant_id, attempt_number, attempt, response_body, request_body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      result.webhookId,
      result.eventType,
      attempt.outcome,
      result.tenantId,
      nextAttemptNumber(session, result.tenantId),
      JSON.stringify(rest),
      response_body,
      result.requestBody,
    );
}

function nextAttemptNumber({ statement }: Session, tenantId: string): number {
  const { value } = statement(
    `INSERT INTO sequences (name, value) VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
  ).get(`attempt ${tenantId}`) as { value: number };
  return value;
}
