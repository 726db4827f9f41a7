// The sessions of people in the web app: beginning, going on, acting in another tenant, a new password, and signing out.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import { isWorthRenewing, latestEndOf, newSession, renewed, type Session } from '../domain/session.ts';
import type { Tenant, TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { reach } from './reach.ts';
import type { SessionTokens } from './session-tokens.ts';
import type { SignedIn, SignIn } from './sign-in.ts';
import type { Users } from './users.ts';

/** A session with the token to bring from now on; none where the one that was brought is good still. */
export type HeldSession = SignedIn & { readonly token: Secret | null };

/** Who is there, for themselves. */
export type CallerView = {
  readonly displayName: string;
  readonly tenant: Tenant;
  readonly homeTenant: Tenant;
};

/** Each takes the token of a session, and refuses with `unauthenticated` when that is over. */
export interface Sessions {
  /** At the user's home; undefined for a wrong password and for an unknown or disabled user. */
  begin(username: string, password: string): Promise<HeldSession | undefined>;
  /** The session, renewed where that is worth it. */
  renew(token: string): Promise<HeldSession>;
  /** Acts in this tenant from now on. `not_found` for one that the user can't reach. */
  enter(token: string, tenantId: TenantId): Promise<HeldSession>;
  /** Ends every session of the user, and begins another where this one was. */
  changePassword(token: string, password: Secret, address: string): Promise<HeldSession>;
  /** Ends the session on every node, within a second. */
  end(token: string): Promise<void>;
  view(caller: Caller, session: Session | null): Promise<CallerView>;
}

export type SessionsParts = {
  readonly store: Pick<Store, 'getTenant' | 'getPrincipal' | 'endSession'>;
  readonly signIn: Pick<SignIn, 'prove' | 'withSession'>;
  readonly sessionTokens: Pick<SessionTokens, 'issue'>;
  readonly users: Pick<Users, 'changeOwnPassword'>;
  readonly clock: Pick<Clock, 'wall'>;
  readonly ids: Ids;
  readonly accessChanged: () => void;
};

export function makeSessions(parts: SessionsParts): Sessions {
  const { store, signIn, sessionTokens, users, clock, ids, accessChanged } = parts;

  return {
    async begin(username, password) {
      const user = await signIn.prove(username, password);
      return user && hold(newSession(user, ids.next('ses'), clock.wall()), user);
    },

    async renew(token) {
      const held = await existing(token);
      const { session, user } = held;
      if (!isWorthRenewing(session, clock.wall())) return { ...held, token: null };
      return hold(renewed(session, clock.wall()), user);
    },

    async enter(token, tenantId) {
      const { session, user, principal } = await existing(token);
      await reach(store, { principal, address: null }, tenantId, 'TENANTS:VIEW');
      return hold({ ...renewed(session, clock.wall()), tenantId }, user);
    },

    async changePassword(token, password, address) {
      const { session, user, principal } = await existing(token);
      const changed = await users.changeOwnPassword({ principal, address }, user, password);
      const next = newSession(changed, ids.next('ses'), clock.wall());
      return hold({ ...next, tenantId: session.tenantId }, changed);
    },

    async end(token) {
      const { session } = await existing(token);
      await store.endSession(session.id, latestEndOf(session));
      accessChanged();
    },

    async view({ principal }, session) {
      const homeId = session?.homeTenantId ?? principal.tenantId;
      const [tenant, homeTenant, registered] = await Promise.all([
        store.getTenant(principal.tenantId),
        store.getTenant(homeId),
        store.getPrincipal(homeId, principal.id),
      ]);
      if (tenant === undefined || homeTenant === undefined) throw over();
      return { displayName: registered?.displayName ?? principal.name, tenant, homeTenant };
    },
  };

  async function existing(token: string): Promise<SignedIn> {
    const signedIn = await signIn.withSession(token);
    if (signedIn === undefined) throw over();
    return signedIn;
  }

  /** Signed with the password that the session was judged by: whoever changes that meanwhile ends this one, too. */
  async function hold(session: Session, user: SignedIn['user']): Promise<HeldSession> {
    const token = sessionTokens.issue(session, user);
    return { ...(await existing(token.reveal())), token };
  }
}

function over(): Refusal {
  return new Refusal('unauthenticated', 'The session is over; sign in again');
}
