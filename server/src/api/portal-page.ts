// The page behind portal links, `/portal/…`: the same for all of them, but each link says who may show it in a frame.

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PortalFrame } from '../domain/portal-link.ts';
import { contentPolicy } from './content-policy.ts';

/** What the page of the link with this id must allow; undefined for one that is over, or never was. */
export type FrameOfPortal = (id: string) => Promise<PortalFrame | undefined>;

/**
 * The page learns from its token what to show, so that it comes without one as well: it then says that the link is over,
 * which nobody may show in a frame.
 */
export function portalRoutes(app: FastifyInstance, frameOf: FrameOfPortal): void {
  const sendPortal = async (request: { readonly params: { readonly id: string } }, reply: FastifyReply) => {
    const frame = await frameOf(request.params.id);
    return reply
      .code(frame === undefined ? 404 : 200)
      .header('content-security-policy', policyFor(frame))
      .sendFile('portal.html', { cacheControl: false });
  };
  app.get<{ Params: { id: string } }>('/portal/:id', sendPortal);
  app.get<{ Params: { id: string } }>('/portal/:id/*', sendPortal);
}

function policyFor(frame: PortalFrame | undefined): string {
  if (frame === undefined) return contentPolicy();
  const { allowedOrigins, logoOrigin } = frame;
  // Images in `data:` are allowed already.
  const images = logoOrigin === null || logoOrigin === 'data:' ? [] : [logoOrigin];
  return contentPolicy({ images, ancestors: allowedOrigins });
}
