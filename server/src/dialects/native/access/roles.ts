// `/roles`: named sets of permissions, the built-in ones first.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { allPermissions, builtInRoles, type BuiltInRole, type Role } from '../../../domain/access.ts';
import { empty, named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { headedPage } from '../wire/headed-page.ts';
import { closed, oneOf, PageQuery, pageOf, TimeOrNull, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween, showTime } from '../wire/times.ts';
import { IdParams, idOf, InTenant, TenantQuery, tenantOf } from './tenant-query.ts';

const Name = Type.String({ minLength: 1, maxLength: 128, examples: ['Support'] });
export const Permissions = Type.Array(oneOf(allPermissions), {
  uniqueItems: true,
  maxItems: allPermissions.length,
  examples: [['WEBHOOKS:VIEW', 'DELIVERIES:VIEW']],
});

export const RoleIn = closed({ name: Name, permissions: Permissions }, { title: 'Role to create' });
const RolePatch = closed(
  { name: Type.Optional(Name), permissions: Type.Optional(Permissions) },
  { title: 'Change of a role' },
);

export const RoleOut = closed(
  {
    id: Type.String(),
    name: Name,
    permissions: Permissions,
    builtIn: Type.Boolean({ description: 'Every tenant has it and nobody changes it.' }),
    createdAt: TimeOrNull,
    updatedAt: TimeOrNull,
  },
  { $id: 'Role' },
);

const ListQuery = closed({ ...PageQuery, ...WindowQuery, ...InTenant });
const tags = ['Roles'] as const;
const builtInIds = builtInRoles.map(({ id }) => id);

export function roleRoutes(
  app: FastifyInstance,
  { roles, cursors, once }: Pick<NativeParts, 'roles' | 'cursors' | 'once'>,
): void {
  app.get(
    '/roles',
    operation('listRoles', {
      summary: 'List roles',
      description: '`from` and `to` are about their creation, and leave out the built-in ones.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('Role#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const created = readCreatedBetween(query);
      const tenantId = tenantOf(request);
      const list = { tenantId, list: 'roles' };
      const page = await headedPage(
        query.from === undefined && query.to === undefined ? builtInRoles : [],
        (own) => roles.list(request.caller, tenantId, created, own),
        cursors.pageRequest(list, query),
      );
      return cursors.page(list, page, show);
    },
  );

  app.post(
    '/roles',
    operation('createRole', {
      summary: 'Create a role',
      tags,
      querystring: TenantQuery,
      body: RoleIn,
      response: { 201: named('Role', 'Created') },
    }),
    async (request, reply) => {
      const tenantId = tenantOf(request);
      const answer = (role: Role) => ({ status: 201, body: JSON.stringify(show(role)) });
      const act = (remember?: Parameters<typeof roles.create>[3]) =>
        roles.create(request.caller, tenantId, request.body as Static<typeof RoleIn>, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer, actsIn: tenantId }));
    },
  );

  app.get(
    '/roles/:id',
    operation('getRole', {
      summary: 'A role',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 200: named('Role', 'The role') },
    }),
    async (request) => {
      const id = idOf(request, 'rol', 'role', builtInIds);
      return show(await roles.get(request.caller, tenantOf(request), id));
    },
  );

  app.patch(
    '/roles/:id',
    operation('updateRole', {
      summary: 'Change a role',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      body: RolePatch,
      response: { 200: named('Role', 'The changed role; it counts at once') },
    }),
    async (request) => {
      const id = idOf(request, 'rol', 'role', builtInIds);
      const change = request.body as Static<typeof RolePatch>;
      return show(await roles.update(request.caller, tenantOf(request), id, change));
    },
  );

  app.delete(
    '/roles/:id',
    operation('deleteRole', {
      summary: 'Delete a role that no user or client has',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 204: empty('Deleted') },
    }),
    async (request, reply) => {
      await roles.remove(request.caller, tenantOf(request), idOf(request, 'rol', 'role', builtInIds));
      return reply.code(204).send();
    },
  );
}

function show(role: Role | BuiltInRole) {
  const { id, name, permissions } = role;
  if (!('tenantId' in role))
    return { id, name, permissions, builtIn: true, createdAt: null, updatedAt: null };
  return {
    id,
    name,
    permissions,
    builtIn: false,
    createdAt: showTime(role.createdAt),
    updatedAt: showTime(role.updatedAt),
  };
}
