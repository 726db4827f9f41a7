// What accompanies every change of the control plane in its own transaction.

import type { AuditEntry } from '../../domain/audit.ts';
import type { IdempotencyKey, StoredAnswer } from './publish-store.ts';

/**
 * The audit entry, and, for a POST that carried an `Idempotency-Key`, the key with the answer that a repetition gets.
 * The operation rejects with `KeyUsed` when the key is taken; then nothing changed.
 */
export type Change = {
  readonly audit: AuditEntry;
  readonly idempotency?: { readonly key: IdempotencyKey; readonly answer: StoredAnswer } | undefined;
};
