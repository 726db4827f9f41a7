// Builds the entry that goes into each change's own transaction: who, from where, what, before and after.

import type { Caller } from '../domain/access.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { TenantId } from '../domain/tenant.ts';

/** What changed. `before` and `after` are plain data with every secret masked. */
export type AuditedChange = {
  readonly action: string;
  readonly subject: AuditEntry['subject'];
  readonly before: unknown;
  readonly after: unknown;
};

export interface Audit {
  /** A change that a caller asked for. It belongs to the tenant that it concerns. */
  by(caller: Caller, tenantId: TenantId, change: AuditedChange): AuditEntry;
  /** Posthorn's own change. */
  bySystem(tenantId: TenantId, change: AuditedChange): AuditEntry;
}

export declare function makeAudit(parts: { readonly clock: Clock; readonly ids: Ids }): Audit;
