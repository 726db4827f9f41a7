// What a dialect may ask of the store: to read. Whatever changes something goes through a feature.

import type { Store } from '../storage/store.ts';

export type {
  Accepted,
  ApiKeyFilter,
  AuditFilter,
  CreatedBetween,
  DeliveryFilter,
  EndedAttempt,
  EventTypeFilter,
  Issue,
  IssueFilter,
  LastExchange,
  ListedDelivery,
  MinuteCounts,
  Page,
  PageRequest,
  Position,
  PrincipalFilter,
  ReplayFilter,
  StoredAnswer,
  TenantQueue,
  WebhookActivity,
  WebhookCounts,
  WebhookCount,
  WebhookFilter,
} from '../storage/store.ts';

export type Reads = Pick<
  Store,
  | 'listEvents'
  | 'getEvent'
  | 'loadEvent'
  | 'listDeliveries'
  | 'getDelivery'
  | 'firstInLine'
  | 'listAttempts'
  | 'listWebhooks'
  | 'getWebhook'
  | 'getWebhookByNumber'
  | 'getWebhookByWireId'
  | 'webhookStatistics'
  | 'tenantStatistics'
  | 'webhooksStatistics'
  | 'webhookActivity'
  | 'webhookTotals'
  | 'healthOf'
  | 'tenantQueue'
  | 'listIssues'
  | 'lastExchanges'
  | 'listAudit'
  | 'sizeBytes'
  | 'backlog'
  | 'holdings'
  | 'countWebhooks'
  | 'getPolicyByNumber'
  | 'getPolicyByName'
  | 'listPolicies'
  | 'getReplay'
  | 'listReplays'
>;
