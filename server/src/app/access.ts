// Who may come in: tenants, users, clients, roles, keys, and how they sign in.

import { makeAuthenticate } from '../api/authenticate.ts';
import { makeAccessTokens } from '../manage/access-tokens.ts';
import { makeAdministratorsOf } from '../manage/administrators.ts';
import { makeApiKeys } from '../manage/api-keys.ts';
import { makeClients } from '../manage/clients.ts';
import { makePasswords } from '../manage/passwords.ts';
import { makePrincipals } from '../manage/principals.ts';
import { makeRoles } from '../manage/roles.ts';
import { makeSignIn } from '../manage/sign-in.ts';
import { makeTenants } from '../manage/tenants.ts';
import { makeUsers } from '../manage/users.ts';
import type { Foundation } from './foundation.ts';

export function makeAccess(foundation: Foundation, accessTokenKey: Uint8Array) {
  const { store, clock, emit } = foundation;
  const passwords = makePasswords(foundation.random);
  const accessTokens = makeAccessTokens(accessTokenKey);
  const signIn = makeSignIn({ store, passwords, accessTokens, clock });
  const parts = { ...foundation, passwords, accessChanged: () => signIn.forget() };
  return {
    passwords,
    ...makeAuthenticate({ signIn, clock, emit }),
    tenants: makeTenants(parts),
    principals: makePrincipals(parts),
    users: makeUsers(parts),
    clients: makeClients(parts),
    roles: makeRoles(parts),
    apiKeys: makeApiKeys(parts),
    administratorsOf: makeAdministratorsOf(store),
  };
}
