// Attempts as rows. Tenant, webhook and event type are the delivery's and are not kept twice.

import type { Attempt, RecordedResponse, Timing } from '../../domain/attempt.ts';
import type { ErrorReason } from '../../domain/outcome.ts';
import type { AttemptRow } from '../schema.ts';
import { plainBytes } from './bytes.ts';

export function attemptRow(attempt: Attempt): AttemptRow {
  const { outcome, request, response } = attempt;
  return {
    id: attempt.id,
    delivery_id: attempt.deliveryId,
    number: attempt.number,
    started_at: attempt.startedAt,
    duration_ms: attempt.durationMs,
    outcome: outcome.kind,
    status: outcome.kind === 'error' ? null : outcome.status,
    retry_after_ms: outcome.kind === 'failure' ? (outcome.retryAfterMs ?? null) : null,
    error: outcome.kind === 'error' ? outcome.reason : null,
    error_detail: outcome.kind === 'error' ? outcome.detail : null,
    method: request.method,
    url: request.url,
    request_headers: JSON.stringify(request.headers),
    timing: JSON.stringify(attempt.timing),
    response_status: response?.status ?? null,
    response_reason: response?.reason ?? null,
    response_headers: response === null ? null : JSON.stringify(response.headers),
    response_length: response?.bodyLength ?? null,
    response_sha256: response?.bodySha256 ?? null,
    response_truncated: response === null ? null : Number(response.bodyTruncated),
    response_body: response === null ? null : response.body,
  };
}

/** What an attempt shares with its delivery. */
export type Whose = Pick<Attempt, 'tenantId' | 'webhookId' | 'eventType'>;

export function attemptOf(row: AttemptRow, whose: Whose): Attempt {
  return {
    id: row.id,
    tenantId: whose.tenantId,
    deliveryId: row.delivery_id,
    webhookId: whose.webhookId,
    eventType: whose.eventType,
    number: row.number,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    outcome: outcomeOf(row),
    request: {
      method: row.method,
      url: row.url,
      headers: JSON.parse(row.request_headers) as Record<string, string>,
    },
    response: responseOf(row),
    timing: JSON.parse(row.timing) as Timing,
  };
}

function outcomeOf(row: AttemptRow): Attempt['outcome'] {
  switch (row.outcome) {
    case 'success':
      return { kind: 'success', status: row.status! };
    case 'failure':
      return row.retry_after_ms === null
        ? { kind: 'failure', status: row.status! }
        : { kind: 'failure', status: row.status!, retryAfterMs: row.retry_after_ms };
    case 'error':
      return { kind: 'error', reason: row.error as ErrorReason, detail: row.error_detail ?? '' };
  }
}

function responseOf(row: AttemptRow): RecordedResponse | null {
  if (row.response_status === null) return null;
  return {
    status: row.response_status,
    reason: row.response_reason!,
    headers: JSON.parse(row.response_headers!) as Record<string, string>,
    body: plainBytes(row.response_body!),
    bodyLength: row.response_length!,
    bodySha256: row.response_sha256!,
    bodyTruncated: row.response_truncated === 1,
  };
}
