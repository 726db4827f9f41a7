// Attempts as people see them: request, response, timing and what went wrong. Bodies come as bytes and as safe text.

import type { Attempt, RecordedResponse } from '../../../domain/attempt.ts';
import type { Exchange } from '../../../domain/exchange.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import type { Tested } from '../../../deliver/test-webhook.ts';
import { showTime } from '../wire/times.ts';
import { explainOutcome } from './explain.ts';

export function showAttempt({ id, number, startedAt, request, ...ended }: Attempt) {
  return { id, number, startedAt: showTime(startedAt), request, ...showEnd(ended) };
}

/** A test's only attempt, which is in no delivery. */
export function showTested({ id, startedAt, request, exchange }: Tested) {
  const { body, ...sent } = request;
  return {
    id,
    number: null,
    startedAt: showTime(startedAt),
    request: sent,
    requestBody: showRequestBody(body),
    ...showEnd(exchange),
  };
}

export function showRequestBody(body: Uint8Array) {
  return { bodyBase64: Buffer.from(body).toString('base64'), bodyText: safeText(body) };
}

const requestBytesShown = 16_384;

/** Its beginning, for lists of many. */
export function showRequestBodyStart(body: Uint8Array) {
  return {
    ...showRequestBody(body.subarray(0, requestBytesShown)),
    bodyLength: body.length,
    bodyTruncated: body.length > requestBytesShown,
  };
}

function showEnd({ outcome, response, timing, durationMs }: Exchange) {
  return {
    durationMs,
    ...showOutcome(outcome),
    response: response === null ? null : showResponse(response),
    timing,
  };
}

function showOutcome(outcome: Outcome) {
  return {
    outcome: outcome.kind,
    status: 'status' in outcome ? outcome.status : null,
    error: 'reason' in outcome ? outcome.reason : null,
    detail: 'detail' in outcome ? outcome.detail : null,
    explanation: explainOutcome(outcome),
  };
}

function showResponse(response: RecordedResponse) {
  const { status, reason, headers, body, bodyLength, bodySha256, bodyTruncated } = response;
  return {
    status,
    reason,
    headers,
    bodyBase64: Buffer.from(body).toString('base64'),
    bodyText: isCompressed(headers) ? null : safeText(body),
    bodyLength,
    bodySha256,
    bodyTruncated,
  };
}

function isCompressed(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'content-encoding' && value.trim().toLowerCase() !== 'identity',
  );
}

/** UTF-8 with U+FFFD for what is none, for control characters but tab and line ends, and for what turns text around. */
export function safeText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.replace(/[^\P{Cc}\t\n\r]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
