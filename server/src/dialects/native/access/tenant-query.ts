// Whose principals, roles and keys a call is about: the caller's own tenant's, unless it names another.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Id } from '../../../domain/id.ts';
import { isId, type IdPrefix } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import { closed } from '../wire/schemas.ts';

export const InTenant = {
  tenantId: Type.Optional(
    Type.String({ description: 'Another tenant than your own; needs permissions for tenants.' }),
  ),
};

export const TenantQuery = closed(InTenant);
export const IdParams = closed({ id: Type.String() });

export function tenantOf(request: FastifyRequest): TenantId {
  const { tenantId } = request.query as { readonly tenantId?: string };
  if (tenantId === undefined) return request.caller.principal.tenantId;
  if (!isId('tnt', tenantId)) throw notFound('tenant');
  return tenantId;
}

/** What can't be an id is as unknown as an id that is not there. Built-in ids have a form of their own. */
export function idOf(
  request: FastifyRequest,
  prefix: IdPrefix,
  what: string,
  builtIn: readonly Id[] = [],
): Id {
  const { id } = request.params as { readonly id: string };
  if (!isId(prefix, id) && !builtIn.includes(id)) throw notFound(what);
  return id;
}
