// The nine calls of Confluence's webhook resource, under every path that its clients use (specification §2, §4).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { protect, type Authenticate } from '../../api/authenticate.ts';
import { answerErrors } from '../../api/errors.ts';
import { forgiveMalformedTypes, takeBodies } from '../../api/media-types.ts';
import { methods } from '../../api/methods.ts';
import type { Permission } from '../../domain/access.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Emit } from '../../domain/signal.ts';
import type { Mount } from './links.ts';
import type { Query } from './query.ts';
import { renderRefusal } from './refusals.ts';

/** What a call is told: everything of the request that the nine calls ask for. */
export type Call = {
  readonly request: FastifyRequest;
  readonly mount: Mount;
  readonly webhookId: string;
  readonly query: Query;
};

/** What a call answers: 200 with a body unless it says otherwise; without a body it is a 204. */
type Answer = { readonly status?: number; readonly body?: object };

export type Calls = Readonly<
  Record<
    'find' | 'create' | 'get' | 'update' | 'remove' | 'latest' | 'statistics' | 'summary' | 'test',
    (call: Call) => Promise<Answer>
  >
>;

/** The administrator of this dialect (design, Rulings: Administrator). */
const administrator: readonly Permission[] = [
  'WEBHOOKS:VIEW',
  'WEBHOOKS:ADD',
  'WEBHOOKS:EDIT',
  'WEBHOOKS:REMOVE',
];
const bodyBytesMax = 1_048_576;

/** An id is digits only: any other path is unknown. So is that of a test with any other method. */
const idPath = '/:webhookId(^\\d+$)';
const testPath = '/test';

const options = { bodyLimit: bodyBytesMax, config: { permissions: administrator } };

type Resource = Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', keyof Calls>>;

const resources: Readonly<Record<string, Resource>> = {
  '/': { GET: 'find', POST: 'create' },
  [testPath]: { POST: 'test' },
  [idPath]: { GET: 'get', PUT: 'update', DELETE: 'remove' },
  [`${idPath}/latest`]: { GET: 'latest' },
  [`${idPath}/statistics`]: { GET: 'statistics' },
  [`${idPath}/statistics/summary`]: { GET: 'summary' },
};

export type RouteParts = {
  readonly contextPath: string;
  readonly authenticate: Authenticate;
  readonly emit: Emit;
  readonly calls: Calls;
};

/** Mounts the calls under `/rest/api` and its alias `/rest/api/latest`, with and without the context path. */
export function mountRoutes(app: FastifyInstance, parts: RouteParts): void {
  for (const context of new Set(['', parts.contextPath])) {
    for (const api of ['/rest/api', '/rest/api/latest']) mount(app, { context, api }, parts);
  }
}

function mount(app: FastifyInstance, at: Mount, { authenticate, emit, calls }: RouteParts): void {
  app.register(
    async (scope) => {
      answerErrors(scope, emit, renderRefusal);
      forgiveMalformedTypes(scope);
      takeBodies(scope, { types: ['application/json'], missing: 'taken', charset: 'ignored' });
      protect(scope, authenticate);
      for (const [path, resource] of Object.entries(resources)) addResource(scope, path, resource, at, calls);
      const others = methods.filter((method) => method !== 'POST');
      scope.route({ ...options, method: others, url: testPath, handler: refusePath });
      scope.route({ ...options, method: [...methods], url: '/*', handler: refusePath });
    },
    { prefix: `${at.context}${at.api}/webhooks` },
  );
}

function addResource(
  scope: FastifyInstance,
  path: string,
  resource: Resource,
  at: Mount,
  calls: Calls,
): void {
  for (const [method, name] of Object.entries(resource)) {
    const handler = (request: FastifyRequest, reply: FastifyReply) => answer(calls[name], request, reply);
    scope.route({ ...options, method, url: path, handler });
  }

  async function answer(
    call: Calls[keyof Calls],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { webhookId = '' } = request.params as { webhookId?: string };
    const { status, body } = await call({ request, mount: at, webhookId, query: request.query as Query });
    return body === undefined ? reply.code(204).send() : reply.code(status ?? 200).send(body);
  }
}

async function refusePath(): Promise<never> {
  throw new Refusal('not_found', 'There is nothing at this path');
}
