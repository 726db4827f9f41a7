// Posthorn's own dialect: the whole API under `/api/v1`, and deliveries by Standard Webhooks or with message signatures.

import type { FastifyInstance } from 'fastify';
import { protect } from '../../api/authenticate.ts';
import type { Dialect } from '../../api/dialect.ts';
import { takeBodies } from '../../api/media-types.ts';
import { durableRules } from '../../domain/delivery-rules.ts';
import { noticesToAdministrators } from '../../domain/mail-rules.ts';
import { apiKeyRoutes } from './access/api-keys.ts';
import { auditRoutes } from './access/audit.ts';
import { portalLinkRoutes } from './access/portal-links.ts';
import { principalRoutes } from './access/principals.ts';
import { roleRoutes } from './access/roles.ts';
import { sessionRoutes, signInRoute } from './access/session.ts';
import { isSecure, sessionCookieName } from './access/session-cookie.ts';
import { tenantRoutes } from './access/tenants.ts';
import { manyRoutes } from './deliveries/many-routes.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { eventRoutes } from './events/event-routes.ts';
import { replayEventRoutes } from './events/replay-routes.ts';
import { publishRoutes } from './events/publish-routes.ts';
import { eventTypeRoutes } from './event-types/routes.ts';
import { dialectRoutes } from './dialects.ts';
import { makeFormat, makeTestRequest } from './format.ts';
import { filterCheckRoutes } from './filters/routes.ts';
import { issueRoutes } from './issues/routes.ts';
import { keyRoutes } from './key-routes.ts';
import { liveRoutes } from './live/routes.ts';
import { nodeRoutes } from './nodes.ts';
import { patchTypes } from './operation.ts';
import type { DialectsByName, NativeParts } from './parts.ts';
import { describeRoutes } from './reference/document.ts';
import { replayRoutes } from './replays/routes.ts';
import { referenceRoutes } from './reference/routes.ts';
import { nativeSettings } from './settings.ts';
import { statisticsRoutes } from './statistics/routes.ts';
import { configurationRoutes } from './system/configuration.ts';
import { notificationRoutes } from './system/notifications.ts';
import { storageRoutes } from './system/storage.ts';
import { urlCheckRoutes } from './url-checks/routes.ts';
import { webhookActionRoutes } from './webhooks/action-routes.ts';
import { lastExchangeRoutes } from './webhooks/last-exchange-routes.ts';
import { webhookPolicyRoutes } from './webhook-policies.ts';
import { webhookRoutes } from './webhooks/routes.ts';

export function makeNativeDialect(parts: NativeParts): Dialect {
  const own = {
    name: 'native',
    settings: nativeSettings,
    format: makeFormat(parts.version),
    rules: durableRules,
    catalogue: [],
    mail: noticesToAdministrators,
  } as const;
  const dialects: DialectsByName = new Map([own, ...parts.others].map((dialect) => [dialect.name, dialect]));
  return {
    ...own,
    testRequest: makeTestRequest(parts.version),
    keepsLastExchange: false,
    routes: (app) => void app.register((all) => nativeRoutes(all, { ...parts, dialects })),
  };
}

type RoutesParts = NativeParts & { readonly dialects: DialectsByName };

async function nativeRoutes(all: FastifyInstance, parts: RoutesParts): Promise<void> {
  // Answers are written as they are made; a schema describes them and never changes them.
  all.setSerializerCompiler(() => (value) => JSON.stringify(value));
  await describeRoutes(all, parts);
  // In a part of its own: next to the schemas, the framework would check with a compiler of its own, too.
  await all.register(async (open) => keyRoutes(open, parts));
  await all.register((api) => apiRoutes(api, parts), { prefix: '/api/v1' });
}

async function apiRoutes(api: FastifyInstance, parts: RoutesParts): Promise<void> {
  referenceRoutes(api);
  await api.register(async (open) => {
    takeBodies(open, { types: ['application/json'], missing: 'refused' });
    signInRoute(open, parts);
  });
  await api.register(async (calls) => {
    const cookie = sessionCookieName(isSecure(parts.publicUrl()));
    protect(calls, parts.authenticateOrSession(cookie));
    publishRoutes(calls, parts);
    await calls.register(async (app) => {
      takeBodies(app, { types: patchTypes, missing: 'refused' });
      eventRoutes(app, parts);
      replayEventRoutes(app, parts);
      eventTypeRoutes(app, parts);
      webhookRoutes(app, parts);
      webhookActionRoutes(app, parts);
      statisticsRoutes(app, parts);
      lastExchangeRoutes(app, parts);
      urlCheckRoutes(app, parts);
      filterCheckRoutes(app, parts);
      dialectRoutes(app, parts);
      webhookPolicyRoutes(app, parts);
      deliveryRoutes(app, parts);
      issueRoutes(app, parts);
      manyRoutes(app, parts);
      replayRoutes(app, parts);
      tenantRoutes(app, parts);
      principalRoutes(app, parts);
      roleRoutes(app, parts);
      apiKeyRoutes(app, parts);
      portalLinkRoutes(app, parts);
      auditRoutes(app, parts);
      sessionRoutes(app, parts);
      nodeRoutes(app, parts);
      liveRoutes(app, { ...parts, authenticateAgain: parts.authenticateAgain(cookie) });
      configurationRoutes(app, parts);
      storageRoutes(app, parts);
      notificationRoutes(app, parts);
    });
  });
}
