// What the check of a URL found, phase by phase.

import type { FoundTls } from '../../../domain/exchange.ts';
import type { UrlChecked } from '../../../deliver/check-url.ts';
import { explainOutcome } from '../deliveries/explain.ts';
import { safeText } from '../deliveries/show-attempt.ts';
import { showTime } from '../wire/times.ts';
import { hintFor, noteOn } from './hints.ts';

const certificateNameMax = 500;

export function showUrlCheck({ problem, exchange }: UrlChecked) {
  if (exchange === null) {
    const problems = problem === null ? [] : [{ code: problem.rule, message: problem.message }];
    const ok = problem === null;
    return {
      ok,
      problems,
      dns: null,
      connectMs: null,
      tls: null,
      response: null,
      outcome: null,
      error: null,
    };
  }
  const { outcome, timing, found } = exchange;
  const { dnsMs, connectMs, tlsMs, firstByteMs } = timing;
  const answered = 'status' in outcome;
  return {
    ok: answered,
    problems: [],
    dns: dnsMs === undefined ? null : { addresses: found?.addresses ?? null, ms: dnsMs },
    connectMs: between(dnsMs ?? 0, connectMs),
    tls: showTls(found?.tls ?? null, between(connectMs, tlsMs)),
    response: answered
      ? {
          status: outcome.status,
          ms: between(tlsMs ?? connectMs, firstByteMs) ?? 0,
          note: noteOn(outcome.status),
        }
      : null,
    outcome: outcome.kind,
    error:
      'reason' in outcome
        ? {
            code: outcome.reason,
            message: explainOutcome(outcome) ?? outcome.detail,
            hint: hintFor(outcome.reason),
          }
        : null,
  };
}

function showTls(tls: FoundTls | null, ms: number | null) {
  if (tls === null) return null;
  const { protocol, issuer, subject, validTo } = tls;
  return {
    protocol,
    issuer: nameText(issuer),
    subject: nameText(subject),
    validTo: Number.isNaN(validTo) ? null : showTime(validTo),
    ms,
  };
}

/** A receiver writes its certificate: in one line, of bounded length. */
function nameText(name: string): string {
  return safeText(Buffer.from(name))
    .replaceAll(/[\t\r\n]/g, ' ')
    .slice(0, certificateNameMax);
}

/** Timings count from the start of the exchange; to the hundredth. */
function between(startMs: number | undefined, endMs: number | undefined): number | null {
  return startMs === undefined || endMs === undefined ? null : Math.round((endMs - startMs) * 100) / 100;
}
