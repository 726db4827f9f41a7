// `/api-keys`: what programs sign in with. The token is in the create answer only.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { ApiKey } from '../../../domain/access.ts';
import type { Instant } from '../../../domain/clock.ts';
import type { ApiKeyFilter } from '../../../api/reads.ts';
import { empty, named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import {
  closed,
  nullable,
  oneOf,
  PageQuery,
  pageOf,
  Time,
  TimeOrNull,
  WindowQuery,
} from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween, readTime, showTime, showTimeOrNull } from '../wire/times.ts';
import { Permissions } from './roles.ts';
import { IdParams, idOf, InTenant, TenantQuery, tenantOf } from './tenant-query.ts';

const Name = Type.String({ minLength: 1, maxLength: 128, examples: ['Billing service'] });
const ExpiresAt = nullable(
  Type.String({ format: 'date-time', description: 'From when on it is refused; null never.' }),
);

export const ApiKeyIn = closed(
  { name: Name, permissions: Permissions, expiresAt: Type.Optional(ExpiresAt) },
  {
    title: 'API key to create',
    examples: [{ name: 'Billing service', permissions: ['EVENTS:ADD'] }],
  },
);
export const ApiKeyPatch = closed(
  {
    name: Type.Optional(Name),
    permissions: Type.Optional(Permissions),
    expiresAt: Type.Optional(ExpiresAt),
  },
  { title: 'Change of an API key' },
);

const members = {
  id: Type.String(),
  name: Name,
  permissions: Permissions,
  prefix: Type.String({ description: 'The beginning of the token, to recognise it by.' }),
  expiresAt: TimeOrNull,
  createdAt: Time,
  createdBy: Type.String(),
};

export const ApiKeyOut = closed(members, { $id: 'ApiKey' });

export const ApiKeyWithToken = closed(
  {
    ...members,
    token: Type.Optional(
      Type.String({
        description:
          'What to send as `Authorization: Bearer`, in this answer only: it is not in the answer to a repeated request.',
      }),
    ),
  },
  { $id: 'ApiKeyWithToken' },
);

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  ...InTenant,
  state: Type.Optional(oneOf(['active', 'expired'])),
});
const tags = ['API keys'] as const;

export function apiKeyRoutes(
  app: FastifyInstance,
  { apiKeys, cursors, once }: Pick<NativeParts, 'apiKeys' | 'cursors' | 'once'>,
): void {
  app.get(
    '/api-keys',
    operation('listApiKeys', {
      summary: 'List API keys',
      description: '`from` and `to` are about their creation.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('ApiKey#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const tenantId = tenantOf(request);
      const list = { tenantId, list: 'api-keys' };
      const page = await apiKeys.list(
        request.caller,
        tenantId,
        filterOf(query),
        cursors.pageRequest(list, query),
      );
      return cursors.page(list, page, show);
    },
  );

  app.post(
    '/api-keys',
    operation('createApiKey', {
      summary: 'Create an API key',
      tags,
      querystring: TenantQuery,
      body: ApiKeyIn,
      response: { 201: named('ApiKeyWithToken', 'Created; the token is in this answer only') },
    }),
    async (request, reply) => {
      const tenantId = tenantOf(request);
      const { name, permissions, expiresAt } = request.body as Static<typeof ApiKeyIn>;
      const draft = { name, permissions, expiresAt: readExpiry(expiresAt ?? null) };
      const act = (remember?: Parameters<typeof apiKeys.create>[3]) =>
        apiKeys.create(request.caller, tenantId, draft, remember);
      const answer = await once(request, act, {
        fresh: ({ key, token }) => ({
          status: 201,
          body: JSON.stringify({ ...show(key), token: token.reveal() }),
        }),
        stored: (key: ApiKey) => ({ status: 201, body: JSON.stringify(show(key)) }),
        actsIn: tenantId,
      });
      return sendOnce(reply, answer);
    },
  );

  app.get(
    '/api-keys/:id',
    operation('getApiKey', {
      summary: 'An API key',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 200: named('ApiKey', 'The key, without its token') },
    }),
    async (request) => {
      const id = idOf(request, 'key', 'API key');
      return show(await apiKeys.get(request.caller, tenantOf(request), id));
    },
  );

  app.patch(
    '/api-keys/:id',
    operation('updateApiKey', {
      summary: 'Change an API key',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      body: ApiKeyPatch,
      response: { 200: named('ApiKey', 'The changed key; it counts at once') },
    }),
    async (request) => {
      const id = idOf(request, 'key', 'API key');
      const { expiresAt, ...given } = request.body as Static<typeof ApiKeyPatch>;
      const change = { ...given, ...(expiresAt === undefined ? {} : { expiresAt: readExpiry(expiresAt) }) };
      return show(await apiKeys.update(request.caller, tenantOf(request), id, change));
    },
  );

  app.delete(
    '/api-keys/:id',
    operation('deleteApiKey', {
      summary: 'Revoke an API key',
      tags,
      params: IdParams,
      querystring: TenantQuery,
      response: { 204: empty('Revoked; it is refused from now on') },
    }),
    async (request, reply) => {
      await apiKeys.remove(request.caller, tenantOf(request), idOf(request, 'key', 'API key'));
      return reply.code(204).send();
    },
  );
}

function filterOf(query: Static<typeof ListQuery>): ApiKeyFilter {
  return {
    ...readCreatedBetween(query),
    ...(query.state === undefined ? {} : { state: query.state }),
  };
}

function readExpiry(text: string | null): Instant | null {
  return text === null ? null : readTime(text, '/expiresAt');
}

function show({ id, name, permissions, prefix, expiresAt, createdAt, createdBy }: ApiKey) {
  return {
    id,
    name,
    permissions,
    prefix,
    expiresAt: showTimeOrNull(expiresAt),
    createdAt: showTime(createdAt),
    createdBy,
  };
}
