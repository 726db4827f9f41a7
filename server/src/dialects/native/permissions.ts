// What a caller must hold for each call of the native API: the whole matrix in one table.

import type { Need } from '../../domain/access.ts';

export const permissionsOf = {
  publishEvent: ['EVENTS:ADD'],
  publishEvents: ['EVENTS:ADD'],
  listEvents: ['EVENTS:VIEW'],
  getEvent: ['EVENTS:VIEW'],
  replayEvent: ['DELIVERIES:ADD'],

  listEventTypes: ['EVENTTYPES:VIEW'],
  createEventType: ['EVENTTYPES:ADD'],
  getEventType: ['EVENTTYPES:VIEW'],
  updateEventType: ['EVENTTYPES:EDIT'],
  addEventTypeSchema: ['EVENTTYPES:EDIT'],
  deleteEventType: ['EVENTTYPES:REMOVE'],

  listWebhooks: ['WEBHOOKS:VIEW'],
  createWebhook: ['WEBHOOKS:ADD'],
  getWebhook: ['WEBHOOKS:VIEW'],
  updateWebhook: ['WEBHOOKS:EDIT'],
  deleteWebhook: ['WEBHOOKS:REMOVE'],
  testWebhook: ['WEBHOOKS:EDIT'],
  pauseWebhook: ['WEBHOOKS:EDIT'],
  resumeWebhook: ['WEBHOOKS:EDIT'],
  verifyWebhook: ['WEBHOOKS:EDIT'],
  renewVerification: ['WEBHOOKS:EDIT'],
  rotateWebhookSecret: ['WEBHOOKS:EDIT'],
  listDialects: ['WEBHOOKS:VIEW'],
  checkUrl: [['WEBHOOKS:ADD', 'WEBHOOKS:EDIT']],
  checkFilter: [['WEBHOOKS:ADD', 'WEBHOOKS:EDIT'], 'EVENTS:VIEW'],
  listLastExchanges: ['WEBHOOKS:VIEW', 'DELIVERIES:VIEW'],
  getWebhookStatistics: ['WEBHOOKS:VIEW'],

  listWebhookPolicies: ['WEBHOOKS:VIEW'],
  createWebhookPolicy: ['WEBHOOKS:ADD'],
  getWebhookPolicy: ['WEBHOOKS:VIEW'],
  deleteWebhookPolicy: ['WEBHOOKS:REMOVE'],

  listDeliveries: ['DELIVERIES:VIEW'],
  getDelivery: ['DELIVERIES:VIEW'],
  redeliver: ['DELIVERIES:ADD'],
  cancelDelivery: ['DELIVERIES:EDIT'],
  retryDelivery: ['DELIVERIES:EDIT'],
  cancelDeliveries: ['DELIVERIES:EDIT'],
  retryDeliveries: ['DELIVERIES:ADD', 'DELIVERIES:EDIT'],

  listReplays: ['DELIVERIES:VIEW'],
  createReplay: ['DELIVERIES:ADD'],
  getReplay: ['DELIVERIES:VIEW'],
  pauseReplay: ['DELIVERIES:EDIT'],
  resumeReplay: ['DELIVERIES:EDIT'],
  cancelReplay: ['DELIVERIES:EDIT'],

  // Everybody is told who they are; the others are for who signed in, about themselves.
  getSession: [],
  updateSession: [],
  changePassword: [],
  deleteSession: [],
  getStatistics: ['DELIVERIES:VIEW'],
  getWebhooksStatistics: ['WEBHOOKS:VIEW'],
  listIssues: ['DELIVERIES:VIEW'],
  getIssue: ['DELIVERIES:VIEW'],
  getLive: ['DELIVERIES:VIEW'],

  // Everybody sees their own tenant; the feature lets who may view tenants see all.
  listTenants: [],
  getTenant: [],
  createTenant: ['TENANTS:ADD'],
  updateTenant: ['TENANTS:EDIT'],
  deleteTenant: ['TENANTS:REMOVE'],

  listPrincipals: ['PRINCIPALS:VIEW'],
  createPrincipal: ['PRINCIPALS:ADD'],
  getPrincipal: ['PRINCIPALS:VIEW'],
  updatePrincipal: ['PRINCIPALS:EDIT'],
  deletePrincipal: ['PRINCIPALS:REMOVE'],
  rotateClientSecret: ['PRINCIPALS:EDIT'],

  listRoles: ['ROLES:VIEW'],
  createRole: ['ROLES:ADD'],
  getRole: ['ROLES:VIEW'],
  updateRole: ['ROLES:EDIT'],
  deleteRole: ['ROLES:REMOVE'],

  listApiKeys: ['APIKEYS:VIEW'],
  createApiKey: ['APIKEYS:ADD'],
  getApiKey: ['APIKEYS:VIEW'],
  updateApiKey: ['APIKEYS:EDIT'],
  deleteApiKey: ['APIKEYS:REMOVE'],

  listPortalLinks: ['PORTALLINKS:VIEW'],
  createPortalLink: ['PORTALLINKS:ADD'],
  getCurrentPortalLink: [],
  deletePortalLink: ['PORTALLINKS:REMOVE'],

  listAudit: ['AUDIT:VIEW'],

  listNodes: ['SYSTEM:VIEW'],
  listSettings: ['SYSTEM:VIEW'],
  getStorage: ['SYSTEM:VIEW'],

  getNotifications: ['PRINCIPALS:VIEW'],
  sendTestMail: ['PRINCIPALS:VIEW'],
} as const satisfies Readonly<Record<string, readonly Need[]>>;

export type OperationId = keyof typeof permissionsOf;
