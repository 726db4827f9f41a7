// An attempt as Confluence's clients read it: an invocation, whole in `latest`, short in the statistics.

import { STATUS_CODES } from 'node:http';
import type { LastExchange } from '../../../api/reads.ts';
import type { RecordedResponse } from '../../../domain/attempt.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import type {
  Invocation,
  JavaDuration,
  ReferenceDuration,
  ReferenceInvocation,
  ShortInvocation,
  WireOutcome,
} from '../schemas.ts';
import { referenceEvent, type Shapes } from './webhook-out.ts';

export const wireOutcomes: readonly WireOutcome[] = ['SUCCESS', 'FAILURE', 'ERROR'];

/** A fault of the platform's own reads as an error: no receiver answered. */
export function wireOutcome(outcome: Outcome): WireOutcome {
  if (outcome.kind === 'success') return 'SUCCESS';
  return outcome.kind === 'failure' ? 'FAILURE' : 'ERROR';
}

/** Code and reason phrase, or the error's text. */
export function describeOutcome(outcome: Outcome, response: RecordedResponse | null): string {
  if (outcome.kind === 'error' || outcome.kind === 'platform') return outcome.detail;
  return `${outcome.status} ${response?.reason || STATUS_CODES[outcome.status] || ''}`.trim();
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** Names of a receiver's headers as most servers write them: they are kept in lower case. */
export function headersOf(response: RecordedResponse | null): Readonly<Record<string, string>> {
  const headers = Object.entries(response?.headers ?? {});
  return Object.fromEntries(headers.map(([name, value]) => [capitalised(name), value]));
}

function capitalised(name: string): string {
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

export function finishOf({ attempt }: LastExchange): number {
  return attempt.startedAt + Math.round(attempt.durationMs);
}

/** The answer of `latest`. */
export function invocation(exchange: LastExchange, shapes: Shapes): Invocation | ReferenceInvocation {
  return shapes === 'observed' ? observed(exchange) : reference(exchange);
}

export function shortInvocation(exchange: LastExchange): ShortInvocation {
  const { id, event, duration, start, finish, request, result } = observed(exchange);
  return {
    id,
    event,
    duration,
    start,
    finish,
    request: { url: request.url, method: request.method },
    result: { outcome: result.outcome, description: result.description },
  };
}

function observed(exchange: LastExchange): Invocation {
  const { attempt, attemptNumber, requestBody } = exchange;
  const { outcome, response } = attempt;
  const result = { outcome: wireOutcome(outcome), description: describeOutcome(outcome, response) };
  return {
    id: attemptNumber,
    event: attempt.eventType,
    duration: Math.round(attempt.durationMs),
    start: attempt.startedAt,
    finish: finishOf(exchange),
    eventScope: { id: null, type: 'global' },
    request: { ...attempt.request, body: textOf(requestBody) },
    result:
      outcome.kind === 'error'
        ? { ...result, content: outcome.detail }
        : {
            ...result,
            statusCode: outcome.status,
            headers: headersOf(response),
            body: response === null ? '' : textOf(response.body),
          },
  };
}

function reference(exchange: LastExchange): ReferenceInvocation {
  const { id, event, duration, start, finish, request, result } = observed(exchange);
  return {
    result: { outcome: result.outcome, description: result.description },
    request,
    start: new Date(start).toISOString(),
    finish: new Date(finish).toISOString(),
    eventScope: { id: 'global', type: 'global' },
    id: String(id),
    duration: referenceDuration(duration),
    event: referenceEvent(event),
  };
}

/** `java.time.Duration` as its getters serialise: its value, and the units that it is made of. */
function referenceDuration(durationMs: number): ReferenceDuration {
  const nano = (durationMs % 1_000) * 1_000_000;
  return {
    ...javaDuration(Math.floor(durationMs / 1_000), nano),
    units: [javaDuration(1, 0), javaDuration(0, 1)].map((unit) => ({
      durationEstimated: false,
      duration: unit,
      timeBased: true,
      dateBased: false,
    })),
  };
}

function javaDuration(seconds: number, nano: number): JavaDuration {
  const zero = seconds === 0 && nano === 0;
  return { seconds, zero, nano, negative: false, positive: !zero };
}
