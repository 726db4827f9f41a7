// `/principals`: the people of a tenant who sign in.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { User } from '../../../domain/access.ts';
import { Secret } from '../../../domain/secret.ts';
import type { UserFilter } from '../../../api/reads.ts';
import { empty, named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, oneOf, PageQuery, pageOf, Time, TimeOrNull, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween, showTime, showTimeOrNull } from '../wire/times.ts';
import { IdParams, idOf, InTenant, TenantQuery, tenantOf } from './tenant-query.ts';

const Username = Type.String({
  description: 'Unique in the installation, without regard to case.',
  examples: ['ada'],
});
const DisplayName = Type.String({ maxLength: 255, examples: ['Ada Lovelace'] });
const RoleId = Type.String({ examples: ['rol_auditor'] });
const Password = Type.String({ description: '8 to 128 characters; kept as an argon2id hash.' });

const PrincipalIn = closed(
  { username: Username, displayName: Type.Optional(DisplayName), roleId: RoleId, password: Password },
  { title: 'User to create' },
);
const PrincipalPatch = closed(
  {
    username: Type.Optional(Username),
    displayName: Type.Optional(DisplayName),
    roleId: Type.Optional(RoleId),
    password: Type.Optional(Password),
    disabled: Type.Optional(Type.Boolean({ description: 'A disabled user can not sign in.' })),
  },
  { title: 'Change of a user' },
);

export const PrincipalOut = closed(
  {
    id: Type.String(),
    kind: oneOf(['user']),
    username: Username,
    displayName: DisplayName,
    roleId: RoleId,
    disabledAt: TimeOrNull,
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'Principal' },
);

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  ...InTenant,
  state: Type.Optional(oneOf(['active', 'disabled'])),
});
const tags = ['Principals'] as const;

export function principalRoutes(
  app: FastifyInstance,
  { users, cursors, once }: Pick<NativeParts, 'users' | 'cursors' | 'once'>,
): void {
  app.get(
    '/principals',
    operation('listPrincipals', {
      summary: 'List users',
      description: '`from` and `to` are about their creation.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('Principal#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const tenantId = tenantOf(request);
      const list = { tenantId, list: 'principals' };
      const page = await users.list(
        request.caller,
        tenantId,
        filterOf(query),
        cursors.pageRequest(list, query),
      );
      return cursors.page(list, page, show);
    },
  );

  app.post(
    '/principals',
    operation('createPrincipal', {
      summary: 'Create a user',
      tags,
      querystring: TenantQuery,
      body: PrincipalIn,
      response: { 201: named('Principal', 'Created') },
    }),
    async (request, reply) => {
      const tenantId = tenantOf(request);
      const {
        username,
        displayName = username,
        roleId,
        password,
      } = request.body as Static<typeof PrincipalIn>;
      const draft = { username, displayName, roleId, password: new Secret(password) };
      const answer = (user: User) => ({ status: 201, body: JSON.stringify(show(user)) });
      const act = (remember?: Parameters<typeof users.create>[3]) =>
        users.create(request.caller, tenantId, draft, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );

  app.get(
    '/principals/:id',
    operation('getPrincipal', {
      summary: 'A user',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 200: named('Principal', 'The user') },
    }),
    async (request) => {
      const id = idOf(request, 'usr', 'user');
      return show(await users.get(request.caller, tenantOf(request), id));
    },
  );

  app.patch(
    '/principals/:id',
    operation('updatePrincipal', {
      summary: 'Change a user',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      body: PrincipalPatch,
      response: { 200: named('Principal', 'The changed user') },
    }),
    async (request) => {
      const id = idOf(request, 'usr', 'user');
      const { password, ...given } = request.body as Static<typeof PrincipalPatch>;
      const change = { ...given, ...(password === undefined ? {} : { password: new Secret(password) }) };
      return show(await users.update(request.caller, tenantOf(request), id, change));
    },
  );

  app.delete(
    '/principals/:id',
    operation('deletePrincipal', {
      summary: 'Delete a user',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 204: empty('Deleted; they can not sign in any more') },
    }),
    async (request, reply) => {
      await users.remove(request.caller, tenantOf(request), idOf(request, 'usr', 'user'));
      return reply.code(204).send();
    },
  );
}

function filterOf(query: Static<typeof ListQuery>): UserFilter {
  return {
    ...readCreatedBetween(query),
    ...(query.state === undefined ? {} : { state: query.state }),
  };
}

function show({ id, kind, username, displayName, roleId, disabledAt, createdAt, updatedAt }: User) {
  return {
    id,
    kind,
    username,
    displayName,
    roleId,
    disabledAt: showTimeOrNull(disabledAt),
    createdAt: showTime(createdAt),
    updatedAt: showTime(updatedAt),
  };
}
