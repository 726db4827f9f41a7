// What the native dialect is made of: functions of the features, each asked for by what it does.

import type { Authenticate, AuthenticateAgain, ProvePassword } from '../../api/authenticate.ts';
import type { Cursors } from '../../api/cursor.ts';
import type { Dialect } from '../../api/dialect.ts';
import type { Once } from '../../api/idempotency.ts';
import type { Reads } from '../../api/reads.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ShownSetting } from '../../domain/shown-setting.ts';
import type { Emit } from '../../domain/signal.ts';
import type { JudgeTarget } from '../../domain/target.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { WaitsFor } from '../../domain/waiting.ts';
import type { PolicyOf } from '../../domain/webhook-policy.ts';
import type { DeliveryProfile, DialectName, Webhook, WebhookId } from '../../domain/webhook.ts';
import type { WebhookHealth } from '../../domain/webhook-health.ts';
import type { CheckUrl } from '../../deliver/check-url.ts';
import type { Cancel } from '../../deliver/cancel.ts';
import type { Many } from '../../deliver/many.ts';
import type { Redeliver } from '../../deliver/redeliver.ts';
import type { ReplayEvent } from '../../deliver/replay-event.ts';
import type { Retry } from '../../deliver/retry.ts';
import type { TestWebhook } from '../../deliver/test-webhook.ts';
import type { ListNodes } from '../../maintain/nodes.ts';
import type { AddressOf, AdministratorsOf } from '../../manage/administrators.ts';
import type { ApiKeys } from '../../manage/api-keys.ts';
import type { Clients } from '../../manage/clients.ts';
import type { EventTypes } from '../../manage/event-types.ts';
import type { KeyRegistry } from '../../manage/key-registry.ts';
import type { ChosenSigning } from '../../manage/new-signing.ts';
import type { PortalLinks } from '../../manage/portal-links.ts';
import type { Principals } from '../../manage/principals.ts';
import type { Replays } from '../../manage/replays.ts';
import type { Roles } from '../../manage/roles.ts';
import type { Sessions } from '../../manage/sessions.ts';
import type { Tenants } from '../../manage/tenants.ts';
import type { Users } from '../../manage/users.ts';
import type { WebhookPolicies } from '../../manage/webhook-policies.ts';
import type { Webhooks } from '../../manage/webhooks.ts';
import type { Live } from '../../observe/live/live.ts';
import type { SendTestMail } from '../../observe/mail/test-mail.ts';
import type { Publish } from '../../publish/publish.ts';

export type NativeParts = {
  readonly store: Reads;
  readonly publish: Publish;
  readonly webhooks: Webhooks;
  readonly policies: WebhookPolicies;
  readonly newSigning: ChosenSigning;
  readonly judgeTarget: JudgeTarget;
  readonly testWebhook: TestWebhook;
  readonly checkUrl: CheckUrl;
  readonly redeliver: Redeliver;
  readonly cancel: Cancel;
  readonly retry: Retry;
  readonly many: Many;
  readonly replayEvent: ReplayEvent;
  readonly replays: Replays;
  readonly health: (id: WebhookId) => WebhookHealth;
  readonly policyOf: PolicyOf;
  /** The webhook as it is now: a question to memory. */
  readonly webhookOf: (tenantId: TenantId, id: WebhookId) => Webhook | undefined;
  readonly publicKeys: KeyRegistry['publicKeys'];
  /** What may hold back a webhook's deliveries: a question to memory. */
  readonly waitsFor: (id: WebhookId) => WaitsFor;
  readonly nodes: ListNodes;
  readonly live: Pick<Live, 'watch'>;
  readonly configuration: () => readonly ShownSetting[];
  readonly database: 'sqlite' | 'postgres';
  readonly retentionDays: number;
  /** Null without a mail server. */
  readonly mail: {
    /** Host and port. */
    readonly server: string;
    readonly from: string;
    readonly sendTest: SendTestMail;
  } | null;
  readonly administratorsOf: AdministratorsOf;
  readonly addressOf: AddressOf;
  readonly eventTypes: EventTypes;
  readonly tenants: Tenants;
  readonly principals: Principals;
  readonly users: Users;
  readonly clients: Clients;
  readonly roles: Roles;
  readonly apiKeys: ApiKeys;
  readonly sessions: Sessions;
  readonly authenticateOrSession: (cookie: string) => Authenticate;
  readonly authenticateAgain: (cookie: string) => AuthenticateAgain;
  readonly provePassword: ProvePassword;
  readonly portalLinks: PortalLinks;
  readonly once: Once;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The dialects beside this one: what their webhooks look like here, and their catalogues. */
  readonly others: readonly OtherDialect[];
  readonly version: string;
  /** Where people reach Posthorn; the scheme is known from the start. */
  readonly publicUrl: () => string;
  /** The longest `data` of an event that is accepted. */
  readonly dataBytesMax: number;
  /** The profile of a new webhook of another dialect that names none. */
  readonly profile: DeliveryProfile;
};

export type OtherDialect = Pick<
  Dialect,
  'name' | 'settings' | 'format' | 'rules' | 'catalogue' | 'mail' | 'limits'
>;

/** What the native API knows of every dialect, its own included. */
export type DialectsByName = ReadonlyMap<DialectName, OtherDialect>;
