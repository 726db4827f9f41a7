// `/tenants`.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { isId } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import type { Tenant, TenantId } from '../../../domain/tenant.ts';
import { empty, named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, PageQuery, pageOf, Time, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween, showTime } from '../wire/times.ts';

const Name = Type.String({ description: 'Short, and unique in the installation.', examples: ['acme'] });

const TenantIn = closed({ name: Name }, { title: 'Tenant to create' });
const TenantPatch = closed({ name: Type.Optional(Name) }, { title: 'Change of a tenant' });

export const TenantOut = closed(
  {
    id: Type.String(),
    uuid: Type.String({ format: 'uuid' }),
    name: Name,
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'Tenant' },
);

const ListQuery = closed({ ...PageQuery, ...WindowQuery });
const Params = closed({ id: Type.String() });
const tags = ['Tenants'] as const;

export function tenantRoutes(
  app: FastifyInstance,
  { tenants, cursors, once }: Pick<NativeParts, 'tenants' | 'cursors' | 'once'>,
): void {
  app.get(
    '/tenants',
    operation('listTenants', {
      summary: 'List tenants',
      description:
        'Your own, or all of them for who may view tenants. `from` and `to` are about their creation.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('Tenant#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const list = { tenantId: request.caller.principal.tenantId, list: 'tenants' };
      const created = readCreatedBetween(query);
      const page = await tenants.list(request.caller, created, cursors.pageRequest(list, query));
      return cursors.page(list, page, show);
    },
  );

  app.post(
    '/tenants',
    operation('createTenant', {
      summary: 'Create a tenant',
      description: 'Then create an API key or a user in it, with `?tenantId=`.',
      tags,
      body: TenantIn,
      response: { 201: named('Tenant', 'Created') },
    }),
    async (request, reply) => {
      const answer = (tenant: Tenant) => ({ status: 201, body: JSON.stringify(show(tenant)) });
      const act = (remember?: Parameters<typeof tenants.create>[2]) =>
        tenants.create(request.caller, request.body as Static<typeof TenantIn>, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );

  app.get(
    '/tenants/:id',
    operation('getTenant', {
      summary: 'A tenant',
      tags,
      params: Params,
      response: { 200: named('Tenant', 'The tenant') },
    }),
    async (request) => show(await tenants.get(request.caller, readTenantId(request))),
  );

  app.patch(
    '/tenants/:id',
    operation('updateTenant', {
      summary: 'Rename a tenant',
      tags,
      params: Params,
      body: TenantPatch,
      response: { 200: named('Tenant', 'The renamed tenant') },
    }),
    async (request) => {
      const id = readTenantId(request);
      const { name } = request.body as Static<typeof TenantPatch>;
      if (name === undefined) return show(await tenants.get(request.caller, id));
      return show(await tenants.rename(request.caller, id, name));
    },
  );

  app.delete(
    '/tenants/:id',
    operation('deleteTenant', {
      summary: 'Delete a tenant with all it owns',
      description: 'Audit entries are kept.',
      tags,
      params: Params,
      response: { 204: empty('Deleted; nothing is sent for it any more') },
    }),
    async (request, reply) => {
      await tenants.remove(request.caller, readTenantId(request));
      return reply.code(204).send();
    },
  );
}

function readTenantId(request: FastifyRequest): TenantId {
  const { id } = request.params as Static<typeof Params>;
  if (!isId('tnt', id)) throw notFound('tenant');
  return id;
}

function show({ id, uuid, name, createdAt, updatedAt }: Tenant) {
  return { id, uuid, name, createdAt: showTime(createdAt), updatedAt: showTime(updatedAt) };
}
