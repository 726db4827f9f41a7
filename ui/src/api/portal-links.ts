// Links by which a tenant's people come to a page of their own.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type {
  PortalLinkIn as InSchema,
  PortalLinkOut,
  PortalLinkWithUrl as WithUrlSchema,
} from '../../../server/src/dialects/native/access/portal-link-schemas.ts';
import { call } from './call.ts';
import { everyPage } from './every-page.ts';

export type PortalLink = Static<typeof PortalLinkOut>;
export type PortalLinkIn = Static<typeof InSchema>;
export type PortalLinkWithUrl = Static<typeof WithUrlSchema>;

export const portalLinksQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['portal-links', tenantId],
    queryFn: ({ signal }) => everyPage<PortalLink>('/portal-links', signal, { tenantId }),
  });

export const createPortalLink = (body: PortalLinkIn): Promise<PortalLinkWithUrl> =>
  call('POST', '/portal-links', { body });

export const endPortalLink = (tenantId: string, id: string): Promise<void> =>
  call('DELETE', `/portal-links/${id}`, { query: { tenantId } });
