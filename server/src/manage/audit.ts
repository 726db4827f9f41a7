// Builds the entry that goes into each change's own transaction: who, from where, what, before and after.

import type { Caller } from '../domain/access.ts';
import { entryBy, type AuditedChange, type AuditEntry } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { TenantId } from '../domain/tenant.ts';

export interface Audit {
  /** A change that a caller asked for, in the log of the tenant that it concerns. */
  by(caller: Caller, tenantId: TenantId, change: AuditedChange): AuditEntry;
  /** Posthorn's own change. */
  bySystem(tenantId: TenantId, change: AuditedChange): AuditEntry;
}

export function makeAudit({ clock, ids }: { readonly clock: Clock; readonly ids: Ids }): Audit {
  const made = () => ({ id: ids.next('aud'), at: clock.wall() });
  return {
    by: (caller, tenantId, change) => entryBy(caller, tenantId, change, made()),
    bySystem: (tenantId, change) => ({
      ...made(),
      tenantId,
      actor: systemActor,
      address: null,
      ...change,
    }),
  };
}

/** The change that made a thing of `before`, or of nothing, to `after`, or to nothing. `shown` masks its secrets. */
export function changeOf<Thing extends { readonly id: string }>(
  kind: string,
  verb: string,
  before: Thing | null,
  after: Thing | null,
  shown: (thing: Thing) => unknown,
): AuditedChange {
  return {
    action: `${kind}.${verb}`,
    subject: { kind, id: (after ?? before)!.id },
    before: before && shown(before),
    after: after && shown(after),
  };
}

const systemActor = { kind: 'system', id: 'system', name: 'Posthorn' } as const;
