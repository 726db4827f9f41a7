// Why no connection came about: the outcome that people see, and apart from it what only the operator's log may tell.

import type { Outcome } from '../../domain/outcome.ts';

export type FailureOutcome = Extract<Outcome, { kind: 'error' | 'platform' }>;
type Reason<Kind> = Extract<Outcome, { kind: Kind }> extends { readonly reason: infer Name } ? Name : never;

/** Thrown within the guard, caught by send. Its texts name no address. */
export class Failure extends Error {
  override name = 'Failure';
  readonly outcome: FailureOutcome;
  /** For the signal `target.refused`: the address is the one that broke the rule, null when it was the name or port. */
  readonly refused: { readonly address: string | null; readonly rule: string } | undefined;

  constructor(outcome: FailureOutcome, refused?: { readonly address: string | null; readonly rule: string }) {
    super(outcome.detail);
    this.outcome = outcome;
    this.refused = refused;
  }
}

export function failed(reason: Reason<'error'>, detail: string): Failure {
  return new Failure({ kind: 'error', reason, detail });
}

export function platformFailed(reason: Reason<'platform'>, detail: string): Failure {
  return new Failure({ kind: 'platform', reason, detail });
}

/** The one answer to every refused target: it tells neither address nor rule. */
export function notAllowed(rule: string, address: string | null = null): Failure {
  const detail = 'The address guard does not allow this target';
  return new Failure({ kind: 'error', reason: 'target_not_allowed', detail }, { address, rule });
}

const exhaustion = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']);

/** The failure of the platform behind an error code that tells of no free file descriptor, port or buffer. */
export function exhausted(code: string): Failure | undefined {
  return exhaustion.has(code)
    ? platformFailed('out_of_sockets', 'This installation has no free socket or port')
    : undefined;
}
