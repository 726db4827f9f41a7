// How an exchange can end that broke in none of the ways of the network: by its status, its lateness, or our own doing.

import type { Outcome } from '../domain/outcome.ts';
import { retryAfterMs } from '../domain/retry-after.ts';
import type { FailureOutcome } from './egress/failure.ts';
import type { Progress } from './egress/open.ts';
import type { ReceivedResponse } from './send-response.ts';

/** The outcome by the status line alone: 2xx is success. */
export function judgeStatus({ status, headers }: ReceivedResponse, wall: () => number): Outcome {
  if (status < 300) return { kind: 'success', status };
  const asked = headers['retry-after'];
  const waitMs = asked === undefined ? undefined : retryAfterMs(asked, wall());
  return waitMs === undefined
    ? { kind: 'failure', status }
    : { kind: 'failure', status, retryAfterMs: waitMs };
}

/** For a status below 200 that ends the exchange. */
export function badStatus(status: number): FailureOutcome {
  const detail =
    status === 101
      ? 'The receiver answered 101 Switching Protocols, which no request asked for'
      : status > 101
        ? 'The receiver sent interim answers without end'
        : `The receiver answered with the status ${status}, which HTTP does not have`;
  return { kind: 'error', reason: 'bad_response', detail };
}

export const flooded: FailureOutcome = {
  kind: 'error',
  reason: 'bad_response',
  detail: 'The receiver sent data without end that is no answer',
};

export const stopped: FailureOutcome = {
  kind: 'platform',
  reason: 'stopped',
  detail: 'The server stopped before an answer came',
};

/** Time ran out, by what was going on. */
export const late: Readonly<Record<Progress['phase'] | 'answer' | 'interim', FailureOutcome>> = {
  dns: { kind: 'error', reason: 'dns_timeout', detail: 'The host name was not resolved in time' },
  connect: { kind: 'error', reason: 'connect_timeout', detail: 'The connection was not answered in time' },
  tls: { kind: 'error', reason: 'timeout_tls', detail: 'The TLS handshake was not completed in time' },
  proxy: { kind: 'platform', reason: 'egress_proxy_down', detail: 'The egress proxy did not answer in time' },
  answer: { kind: 'error', reason: 'timeout_headers', detail: 'No complete response head came in time' },
  interim: { kind: 'error', reason: 'timeout_total', detail: 'Only interim answers (1xx) came in time' },
};
