// Users and clients on the wire: what a caller sends to create and to change one, and what everybody sees of it.

import { Type, type Static } from 'typebox';
import type { Client, RegisteredPrincipal, User } from '../../../domain/access.ts';
import { closed, nullable, Time, TimeOrNull } from '../wire/schemas.ts';
import { showTime, showTimeOrNull } from '../wire/times.ts';

const Username = Type.String({
  description: 'Unique in the installation, without regard to case.',
  examples: ['ada'],
});
const DisplayName = Type.String({ maxLength: 255, examples: ['Ada Lovelace'] });
const Email = nullable(
  Type.String({ description: 'At most 254 characters.', examples: ['ada@example.com'] }),
);
const RoleId = Type.String({ examples: ['rol_auditor'] });
const Password = Type.String({ description: '8 to 128 characters; kept as an argon2id hash.' });

const UserIn = closed(
  {
    kind: Type.Optional(Type.Literal('user')),
    username: Username,
    displayName: Type.Optional(DisplayName),
    email: Type.Optional(Email),
    roleId: RoleId,
    password: Password,
  },
  { title: 'User to create' },
);
const ClientIn = closed(
  { kind: Type.Literal('client'), displayName: DisplayName, roleId: RoleId },
  { title: 'Client to create' },
);
export const PrincipalIn = Type.Union([UserIn, ClientIn], { title: 'User or client to create' });
export type PrincipalIn = Static<typeof PrincipalIn>;

export const PrincipalPatch = closed(
  {
    username: Type.Optional(Username),
    displayName: Type.Optional(DisplayName),
    email: Type.Optional(Email),
    roleId: Type.Optional(RoleId),
    password: Type.Optional(Password),
    disabled: Type.Optional(
      Type.Boolean({ description: 'A disabled user can not sign in, a disabled client gets no token.' }),
    ),
  },
  {
    title: 'Change of a user or client',
    description: 'A client has neither `username`, `email` nor `password`.',
  },
);
export type PrincipalPatch = Static<typeof PrincipalPatch>;

const common = {
  displayName: DisplayName,
  roleId: RoleId,
  disabledAt: TimeOrNull,
  createdAt: Time,
  updatedAt: Time,
};

export const UserOut = closed(
  { id: Type.String(), kind: Type.Literal('user'), username: Username, email: Email, ...common },
  { $id: 'User' },
);

const clientMembers = {
  id: Type.String(),
  kind: Type.Literal('client'),
  clientId: Type.String({ description: 'What the program sends beside its secret; no secret itself.' }),
  ...common,
};

export const ClientOut = closed(clientMembers, { $id: 'Client' });

export const ClientWithSecret = closed(
  {
    ...clientMembers,
    clientSecret: Type.Optional(
      Type.String({
        description: 'In this answer only: it is not in the answer to a repeated request.',
      }),
    ),
  },
  { $id: 'ClientWithSecret' },
);

export const PrincipalOut = Type.Union([Type.Ref('User#'), Type.Ref('Client#')], { $id: 'Principal' });

/** A user or a client without password, secret and their hashes. */
export function showPrincipal(principal: RegisteredPrincipal) {
  return principal.kind === 'user' ? showUser(principal) : showClient(principal);
}

function showUser(user: User) {
  const { id, kind, username, email } = user;
  return { id, kind, username, email, ...showCommon(user) };
}

function showClient(client: Client) {
  const { id, kind, clientId } = client;
  return { id, kind, clientId, ...showCommon(client) };
}

function showCommon({ displayName, roleId, disabledAt, createdAt, updatedAt }: RegisteredPrincipal) {
  return {
    displayName,
    roleId,
    disabledAt: showTimeOrNull(disabledAt),
    createdAt: showTime(createdAt),
    updatedAt: showTime(updatedAt),
  };
}
