// One control-plane change: who, when, from where, and what changed, with secrets masked.

import type { Instant } from './clock.ts';
import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';

export type AuditEntry = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly at: Instant;
  readonly actor: {
    readonly kind: 'user' | 'api-key' | 'system';
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
