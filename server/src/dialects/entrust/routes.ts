// The six operations and the call that authenticates, below `/api/web/v1` (specification §2 to §4).

import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { protect, type Authenticate } from '../../api/authenticate.ts';
import { answerErrors } from '../../api/errors.ts';
import { forgiveMalformedTypes } from '../../api/media-types.ts';
import type { Permission } from '../../domain/access.ts';
import type { Emit } from '../../domain/signal.ts';
import type { Calls } from './calls.ts';
import { renderRefusal } from './refusals.ts';

const prefix = '/api/web/v1';
const bodyBytesMax = 65_536;

type Operation = {
  readonly method: HTTPMethods;
  readonly url: string;
  readonly call: keyof Calls;
  readonly permission: Permission;
};

const operations: readonly Operation[] = [
  { method: 'GET', url: '/webhooks', call: 'list', permission: 'WEBHOOKS:VIEW' },
  { method: 'POST', url: '/webhooks', call: 'create', permission: 'WEBHOOKS:ADD' },
  { method: 'GET', url: '/webhooks/:id', call: 'get', permission: 'WEBHOOKS:VIEW' },
  { method: 'PUT', url: '/webhooks/:id', call: 'update', permission: 'WEBHOOKS:EDIT' },
  { method: 'DELETE', url: '/webhooks/:id', call: 'remove', permission: 'WEBHOOKS:REMOVE' },
  { method: 'POST', url: '/webhooks/test/:id', call: 'test', permission: 'WEBHOOKS:EDIT' },
];

export type RouteParts = {
  readonly authenticate: Authenticate;
  readonly authenticateCall: (request: FastifyRequest, reply: FastifyReply) => Promise<object>;
  readonly calls: Calls;
  readonly emit: Emit;
};

/** A caller without the right is told so before anything looks at the id or the body: nobody finds out which ids exist. */
export function mountRoutes(app: FastifyInstance, parts: RouteParts): void {
  void app.register(
    async (api) => {
      answerErrors(api, parts.emit, renderRefusal);
      forgiveMalformedTypes(api);
      api.route({
        method: 'POST',
        url: '/adminapi/authenticate',
        bodyLimit: bodyBytesMax,
        handler: parts.authenticateCall,
      });
      await api.register(async (calls) => {
        protect(calls, parts.authenticate, { methodsFirst: true });
        for (const operation of operations) addOperation(calls, operation, parts.calls);
      });
    },
    { prefix },
  );
}

function addOperation(
  api: FastifyInstance,
  { method, url, call, permission }: Operation,
  calls: Calls,
): void {
  api.route({
    method,
    url,
    exposeHeadRoute: false,
    bodyLimit: bodyBytesMax,
    config: { permissions: [permission] },
    handler: async (request, reply) => reply.code(200).send(await calls[call](request)),
  });
}
