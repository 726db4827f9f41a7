// The queries that all databases share, by the names under which they are called.

import { cancelDeliveries, dropDeliveries, exhaustByAge, orphanedWebhooks, waitingSince } from './waiting.ts';
import {
  addDeliveries,
  cancelDelivery,
  cancelScheduled,
  firstInLine,
  getDelivery,
  lastExchanges,
  listAttempts,
  listDeliveries,
  retryNow,
} from './deliveries.ts';
import { healthOf, tenantQueue, webhookActivity, webhookTotals } from './activity.ts';
import { listIssues } from './issues.ts';
import { tenantStatistics, webhooksStatistics, webhookStatistics } from './statistics.ts';
import {
  bootstrap,
  createTenant,
  deleteTenant,
  getTenant,
  getTenantByName,
  listTenants,
  updateTenant,
  unlessDeleted,
} from './tenants.ts';
import { auditProblem, findAnswer, listAudit } from './audit.ts';
import {
  createApiKey,
  deleteApiKey,
  getApiKey,
  getApiKeyByHash,
  listApiKeys,
  updateApiKey,
} from './api-keys.ts';
import {
  createEventType,
  deleteEventType,
  getEventType,
  listEventTypes,
  updateEventType,
} from './event-types.ts';
import {
  createPrincipal,
  deletePrincipal,
  getClientByClientId,
  getPrincipal,
  getUserByKey,
  listPrincipals,
  updatePrincipal,
} from './principals.ts';
import { endSession, isSessionEnded } from './sessions.ts';
import {
  createPortalLink,
  deletePortalLink,
  getPortalLink,
  getPortalLinkByHash,
  listPortalLinks,
} from './portal-links.ts';
import {
  changeReplay,
  countReplay,
  countWaiting,
  createReplay,
  deliveriesToReplay,
  getReplay,
  listReplays,
  missedEvents,
  runningParts,
  stepReplay,
} from './replays.ts';
import { createRole, deleteRole, getRole, listRoles, updateRole } from './roles.ts';
import {
  createPolicy,
  deletePolicy,
  getPolicy,
  getPolicyByName,
  getPolicyByNumber,
  listPolicies,
  policiesAfter,
  updatePolicy,
} from './webhook-policies.ts';
import {
  countWebhooks,
  createWebhook,
  deleteWebhook,
  getWebhook,
  getWebhookByNumber,
  getWebhookByWireId,
  listWebhooks,
  updateWebhook,
  webhooksAfter,
} from './webhooks.ts';
import { holdings } from './holdings.ts';
import { emptyPage } from './keyset.ts';
import { getEvent, listEvents } from './events.ts';

/** Each runs in a transaction that is committed, and survives power loss, before its caller hears of it. */
export const sharedWrites = {
  createWebhook,
  updateWebhook,
  deleteWebhook,
  createPolicy,
  updatePolicy,
  deletePolicy,
  createEventType,
  updateEventType,
  deleteEventType,
  addDeliveries,
  cancelDelivery,
  cancelScheduled,
  retryNow,
  createReplay,
  changeReplay,
  stepReplay,
  cancelDeliveries,
  dropDeliveries,
  exhaustByAge,
  createTenant,
  updateTenant,
  deleteTenant,
  createPrincipal,
  updatePrincipal,
  deletePrincipal,
  createRole,
  updateRole,
  deleteRole,
  createApiKey,
  updateApiKey,
  deleteApiKey,
  endSession,
  createPortalLink,
  deletePortalLink,
  bootstrap,
};

/** What a request or a lane waits for: each is a look-up of few rows. */
export const sharedLookUps = {
  getWebhook,
  getWebhookByNumber,
  getWebhookByWireId,
  healthOf,
  getPolicy,
  getPolicyByNumber,
  getPolicyByName,
  getEventType,
  getEvent: unlessDeleted(getEvent, undefined),
  getDelivery: unlessDeleted(getDelivery, undefined),
  firstInLine: unlessDeleted(firstInLine, undefined),
  listAttempts: unlessDeleted(listAttempts, []),
  getTenant,
  getTenantByName,
  getPrincipal,
  getUserByKey,
  getClientByClientId,
  getRole,
  getApiKey,
  getApiKeyByHash,
  isSessionEnded,
  getPortalLink,
  getPortalLinkByHash,
  findAnswer,
  lastExchanges,
  getReplay,
  runningParts,
  countWaiting,
  webhooksAfter,
  policiesAfter,
};

/** What may read many rows. */
export const sharedSearches = {
  listWebhooks,
  countWebhooks,
  listPolicies,
  listEventTypes,
  listEvents: unlessDeleted(listEvents, emptyPage),
  listDeliveries: unlessDeleted(listDeliveries, emptyPage),
  webhookStatistics,
  tenantStatistics,
  webhooksStatistics,
  webhookActivity,
  webhookTotals,
  tenantQueue,
  listIssues: unlessDeleted(listIssues, emptyPage),
  waitingSince,
  orphanedWebhooks,
  listTenants,
  listPrincipals,
  listRoles,
  listApiKeys,
  listPortalLinks,
  listAudit,
  auditProblem,
  holdings,
  listReplays,
  countReplay,
  deliveriesToReplay,
  missedEvents,
};
