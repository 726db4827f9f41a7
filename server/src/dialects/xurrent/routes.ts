// Every path of the Xurrent dialect, found by path and never by host (specification §1, §2.9, §3.2, §4).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { protect, type Authenticate, type GrantToken } from '../../api/authenticate.ts';
import { answerErrors } from '../../api/errors.ts';
import { forgiveMalformedTypes } from '../../api/media-types.ts';
import { actions, type Permission } from '../../domain/access.ts';
import { secondMs, type Clock } from '../../domain/clock.ts';
import { notFound, Refusal } from '../../domain/refusal.ts';
import type { Emit } from '../../domain/signal.ts';
import type { TenantId } from '../../domain/tenant.ts';
import { jwtAlgorithms } from '../../domain/webhook-policy.ts';
import type { Addresses } from './addresses.ts';
import { events } from './catalogue.ts';
import { discoveryRoutes, type DiscoveryParts } from './discovery.ts';
import { personRecord } from './people.ts';
import type { PolicyCalls } from './policies/calls.ts';
import { collection, type Handle } from './rest/calls.ts';
import { callerOf, onEveryAnswer } from './rest/every-answer.ts';
import type { Query } from './rest/filters.ts';
import { lowerCaseNames } from './rest/header-names.ts';
import type { RateLimits } from '../../api/rate-limits.ts';
import { makeRender } from './rest/refusals.ts';
import { tokenRoute } from './token.ts';
import { verifyRoute, type VerifyParts } from './verify.ts';
import type { WebhookCalls } from './webhooks/calls.ts';

export type RouteParts = {
  readonly webhooks: WebhookCalls;
  readonly policies: PolicyCalls;
  readonly verify: VerifyParts;
  readonly discovery: DiscoveryParts;
  readonly grantToken: GrantToken;
  readonly authenticate: Authenticate;
  readonly addresses: Addresses;
  readonly accountOf: (tenantId: TenantId) => string;
  readonly limits: RateLimits;
  /** One question after the quota per second and caller. */
  readonly quotaQuestions: RateLimits;
  readonly docsUrl: string;
  readonly clock: Pick<Clock, 'wall'>;
  readonly emit: Emit;
};

/** The administrator of this dialect (design, Rulings: Administrator). */
const administrator: readonly Permission[] = actions.map((action) => `WEBHOOKS:${action}` as const);
const anybody: readonly Permission[] = [];
const bodyBytesMax = 1_048_576;

type Resource = Partial<Readonly<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handle>>>;
type Resources = Readonly<Record<string, Resource>>;

export function mountRoutes(app: FastifyInstance, parts: RouteParts): void {
  void app.register(async (open) => {
    answerErrors(open, parts.emit, makeRender(parts.docsUrl));
    lowerCaseNames(open, parts.clock);
    forgiveMalformedTypes(open);
    tokenRoute(open, parts.grantToken);
    verifyRoute(open, parts.verify);
    discoveryRoutes(open, parts.discovery);
  });
  void app.register(async (root) => mountRoot(root, parts));
  void app.register(
    async (api) =>
      mountApi(api, parts, {
        ...ownResources(parts),
        ...webhookResources(parts),
        ...recordResources('/webhook_policies', parts.policies),
      }),
    {
      prefix: '/v1',
    },
  );
  // The API page writes the paths of webhooks without the version.
  void app.register(async (api) => mountApi(api, parts, { ...webhookResources(parts), ...unknownResources }));
}

/** `GET /v1`: whether anybody is there. */
async function mountRoot(root: FastifyInstance, { limits, docsUrl, clock, emit }: RouteParts): Promise<void> {
  answerErrors(root, emit, makeRender(docsUrl));
  lowerCaseNames(root, clock);
  onEveryAnswer(root, limits);
  for (const url of ['/v1', '/v1.json'])
    root.route({ method: 'GET', url, exposeHeadRoute: false, handler: async () => ({}) });
}

async function mountApi(api: FastifyInstance, parts: RouteParts, resources: Resources): Promise<void> {
  answerErrors(api, parts.emit, makeRender(parts.docsUrl));
  lowerCaseNames(api, parts.clock);
  forgiveMalformedTypes(api);
  protect(api, parts.authenticate);
  onEveryAnswer(api, parts.limits);
  refuseOtherAccounts(api, parts.accountOf);
  for (const [path, resource] of Object.entries(resources)) addResource(api, path, resource, parts);
}

