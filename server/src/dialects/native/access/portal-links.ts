// `/portal-links`: links by which a tenant's people come to a page of their own. The token is in the create answer only.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { PortalLink } from '../../../domain/portal-link.ts';
import { usualPortalPermissions } from '../../../domain/portal-link.ts';
import { isId } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import type { Remember } from '../../../manage/remember.ts';
import { empty, named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, PageQuery, pageOf } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { showTime } from '../wire/times.ts';
import { expiresInSDefault, PortalLinkIn } from './portal-link-schemas.ts';
import { IdParams, idOf, InTenant, TenantQuery, tenantOf } from './tenant-query.ts';

const ListQuery = closed({ ...PageQuery, ...InTenant });
const tags = ['Portal links'] as const;

export function portalLinkRoutes(
  app: FastifyInstance,
  {
    portalLinks,
    tenants,
    publicUrl,
    cursors,
    once,
  }: Pick<NativeParts, 'portalLinks' | 'tenants' | 'publicUrl' | 'cursors' | 'once'>,
): void {
  app.get(
    '/portal-links',
    operation('listPortalLinks', {
      summary: 'List portal links, newest first',
      description: 'Those that are not over.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('PortalLink#')) },
    }),
    async (request) => {
      const tenantId = tenantOf(request);
      const list = { tenantId, list: 'portal-links' };
      const query = request.query as Static<typeof ListQuery>;
      const page = await portalLinks.list(request.caller, tenantId, cursors.pageRequest(list, query));
      return cursors.page(list, page, show);
    },
  );

  app.post(
    '/portal-links',
    operation('createPortalLink', {
      summary: 'Create a portal link',
      description:
        "Your product makes one for each visit: it lets a person of the tenant see and administer its webhooks on a page that looks like yours, until it is over. The page sends the token as Bearer; whoever has it may do what the link may, in the link's tenant alone.",
      tags,
      body: PortalLinkIn,
      response: { 201: named('PortalLinkWithUrl', 'Created; the token is in this answer only') },
    }),
    async (request, reply) => {
      const given = request.body as Static<typeof PortalLinkIn>;
      const tenantId = given.tenantId ?? request.caller.principal.tenantId;
      if (!isId('tnt', tenantId)) throw notFound('tenant');
      const { title = null, logoUrl = null, allowedOrigins = [] } = given;
      const draft = {
        permissions: given.permissions ?? usualPortalPermissions,
        theme: { title, accentColor: given.accentColor?.toLowerCase() ?? null, logoUrl, allowedOrigins },
        expiresInS: given.expiresInS ?? expiresInSDefault,
      };
      const act = (remember?: Remember<PortalLink>) =>
        portalLinks.create(request.caller, tenantId, draft, remember);
      const urlOf = ({ id }: PortalLink) => `${publicUrl()}/portal/${id}`;
      const answer = await once(request, act, {
        fresh: ({ link, token }) => ({
          status: 201,
          body: JSON.stringify({ ...show(link), url: `${urlOf(link)}#${token.reveal()}` }),
        }),
        stored: (link: PortalLink) => ({
          status: 201,
          body: JSON.stringify({ ...show(link), url: urlOf(link) }),
        }),
        actsIn: tenantId,
      });
      return sendOnce(reply, answer);
    },
  );

  app.get(
    '/portal-links/current',
    operation('getCurrentPortalLink', {
      summary: 'The portal link by which the caller came',
      description: 'For the page itself; whoever came otherwise has none.',
      tags,
      response: {
        200: named('CurrentPortalLink', 'How the page looks, and what the caller may do for how long'),
      },
      answersMissing: true,
    }),
    async (request) => {
      const { caller } = request;
      const { id, theme: looks, expiresAt, tenantId } = await portalLinks.current(caller);
      const { name } = await tenants.get(caller, tenantId);
      return {
        id,
        title: looks.title,
        accentColor: looks.accentColor,
        logoUrl: looks.logoUrl,
        tenant: { id: tenantId, name },
        permissions: [...caller.principal.permissions],
        expiresAt: showTime(expiresAt),
      };
    },
  );

  app.delete(
    '/portal-links/:id',
    operation('deletePortalLink', {
      summary: 'End a portal link',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 204: empty('Over; its token is refused from now on') },
    }),
    async (request, reply) => {
      await portalLinks.remove(request.caller, tenantOf(request), idOf(request, 'ptl', 'portal link'));
      return reply.code(204).send();
    },
  );
}

function show({ id, theme: looks, permissions, expiresAt, createdAt, createdBy }: PortalLink) {
  return {
    id,
    ...looks,
    permissions,
    expiresAt: showTime(expiresAt),
    createdAt: showTime(createdAt),
    createdBy,
  };
}
