// Who may come in: tenants, users, clients, roles, keys, and how they sign in.

import { makeAuthenticate } from '../api/authenticate.ts';
import { makeAccessTokens } from '../manage/access-tokens.ts';
import { makeAddressOf, makeAdministratorsOf } from '../manage/administrators.ts';
import { makeApiKeys } from '../manage/api-keys.ts';
import { makeClients } from '../manage/clients.ts';
import { makePasswords } from '../manage/passwords.ts';
import { makePortalLinks } from '../manage/portal-links.ts';
import { makePrincipals } from '../manage/principals.ts';
import { makeRoles } from '../manage/roles.ts';
import { makeSessions } from '../manage/sessions.ts';
import { makeSessionTokens } from '../manage/session-tokens.ts';
import { makeSignIn } from '../manage/sign-in.ts';
import { makeTenants } from '../manage/tenants.ts';
import { makeUsers } from '../manage/users.ts';
import type { Foundation } from './foundation.ts';

/** What signs the tokens of clients, and the sessions of people. */
export type AccessKeys = { readonly accessTokenKey: Uint8Array; readonly sessionKey: Uint8Array };

export function makeAccess(foundation: Foundation, { accessTokenKey, sessionKey }: AccessKeys) {
  const { store, clock, emit } = foundation;
  const passwords = makePasswords(foundation.random);
  const accessTokens = makeAccessTokens(accessTokenKey);
  const sessionTokens = makeSessionTokens(sessionKey);
  const signIn = makeSignIn({ store, passwords, accessTokens, sessionTokens, clock });
  const parts = { ...foundation, passwords, accessChanged: () => signIn.forget() };
  const users = makeUsers(parts);
  return {
    passwords,
    ...makeAuthenticate({ signIn, clock, emit }),
    tenants: makeTenants(parts),
    principals: makePrincipals(parts),
    users,
    sessions: makeSessions({ ...parts, signIn, sessionTokens, users }),
    clients: makeClients(parts),
    roles: makeRoles(parts),
    apiKeys: makeApiKeys(parts),
    portalLinks: makePortalLinks(parts),
    addressOf: makeAddressOf(store),
    administratorsOf: makeAdministratorsOf(store),
  };
}