function webhookResources({ webhooks }: RouteParts): Resources {
  return { ...recordResources('/webhooks', webhooks), '/webhooks/:id/test': { POST: webhooks.test } };
}

/** What lies below the webhooks and is not theirs is as unknown as in the rest of the API. */
const unknownResources: Resources = {
  '/webhooks/*': {
    async GET() {
      throw notFound('resource');
    },
  },
};

/** What webhooks and webhook policies have in common. PUT is PATCH (specification §2.2). */
function recordResources(path: string, calls: WebhookCalls | PolicyCalls): Resources {
  return {
    [path]: { GET: calls.list, POST: calls.create },
    [`${path}/enabled`]: { GET: calls.listEnabled },
    [`${path}/disabled`]: { GET: calls.listDisabled },
    [`${path}/:id`]: { GET: calls.get, PATCH: calls.update, PUT: calls.update, DELETE: calls.remove },
    [`${path}/:id/audit`]: { GET: calls.audit },
  };
}

function ownResources({ addresses, limits, quotaQuestions }: RouteParts): Resources {
  const me: Handle = async ({ caller }) => ({ body: personRecord(caller.principal, addresses.nodeDomain) });
  return {
    '/me': { GET: me },
    '/people/me': { GET: me },
    '/people/:id/teams': { GET: async (call) => collection(call, [], noTeams) },
    '/enums': { GET: async () => ({ body: enums }) },
    '/rate_limit': {
      async GET({ request }) {
        const { waitMs } = quotaQuestions.take(callerOf(request));
        if (waitMs > 0)
          throw new Refusal('too_many_requests', 'Ask once a second', { retryAfterMs: secondMs });
        const { windows } = limits.look(callerOf(request));
        const resources = windows.map(({ limit, remaining, resetAtS }) => ({
          context: 'core',
          limit,
          remaining,
          reset: resetAtS,
        }));
        return { body: { resources } };
      },
    },
  };
}

const enums = {
  'webhook.event': events.map((name) => ({ id: name, txt: name })),
  'webhook_policy.jwt_alg': jwtAlgorithms.map((name) => ({ id: name, txt: name })),
};

/** Accounts have no teams here, but the list of a person's is one as every other. */
const noTeams = { filters: {}, sorts: { id: () => 0 }, sort: 'id', fields: [] };

/** Whoever names an account must be of it; unknown ones and others' look alike. */
function refuseOtherAccounts(api: FastifyInstance, accountOf: RouteParts['accountOf']): void {
  api.addHook('onRequest', async ({ is404, headers, caller }) => {
    if (is404) return;
    const [account] = [headers['x-xurrent-account'] ?? headers['x-4me-account']].flat();
    if (
      account === undefined ||
      account.trim().toLowerCase() === accountOf(caller.principal.tenantId).toLowerCase()
    )
      return;
    throw new Refusal('forbidden', 'The token has no access to this account');
  });
}

/** A `.json` behind a path means the same as none. */
function addResource(api: FastifyInstance, path: string, resource: Resource, parts: RouteParts): void {
  const permissions = path.startsWith('/webhook') ? administrator : anybody;
  for (const [method, handle] of Object.entries(resource)) {
    const handler = (request: FastifyRequest, reply: FastifyReply) =>
      answer(handle, path, request, reply, parts);
    const route = {
      method,
      exposeHeadRoute: false,
      bodyLimit: bodyBytesMax,
      config: { permissions },
      handler,
    };
    api.route({ ...route, url: path });
    if (!/(:id|\*)$/.test(path)) api.route({ ...route, url: `${path}.json` });
  }
}

async function answer(
  handle: Handle,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { addresses, accountOf }: RouteParts,
): Promise<unknown> {
  const { tenantId } = request.caller.principal;
  const account = accountOf(tenantId);
  const id = ((request.params as { id?: string }).id ?? '').replace(/\.json$/, '');
  const { status, body, headers } = await handle({
    request,
    caller: request.caller,
    tenantId,
    id,
    query: request.query as Query,
    linkBase: `${addresses.api(account)}/v1${path.replace(':id', encodeURIComponent(id))}`,
    pageUrl: (page) => `${addresses.account(account)}/${page}`,
  });
  void reply.headers(headers ?? {});
  return body === undefined ? reply.code(204).send() : reply.code(status ?? 200).send(body);
}
