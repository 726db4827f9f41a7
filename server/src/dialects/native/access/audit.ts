// `GET /audit`: who changed what, when and from where.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { may } from '../../../domain/access.ts';
import type { AuditEntry } from '../../../domain/audit.ts';
import { notFound } from '../../../domain/refusal.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import type { AuditFilter } from '../../../api/reads.ts';
import { operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, nullable, oneOf, PageQuery, pageOf, Time, WindowQuery } from '../wire/schemas.ts';
import { readWindow, showTime } from '../wire/times.ts';
import { InTenant, tenantOf } from './tenant-query.ts';

export const AuditEntryOut = closed(
  {
    id: Type.String(),
    at: Time,
    actor: closed({
      kind: oneOf(['user', 'client', 'api-key', 'portal-link', 'system']),
      id: Type.String(),
      name: Type.String(),
    }),
    address: nullable(Type.String({ description: "Whence; null for the system's own changes." })),
    action: Type.String({ examples: ['webhook.created'] }),
    subject: closed({ kind: Type.String(), id: Type.String() }),
    before: Type.Unknown({ description: 'Secrets are masked.' }),
    after: Type.Unknown(),
  },
  { $id: 'AuditEntry' },
);

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  ...InTenant,
  action: Type.Optional(Type.String()),
  subjectId: Type.Optional(Type.String()),
});

export function auditRoutes(
  app: FastifyInstance,
  { store, cursors }: Pick<NativeParts, 'store' | 'cursors'>,
): void {
  app.get(
    '/audit',
    operation('listAudit', {
      summary: 'List changes of the control plane, newest first',
      description:
        'Who may view tenants can read the log of another one with `tenantId`, of a deleted one too.',
      tags: ['Audit'],
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('AuditEntry#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const tenantId = readTenant(request);
      const list = { tenantId, list: 'audit' };
      const page = await store.listAudit(tenantId, filterOf(query), cursors.pageRequest(list, query));
      return cursors.page(list, page, show);
    },
  );
}

/** A log outlives its tenant, so whether there is such a tenant is not asked. */
function readTenant(request: FastifyRequest): TenantId {
  const { principal } = request.caller;
  const tenantId = tenantOf(request);
  if (tenantId !== principal.tenantId && !may(principal, 'TENANTS:VIEW')) throw notFound('tenant');
  return tenantId;
}

function filterOf(query: Static<typeof ListQuery>): AuditFilter {
  const { action, subjectId } = query;
  return {
    ...readWindow(query),
    ...(action === undefined ? {} : { action }),
    ...(subjectId === undefined ? {} : { subjectId }),
  };
}

function show({ id, at, actor, address, action, subject, before, after }: AuditEntry) {
  return { id, at: showTime(at), actor, address, action, subject, before, after };
}
