// Which outcomes say that a receiver did not answer in time.

import { expect, test } from 'vitest';
import { isTimeout, type ErrorReason, type Outcome } from './outcome.ts';

const inTime: ErrorReason[] = [
  'target_not_allowed',
  'dns_not_found',
  'dns_failed',
  'connect_refused',
  'connect_failed',
  'connection_lost',
  'tls_untrusted',
  'tls_expired',
  'tls_hostname',
  'tls_protocol',
  'headers_overflow',
  'bad_response',
  'redirect_refused',
  'request_invalid',
  'secret_unreadable',
];

test.each<ErrorReason>(['connect_timeout', 'timeout_tls', 'timeout_headers', 'timeout_total', 'dns_timeout'])(
  '%s is a timeout',
  (reason) => {
    expect(isTimeout({ kind: 'error', reason, detail: '' })).toBe(true);
  },
);

test.each(inTime)('%s is none', (reason) => {
  expect(isTimeout({ kind: 'error', reason, detail: 'timeout' })).toBe(false);
});

test.each<Outcome>([
  { kind: 'success', status: 200 },
  { kind: 'failure', status: 504 },
  { kind: 'platform', reason: 'resolver_down', detail: 'timeout' },
])('an answer, and a fault of the platform, is none: $kind', (outcome) => {
  expect(isTimeout(outcome)).toBe(false);
});
