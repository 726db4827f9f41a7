// `/principals`: the people of a tenant who sign in, and the clients that get access tokens.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Client, RegisteredPrincipal } from '../../../domain/access.ts';
import { isId, type Id } from '../../../domain/id.ts';
import type { FieldProblem } from '../../../domain/refusal.ts';
import { Secret } from '../../../domain/secret.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import type { PrincipalFilter } from '../../../api/reads.ts';
import type { Remember } from '../../../manage/remember.ts';
import { empty, named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { refuse } from '../wire/refuse.ts';
import { closed, oneOf, PageQuery, pageOf, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween } from '../wire/times.ts';
import { PrincipalIn, PrincipalPatch, showPrincipal } from './principal-schemas.ts';
import { IdParams, idOf, InTenant, TenantQuery, tenantOf } from './tenant-query.ts';

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  ...InTenant,
  kind: Type.Optional(oneOf(['user', 'client'])),
  state: Type.Optional(oneOf(['active', 'disabled'])),
});
const tags = ['Principals'] as const;

export function principalRoutes(
  app: FastifyInstance,
  parts: Pick<NativeParts, 'principals' | 'users' | 'clients' | 'cursors' | 'once'>,
): void {
  const { principals, users, clients, cursors, once } = parts;

  app.get(
    '/principals',
    operation('listPrincipals', {
      summary: 'List users and clients',
      description: '`from` and `to` are about their creation.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('Principal#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const tenantId = tenantOf(request);
      const list = { tenantId, list: 'principals' };
      const page = await principals.list(
        request.caller,
        tenantId,
        filterOf(query),
        cursors.pageRequest(list, query),
      );
      return cursors.page(list, page, showPrincipal);
    },
  );

  app.post(
    '/principals',
    operation('createPrincipal', {
      summary: 'Create a user or a client',
      description:
        'A client is a program that gets access tokens for its `clientId` and `clientSecret` (OAuth client credentials), and acts with its role.',
      tags,
      querystring: TenantQuery,
      body: PrincipalIn,
      response: {
        201: Type.Union([Type.Ref('User#'), Type.Ref('ClientWithSecret#')], {
          description: "Created; a client's secret is in this answer only",
        }),
      },
    }),
    async (request, reply) => {
      const body = request.body as PrincipalIn;
      const tenantId = tenantOf(request);
      if (body.kind === 'client') {
        const { displayName, roleId } = body;
        const create = (remember?: Remember<Client>) =>
          clients.create(request.caller, tenantId, { displayName, roleId }, remember);
        return sendWithSecret(request, reply, 201, tenantId, create);
      }
      const { username, displayName = username, email = null, roleId, password } = body;
      const draft = { username, displayName, email, roleId, password: new Secret(password) };
      const answer = (user: RegisteredPrincipal) => ({
        status: 201,
        body: JSON.stringify(showPrincipal(user)),
      });
      const act = (remember?: Parameters<typeof users.create>[3]) =>
        users.create(request.caller, tenantId, draft, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer, actsIn: tenantId }));
    },
  );

  app.get(
    '/principals/:id',
    operation('getPrincipal', {
      summary: 'A user or a client',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 200: named('Principal', 'The user or client, without its secret') },
    }),
    async (request) => {
      const { id, feature } = target(request);
      return showPrincipal(await feature.get(request.caller, tenantOf(request), id));
    },
  );

  app.patch(
    '/principals/:id',
    operation('updatePrincipal', {
      summary: 'Change a user or a client',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      body: PrincipalPatch,
      response: { 200: named('Principal', 'The changed user or client; it counts at once') },
    }),
    async (request) => {
      const { id, feature } = target(request);
      const { password, ...given } = request.body as PrincipalPatch;
      if (feature === clients) refuse(problemsOfClient({ ...given, password }));
      const change = { ...given, ...(password === undefined ? {} : { password: new Secret(password) }) };
      return showPrincipal(await feature.update(request.caller, tenantOf(request), id, change));
    },
  );

  app.delete(
    '/principals/:id',
    operation('deletePrincipal', {
      summary: 'Delete a user or a client',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 204: empty('Deleted; they can not come in any more') },
    }),
    async (request, reply) => {
      const { id, feature } = target(request);
      await feature.remove(request.caller, tenantOf(request), id);
      return reply.code(204).send();
    },
  );

  app.post(
    '/principals/:id/secrets/rotate',
    operation('rotateClientSecret', {
      summary: 'Give a client a new secret',
      description: 'The old one, and every access token that was got for it, is refused from now on.',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 200: named('ClientWithSecret', 'The new secret is in this answer only') },
    }),
    async (request, reply) => {
      const id = idOf(request, 'cli', 'principal');
      const tenantId = tenantOf(request);
      return sendWithSecret(request, reply, 200, tenantId, (remember) =>
        clients.rotateSecret(request.caller, tenantId, id, remember),
      );
    },
  );

  /** Which kind of principal an id is of, and who takes care of those. */
  function target(request: FastifyRequest): {
    readonly id: Id;
    readonly feature: typeof users | typeof clients;
  } {
    const { id } = request.params as { readonly id: string };
    if (isId('cli', id)) return { id, feature: clients };
    return { id: idOf(request, 'usr', 'principal'), feature: users };
  }

  async function sendWithSecret(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    tenantId: TenantId,
    act: (remember?: Remember<Client>) => ReturnType<typeof clients.create>,
  ) {
    const answer = await once(request, act, {
      fresh: ({ client, secret }) => ({
        status,
        body: JSON.stringify({ ...showPrincipal(client), clientSecret: secret.reveal() }),
      }),
      stored: (client: Client) => ({ status, body: JSON.stringify(showPrincipal(client)) }),
      actsIn: tenantId,
    });
    return sendOnce(reply, answer);
  }
}

function filterOf(query: Static<typeof ListQuery>): PrincipalFilter {
  return {
    ...readCreatedBetween(query),
    ...(query.kind === undefined ? {} : { kind: query.kind }),
    ...(query.state === undefined ? {} : { state: query.state }),
  };
}

function problemsOfClient(given: {
  readonly [Name in keyof PrincipalPatch]: unknown;
}): readonly FieldProblem[] {
  return (['username', 'email', 'password'] as const)
    .filter((name) => given[name] !== undefined)
    .map((name) => ({ pointer: `/${name}`, rule: 'unknown_member', message: `A client has no ${name}` }));
}
