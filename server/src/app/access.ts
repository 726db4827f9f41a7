// Who may come in: tenants, users, roles, keys, and how they sign in.

import { makeAuthenticate } from '../api/authenticate.ts';
import { makeApiKeys } from '../manage/api-keys.ts';
import { makePasswords } from '../manage/passwords.ts';
import { makeRoles } from '../manage/roles.ts';
import { makeSignIn } from '../manage/sign-in.ts';
import { makeTenants } from '../manage/tenants.ts';
import { makeUsers } from '../manage/users.ts';
import type { Foundation } from './foundation.ts';

export function makeAccess(foundation: Foundation) {
  const { store, clock, emit } = foundation;
  const passwords = makePasswords(foundation.random);
  const signIn = makeSignIn({ store, passwords, clock });
  const parts = { ...foundation, passwords, accessChanged: () => signIn.forget() };
  return {
    passwords,
    authenticate: makeAuthenticate({ signIn, clock, emit }),
    tenants: makeTenants(parts),
    users: makeUsers(parts),
    roles: makeRoles(parts),
    apiKeys: makeApiKeys(parts),
  };
}
