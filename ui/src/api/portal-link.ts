// The portal link by which the page was opened: how it looks, and until when it is good.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { CurrentPortalLink } from '../../../server/src/dialects/native/access/portal-link-schemas.ts';
import { call } from './call.ts';

export type PortalLink = Static<typeof CurrentPortalLink>;

/** Asked again all the while, so that a link that was ended is noticed on a page where nobody does anything. */
export const portalLinkQuery = queryOptions({
  queryKey: ['portal-link'],
  queryFn: ({ signal }) => call<PortalLink>('GET', '/portal-links/current', { signal, mayBeUnknown: true }),
  refetchInterval: 60_000,
});
