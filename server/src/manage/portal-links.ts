// Links that let a tenant's people work on a page of their own for a while: made by the operator's product, good for one
// tenant, and over by themselves.

import type { Caller, Permission } from '../domain/access.ts';
import { secondMs, type Clock } from '../domain/clock.ts';
import { isId, type Id, type Ids } from '../domain/id.ts';
import {
  frameOf,
  portalPermissions,
  themeProblems,
  type PortalFrame,
  type PortalLink,
  type PortalTheme,
} from '../domain/portal-link.ts';
import type { Random } from '../domain/random.ts';
import { invalid, notFound } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, Store } from '../storage/store.ts';
import { hashOfToken } from './api-keys.ts';
import { changeOf, type Audit } from './audit.ts';
import { reach, requireHeld } from './reach.ts';
import type { Remember } from './remember.ts';

export type PortalLinkDraft = {
  readonly permissions: readonly Permission[];
  readonly theme: PortalTheme;
  readonly expiresInS: number;
};

/** Reach as for API keys. A link never gets a permission that who makes it lacks, nor one that no link can have. */
export interface PortalLinks {
  /** The token is in this answer only. */
  create(
    caller: Caller,
    tenantId: TenantId,
    draft: PortalLinkDraft,
    remember?: Remember<PortalLink>,
  ): Promise<{ readonly link: PortalLink; readonly token: Secret }>;
  /** Ends it: its token is refused from the next request on. */
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  /** Those that are not over. */
  list(caller: Caller, tenantId: TenantId, page: PageRequest): Promise<Page<PortalLink>>;
  /** The link by which the caller came in; `not_found` for every other caller. */
  current(caller: Caller): Promise<PortalLink>;
  /** What the page of a link must allow, for whoever opens it; undefined once the link is over. */
  frame(id: string): Promise<PortalFrame | undefined>;
}

export type PortalLinksParts = {
  readonly store: Pick<
    Store,
    'createPortalLink' | 'deletePortalLink' | 'getPortalLink' | 'listPortalLinks' | 'getTenant'
  >;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  /** Told after each change, so that nobody goes on with what they may no longer do. */
  readonly accessChanged: () => void;
};

export function makePortalLinks(parts: PortalLinksParts): PortalLinks {
  const { store, audit, clock, ids, random, accessChanged } = parts;

  return {
    async create(caller, tenantId, { permissions, theme, expiresInS }, remember) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      refuseBad(permissions, theme);
      requireHeld(caller, tenant, permissions, 'This link');
      const token = newPortalToken(random);
      const now = clock.wall();
      const link: PortalLink = {
        id: ids.next('ptl'),
        tenantId,
        permissions,
        hash: hashOfToken(token.reveal()),
        theme,
        expiresAt: now + expiresInS * secondMs,
        createdAt: now,
        createdBy: caller.principal.id,
      };
      await store.createPortalLink(link, {
        audit: audit.by(caller, tenantId, changed('created', null, link)),
        idempotency: remember?.(link),
      });
      return { link, token };
    },

    async remove(caller, tenantId, id) {
      await reach(store, caller, tenantId, 'TENANTS:EDIT');
      const current = await store.getPortalLink(id);
      if (current?.tenantId !== tenantId) throw notFound('portal link');
      const entry = audit.by(caller, tenantId, changed('deleted', current, null));
      if (!(await store.deletePortalLink(tenantId, id, { audit: entry }))) throw notFound('portal link');
      accessChanged();
    },

    async list(caller, tenantId, page) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return store.listPortalLinks(tenantId, clock.wall(), page);
    },

    async current({ principal }) {
      const link = principal.kind === 'portal-link' ? await store.getPortalLink(principal.id) : undefined;
      if (link === undefined) throw notFound('portal link of this caller');
      return link;
    },

    async frame(id) {
      const link = isId('ptl', id) ? await store.getPortalLink(id) : undefined;
      return link === undefined || link.expiresAt <= clock.wall() ? undefined : frameOf(link);
    },
  };
}

function newPortalToken(random: Random): Secret {
  return new Secret(`phl_${Buffer.from(random.bytes(32)).toString('base64url')}`);
}

function refuseBad(permissions: readonly Permission[], theme: PortalTheme): void {
  const problems = [
    ...permissions.flatMap((permission, index) =>
      portalPermissions.includes(permission)
        ? []
        : [{ pointer: `/permissions/${index}`, rule: 'one_of', message: `No link can have ${permission}` }],
    ),
    ...themeProblems(theme),
  ];
  const [first, ...others] = problems;
  if (first !== undefined) throw invalid([first, ...others]);
}

function changed(verb: 'created' | 'deleted', before: PortalLink | null, after: PortalLink | null) {
  return changeOf('portal_link', verb, before, after, shown);
}

function shown({ permissions, theme, expiresAt }: PortalLink) {
  const { title, allowedOrigins } = theme;
  return { permissions, title, allowedOrigins, expiresAt };
}
