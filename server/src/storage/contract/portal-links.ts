// What may be relied on about portal links.

import { describe, expect, test } from 'vitest';
import type { PortalLink } from '../../domain/portal-link.ts';
import { KeyUsed, type Store } from '../store.ts';
import { aChange, aKey, aTenant, first, newId, now, tenantId } from './given.ts';
import { idsByPages } from './paging.ts';

export function portalLinksContract(store: () => Store): void {
  describe('a portal link', () => {
    test('comes back as it was, by its id and by its hash', async () => {
      const link = aPortalLink();
      await store().createPortalLink(link, aChange());
      expect(await store().getPortalLink(link.id)).toEqual(link);
      expect(await store().getPortalLinkByHash(link.hash)).toEqual(link);
      expect(await store().getPortalLink(newId('ptl'))).toBeUndefined();
      expect(await store().getPortalLinkByHash('another')).toBeUndefined();
    });

    test('is deleted in its tenant alone', async () => {
      const link = aPortalLink();
      await store().createPortalLink(link, aChange());
      expect(await store().deletePortalLink(newId('tnt'), link.id, aChange())).toBe(false);
      expect(await store().deletePortalLink(tenantId, link.id, aChange())).toBe(true);
      expect(await store().getPortalLinkByHash(link.hash)).toBeUndefined();
      expect(await store().deletePortalLink(tenantId, link.id, aChange())).toBe(false);
    });

    test('is listed while it is not over, the newest first, page by page', async () => {
      const links = [0, 1, 2].map((age) => aPortalLink({ createdAt: now + age }));
      const over = aPortalLink({ createdAt: now + 3, expiresAt: now + 9 });
      for (const link of [...links, over]) await store().createPortalLink(link, aChange());
      const ids = await idsByPages(
        (page) => store().listPortalLinks(tenantId, now + 9, page),
        ({ id }) => id,
      );
      expect(ids).toEqual(links.map(({ id }) => id).toReversed());
      expect((await store().listPortalLinks(newId('tnt'), now, first)).rows).toEqual([]);
    });

    test('takes those of its tenant away that are over', async () => {
      const [over, others] = [aPortalLink({ expiresAt: now + 1 }), aPortalLink({ tenantId: newId('tnt') })];
      for (const link of [over, others]) await store().createPortalLink(link, aChange());
      await store().createPortalLink(aPortalLink({ createdAt: now + 1 }), aChange());
      expect(await store().getPortalLink(over.id)).toBeUndefined();
      expect(await store().getPortalLink(others.id)).toEqual(others);
    });

    test('ends with its tenant', async () => {
      await store().createTenant(aTenant({ id: tenantId }), aChange());
      const link = aPortalLink();
      await store().createPortalLink(link, aChange());
      await store().deleteTenant(tenantId, now, aChange());
      expect(await store().getPortalLinkByHash(link.hash)).toBeUndefined();
    });

    test('is created once for an idempotency key, with its audit entry', async () => {
      const key = aKey();
      await store().createPortalLink(aPortalLink(), aChange({ key }));
      await expect(store().createPortalLink(aPortalLink(), aChange({ key }))).rejects.toBeInstanceOf(KeyUsed);
      expect((await store().listPortalLinks(tenantId, now, first)).rows).toHaveLength(1);
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(1);
    });
  });
}

function aPortalLink(more: Partial<PortalLink> = {}): PortalLink {
  const id = newId('ptl');
  return {
    id,
    tenantId,
    permissions: ['WEBHOOKS:VIEW'],
    hash: `hash of ${id}`,
    theme: {
      title: 'Zoë’s hooks',
      accentColor: '#aa00ff',
      logoUrl: null,
      allowedOrigins: ['https://app.example.com'],
    },
    expiresAt: now + 3_600_000,
    createdAt: now,
    createdBy: 'usr_01',
    ...more,
  };
}
