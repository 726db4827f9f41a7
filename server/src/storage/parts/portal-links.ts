// The store's part with portal links.

import type { Executor } from '../executor.ts';
import type { PortalStore } from '../port/portal-store.ts';
import { changeRows } from '../rows/change-row.ts';
import { mapPage } from '../rows/map-page.ts';
import { portalLinkOf, portalLinkRow } from '../rows/portal-link-row.ts';
import type { PortalLinkRow } from '../schema.ts';

export function makePortalLinks(executor: Executor): PortalStore {
  return {
    createPortalLink: (link, change) =>
      executor.write('createPortalLink', portalLinkRow(link), changeRows(change)),
    deletePortalLink: (tenantId, id, change) =>
      executor.write('deletePortalLink', tenantId, id, changeRows(change)),
    getPortalLink: async (id) => optional(await executor.read('getPortalLink', id)),
    getPortalLinkByHash: async (hash) => optional(await executor.read('getPortalLinkByHash', hash)),
    listPortalLinks: async (tenantId, now, page) =>
      mapPage(await executor.read('listPortalLinks', tenantId, now, page), portalLinkOf),
  };
}

function optional(row: PortalLinkRow | undefined) {
  return row === undefined ? undefined : portalLinkOf(row);
}
