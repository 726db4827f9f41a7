// Whether a caller may do a thing.

import { may, type Caller, type Permission } from '../domain/access.ts';
import { Refusal } from '../domain/refusal.ts';

/** Refuses with `forbidden` unless the caller holds the permission. */
export function requirePermission(caller: Caller, permission: Permission): void {
  if (!may(caller.principal, permission))
    throw new Refusal('forbidden', `This needs the permission ${permission}`, { lacks: permission });
}
