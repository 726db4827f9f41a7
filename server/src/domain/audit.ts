// One control-plane change: who, when, from where, and what changed, with secrets masked. Pure.

import type { Caller, Principal } from './access.ts';
import type { Instant } from './clock.ts';
import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';

export type AuditEntry = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly at: Instant;
  readonly actor: {
    readonly kind: Principal['kind'];
    readonly id: string;
    readonly name: string;
  };
  /** The caller's address; null for the system's own changes. */
  readonly address: string | null;
  /** Such as `webhook.created`, `webhook.disabled`, `delivery.cancelled`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly before: unknown;
  readonly after: unknown;
};

/** An entry as the log has it: its number ascends with the installation's changes. */
export type NumberedAuditEntry = AuditEntry & { readonly number: number };

/** What changed. `before` and `after` are plain data with every secret masked. */
export type AuditedChange = Pick<AuditEntry, 'action' | 'subject' | 'before' | 'after'>;

/** The entry of a change that a caller asked for, in the log of the tenant that it concerns. */
export function entryBy(
  { principal, address }: Caller,
  tenantId: TenantId,
  change: AuditedChange,
  made: Pick<AuditEntry, 'id' | 'at'>,
): AuditEntry {
  const actor = { kind: principal.kind, id: principal.id, name: principal.name };
  return { ...made, tenantId, actor, address, ...change };
}
