// Why an operation of a store failed, as names that cross from thread to thread.

import type { WebhookLimit } from '../domain/webhook.ts';
import {
  KeyUsed,
  LimitReached,
  PolicyMissing,
  StoreBroken,
  StoreFull,
  StoreUnavailable,
} from './port/store-errors.ts';

export type Failure = {
  readonly kind: 'full' | 'unavailable' | 'broken' | 'key_used' | 'policy_missing' | WebhookLimit | 'bug';
  readonly message: string;
  readonly stack?: string | undefined;
};

/** What is found before anything is written: the operation's neighbours in a transaction need no rollback for it. */
export function isDeclined({ kind }: Failure): boolean {
  switch (kind) {
    case 'key_used':
    case 'policy_missing':
    case 'name_taken':
    case 'all_max':
    case 'active_max':
      return true;
    case 'full':
    case 'unavailable':
    case 'broken':
    case 'bug':
      return false;
  }
}

/** What the store itself says no with; anything else that no database explains is a bug. */
export function failureOfStore(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof KeyUsed) return { kind: 'key_used', message };
  if (error instanceof PolicyMissing) return { kind: 'policy_missing', message };
  if (error instanceof LimitReached) return { kind: error.limit, message };
  return { kind: 'bug', message, stack: error instanceof Error ? error.stack : undefined };
}

export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'full':
      return new StoreFull(failure.message);
    case 'unavailable':
      return new StoreUnavailable(failure.message);
    case 'broken':
      return new StoreBroken(failure.message);
    case 'key_used':
      return new KeyUsed(failure.message);
    case 'policy_missing':
      return new PolicyMissing(failure.message);
    case 'name_taken':
    case 'all_max':
    case 'active_max':
      return new LimitReached(failure.kind);
    case 'bug': {
      const error = new Error(failure.message);
      if (failure.stack !== undefined) error.stack = failure.stack;
      return error;
    }
  }
}
