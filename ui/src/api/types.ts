// What the native API answers, derived from the very schemas by which the server makes and checks it.

import type { Static } from 'typebox';
import type { AuditEntryOut } from '../../../server/src/dialects/native/access/audit.ts';
import type {
  Attempt as AttemptSchema,
  CancelledDeliveries as CancelledDeliveriesSchema,
  DeliveryDetail as DeliveryDetailSchema,
  DeliverySummary as DeliverySummarySchema,
  RetriedDeliveries as RetriedDeliveriesSchema,
  TestAttempt as TestAttemptSchema,
} from '../../../server/src/dialects/native/deliveries/schemas.ts';
import type {
  Accepted as AcceptedSchema,
  EventDetail as EventDetailSchema,
  EventSummary as EventSummarySchema,
  ReplayedEventOut,
  RoutedWebhook as RoutedWebhookSchema,
} from '../../../server/src/dialects/native/events/schemas.ts';
import type { FilterCheck as FilterCheckSchema } from '../../../server/src/dialects/native/filters/schemas.ts';
import type { DialectOut } from '../../../server/src/dialects/native/dialects.ts';
import type { UrlCheck as UrlCheckSchema } from '../../../server/src/dialects/native/url-checks/routes.ts';
import type {
  WebhookPolicyOut,
  WebhookPolicyWithSecret as WebhookPolicyWithSecretSchema,
} from '../../../server/src/dialects/native/webhook-policies.ts';
import type { LastExchangeOut } from '../../../server/src/dialects/native/webhooks/last-exchange-routes.ts';
import type {
  Statistics,
  WebhooksStatistics as WebhooksStatisticsSchema,
} from '../../../server/src/dialects/native/statistics/routes.ts';
import type {
  ReplayCount as ReplayCountSchema,
  ReplayOut,
} from '../../../server/src/dialects/native/replays/schemas.ts';
import type {
  WebhookOut,
  WebhookWithSecret as WebhookWithSecretSchema,
} from '../../../server/src/dialects/native/webhooks/schemas.ts';

export type { WebhookIn, WebhookPatch } from '../../../server/src/dialects/native/webhooks/schemas.ts';

export type Page<T> = {
  readonly data: readonly T[];
  readonly next: string | null;
  readonly previous: string | null;
};

export type Webhook = Static<typeof WebhookOut>;
export type WebhookWithSecret = Static<typeof WebhookWithSecretSchema>;
export type WebhookStatistics = Static<typeof Statistics>;
export type WebhooksStatistics = Static<typeof WebhooksStatisticsSchema>;
export type LastExchange = Static<typeof LastExchangeOut>;
export type WebhookPolicy = Static<typeof WebhookPolicyOut>;
export type WebhookPolicyWithSecret = Static<typeof WebhookPolicyWithSecretSchema>;
export type Dialect = Static<typeof DialectOut>;
export type UrlCheck = Static<typeof UrlCheckSchema>;
export type FilterCheck = Static<typeof FilterCheckSchema>;
export type AuditEntry = Static<typeof AuditEntryOut>;

export type Attempt = Static<typeof AttemptSchema>;
export type TestAttempt = Static<typeof TestAttemptSchema>;
export type DeliverySummary = Static<typeof DeliverySummarySchema>;
export type DeliveryDetail = Omit<Static<typeof DeliveryDetailSchema>, 'attempts'> & {
  readonly attempts: readonly Attempt[];
};
export type Waiting = NonNullable<DeliverySummary['waiting']>;
export type DeliveryState = DeliverySummary['state'];

export type EventSummary = Static<typeof EventSummarySchema>;
export type RoutedWebhook = Static<typeof RoutedWebhookSchema>;
export type EventDetail = Omit<Static<typeof EventDetailSchema>, 'routing'> & {
  readonly routing: { readonly decidedAt: string; readonly webhooks: readonly RoutedWebhook[] };
};
export type Accepted = Static<typeof AcceptedSchema>;

export type CancelledDeliveries = Static<typeof CancelledDeliveriesSchema>;
export type RetriedDeliveries = Static<typeof RetriedDeliveriesSchema>;
export type ReplayedEvent = Static<typeof ReplayedEventOut>;
export type ReplayCount = Static<typeof ReplayCountSchema>;
export type Replay = Static<typeof ReplayOut>;
