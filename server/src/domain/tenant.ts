// The isolation boundary: everything else belongs to one tenant.

import type { Instant } from './clock.ts';
import type { Id } from './id.ts';

export type TenantId = Id;

export type Tenant = {
  readonly id: TenantId;
  /** For wires that name a tenant by UUID (Entrust's `accountId`). */
  readonly uuid: string;
  /** Short, unique per installation, used by people and on command lines; the first tenant is `default`. */
  readonly name: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** The first tenant's name, never changed: it is the operator's, and runs the installation and the other tenants. */
export const operatorTenantName = 'default';
