// Whether a caller may do a thing.

import { may, type Caller, type Need } from '../domain/access.ts';
import { Refusal } from '../domain/refusal.ts';

/** Refuses with `forbidden` unless the caller holds the permission, or any of several. */
export function requirePermission(caller: Caller, need: Need): void {
  const accepted = typeof need === 'string' ? [need] : need;
  const [lacks] = accepted;
  if (lacks === undefined || accepted.some((permission) => may(caller.principal, permission))) return;
  throw new Refusal('forbidden', `This needs the permission ${accepted.join(' or ')}`, { lacks });
}
