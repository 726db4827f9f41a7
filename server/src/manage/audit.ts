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
  /** A change that a caller asked for, in the log of the tenant that it concerns. */
  by(caller: Caller, tenantId: TenantId, change: AuditedChange): AuditEntry;
  /** Posthorn's own change. */
  bySystem(tenantId: TenantId, change: AuditedChange): AuditEntry;
}

export function makeAudit({ clock, ids }: { readonly clock: Clock; readonly ids: Ids }): Audit {
  return {
    by({ principal, address }, tenantId, change) {
      const actor = { kind: principal.kind, id: principal.id, name: principal.name };
      return { id: ids.next('aud'), tenantId, at: clock.wall(), actor, address, ...change };
    },
    bySystem(tenantId, change) {
      return {
        id: ids.next('aud'),
        tenantId,
        at: clock.wall(),
        actor: systemActor,
        address: null,
        ...change,
      };
    },
  };
}

const systemActor = { kind: 'system', id: 'system', name: 'Posthorn' } as const;
