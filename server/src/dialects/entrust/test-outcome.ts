// How the test call answers for what its attempt came to (specification §11): a choice, and the one place to change it.

import type { ExpressOutcome } from '../../deliver/express.ts';
import { secondMs } from '../../domain/clock.ts';
import { isTimeout, type Outcome } from '../../domain/outcome.ts';
import { Refusal } from '../../domain/refusal.ts';
import { testFailed, type TestFailure } from './refusals.ts';

const retryAfterMs = 5 * secondMs;

/** Returns when the callback answered with a 2xx, and throws the refusal otherwise. */
export function refuseFailedTest(outcome: ExpressOutcome): void {
  switch (outcome.kind) {
    case 'success':
      return;
    case 'failure':
      throw testFailed({ reason: 'status', status: outcome.status });
    case 'error':
      if (outcome.reason === 'secret_unreadable') throw new Refusal('unavailable', outcome.detail);
      throw testFailed({ reason: reasonOf(outcome) });
    case 'platform':
    case 'none':
      throw new Refusal('unavailable', 'The test could not be sent now; try again', { retryAfterMs });
  }
}

function reasonOf(outcome: Extract<Outcome, { kind: 'error' }>): Exclude<TestFailure['reason'], 'status'> {
  if (outcome.reason === 'target_not_allowed') return 'target_not_allowed';
  if (isTimeout(outcome)) return 'timeout';
  return outcome.reason.startsWith('tls_') ? 'tls' : 'connection';
}
