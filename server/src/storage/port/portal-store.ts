// Portal links, each for a short while.

import type { Instant } from '../../domain/clock.ts';
import type { Id } from '../../domain/id.ts';
import type { PortalLink } from '../../domain/portal-link.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { Change } from './change.ts';
import type { Page, PageRequest } from './page.ts';

export interface PortalStore {
  /** The tenant's links that are over when this one is created are taken away with it. */
  createPortalLink(link: PortalLink, change: Change): Promise<void>;
  deletePortalLink(tenantId: TenantId, id: Id, change: Change): Promise<boolean>;
  /** Whichever tenant's, over or not: for the page that everybody may open. */
  getPortalLink(id: Id): Promise<PortalLink | undefined>;
  /** Over or not. */
  getPortalLinkByHash(hash: string): Promise<PortalLink | undefined>;
  /** Those that are not over at `now`, the newest first. */
  listPortalLinks(tenantId: TenantId, now: Instant, page: PageRequest): Promise<Page<PortalLink>>;
}
