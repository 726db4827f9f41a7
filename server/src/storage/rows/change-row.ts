// What accompanies a change of the control plane as rows: the audit entry and the idempotency key with its answer.

import type { NumberedAuditEntry } from '../../domain/audit.ts';
import type { Change } from '../port/change.ts';
import type { AuditRow, IdempotencyRow } from '../schema.ts';

export type ChangeRows = {
  readonly audit: Omit<AuditRow, 'hash'>;
  readonly idempotency: IdempotencyRow | null;
};

export function changeRows({ audit, idempotency }: Change): ChangeRows {
  return {
    audit: {
      id: audit.id,
      tenant_id: audit.tenantId,
      at: audit.at,
      actor_kind: audit.actor.kind,
      actor_id: audit.actor.id,
      actor_name: audit.actor.name,
      address: audit.address,
      action: audit.action,
      subject_kind: audit.subject.kind,
      subject_id: audit.subject.id,
      before: json(audit.before),
      after: json(audit.after),
    },
    idempotency:
      idempotency === undefined
        ? null
        : {
            tenant_id: idempotency.key.tenantId,
            route: idempotency.key.route,
            key: idempotency.key.key,
            body_hash: idempotency.key.bodyHash,
            expires_at: idempotency.key.expiresAt,
            kind: 'answer',
            answer: JSON.stringify(idempotency.answer),
          },
  };
}

export function auditEntryOf(row: AuditRow & { readonly n: number }): NumberedAuditEntry {
  return {
    number: row.n,
    id: row.id,
    tenantId: row.tenant_id,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    address: row.address,
    action: row.action,
    subject: { kind: row.subject_kind, id: row.subject_id },
    before: JSON.parse(row.before),
    after: JSON.parse(row.after),
  };
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
