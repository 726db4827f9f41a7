// The tables as the shared queries see them. Instants are whole milliseconds, structures are JSON text, bytes are BLOBs.

import type { Generated } from 'kysely';
import type { Principal, RegisteredPrincipal } from '../domain/access.ts';
import type { DeliveryPurpose, DeliveryStateKind } from '../domain/delivery.ts';
import type { OutcomeKind } from '../domain/outcome.ts';
import type { ReplayState } from '../domain/replay.ts';
import type { DialectName, DisabledReason, WebhookState } from '../domain/webhook.ts';

export type Schema = {
  meta: MetaRow;
  tenants: TenantRow;
  principals: PrincipalRow;
  roles: RoleRow;
  api_keys: ApiKeyRow;
  ended_sessions: EndedSessionRow;
  portal_links: PortalLinkRow;
  webhooks: WebhookRow;
  webhook_policies: PolicyRow;
  webhook_health: HealthRow;
  sequences: SequenceRow;
  event_types: EventTypeRow;
  routings: RoutingRow;
  events: EventRow;
  deliveries: DeliveryRow;
  attempts: AttemptRow & { n: Generated<number> };
  last_exchanges: LastExchangeRow;
  statistics: StatisticsRow;
  idempotency_keys: IdempotencyRow;
  audit: AuditRow & { n: Generated<number> };
  replays: ReplayRow;
  replay_parts: ReplayPartRow;
};

export type MetaRow = { key: string; value: string };

export type TenantRow = {
  id: string;
  uuid: string;
  name: string;
  created_at: number;
  updated_at: number;
  /** A deleted tenant stays as a tombstone: it hides and then clears away what it owned. */
  deleted_at: number | null;
};

export type PrincipalRow = {
  id: string;
  tenant_id: string;
  kind: RegisteredPrincipal['kind'];
  display_name: string;
  role_id: string;
  /** Of a user; null for a client. */
  username: string | null;
  /** In lower case: unique per installation. */
  username_key: string | null;
  email: string | null;
  password_hash: string | null;
  /** Of a client; null for a user. */
  client_id: string | null;
  secret_hash: string | null;
  disabled_at: number | null;
  created_at: number;
  updated_at: number;
};

export type RoleRow = {
  id: string;
  tenant_id: string;
  name: string;
  permissions: string;
  created_at: number;
  updated_at: number;
};

export type ApiKeyRow = {
  id: string;
  tenant_id: string;
  name: string;
  permissions: string;
  hash: string;
  prefix: string;
  expires_at: number | null;
  created_at: number;
  created_by: string;
};

export type EndedSessionRow = {
  id: string;
  /** When the session would have ended anyhow. */
  expires_at: number;
};

export type PortalLinkRow = {
  id: string;
  tenant_id: string;
  permissions: string;
  hash: string;
  theme: string;
  expires_at: number;
  created_at: number;
  created_by: string;
};

export type WebhookRow = {
  id: string;
  tenant_id: string;
  dialect: DialectName;
  wire_number: number | null;
  wire_text: string | null;
  state: WebhookState['kind'];
  state_reason: DisabledReason | null;
  state_since: number | null;
  created_at: number;
  updated_at: number;
  version: number;
  /** All the rest, without secrets. */
  definition: string;
  /** Sealed: the password towards the receiver. */
  password: string | null;
  /** A JSON list of signing keys whose secrets are sealed. */
  signing_keys: string;
  /** The name in lower case, by which it is taken where names must differ. */
  name_key: string;
  /** Of the definition's expiry, so that what is active can be counted. */
  expires_at: number | null;
  /** The policy that it signs by; the reference keeps the policy from being deleted. */
  policy_id: string | null;
};

export type PolicyRow = {
  id: string;
  tenant_id: string;
  wire_number: number;
  name: string;
  algorithm: string;
  audience: string | null;
  expires_in_minutes: number | null;
  disabled_at: number | null;
  created_at: number;
  updated_at: number;
  version: number;
  /** A JSON list of keys whose secrets are sealed. */
  keys: string;
};

export type HealthRow = { webhook_id: string; health: string };
export type SequenceRow = { name: string; value: number };

export type EventTypeRow = {
  id: string;
  tenant_id: string;
  name: string;
  description: string;
  type_group: string | null;
  schemas: string;
  examples: string;
  archived_at: number | null;
  created_at: number;
  updated_at: number;
};

export type RoutingRow = {
  id: string;
  tenant_id: string;
  decided_at: number;
  /** Within the hour: when an event was last stored under it. */
  used_at: number;
  decision: string;
};

export type EventRow = {
  id: string;
  tenant_id: string;
  type: string;
  occurred_at: number;
  accepted_at: number;
  context: string;
  routing_id: string;
  /** Of the webhooks whose filter decides, those that take it, as JSON; null where there are none. */
  taken_by: string | null;
  /** How many deliveries it was owed when it was accepted. */
  deliveries: number;
  publisher_source: string | null;
  publisher_id: string | null;
  body_hash: string | null;
  data: Uint8Array;
};

/** What a delivery needs of its event: not who else was owed it, who may be thousands. */
export type DeliveredEventRow = Omit<EventRow, 'taken_by'>;

export type DeliveryRow = {
  id: string;
  tenant_id: string;
  webhook_id: string;
  event_id: string;
  event_type: string;
  purpose: DeliveryPurpose;
  attempts: number;
  state: DeliveryStateKind;
  due_at: number | null;
  settled_at: number | null;
  reason: string | null;
  created_at: number;
  redelivery_of: string | null;
  /** Null where it waits for no other. */
  ordering_key: string | null;
  /** Where it stands among those with its ordering key; the first that waits is the one that is due. */
  position: number | null;
  /** 1 once a person had the event delivered to the webhook again. */
  redelivered: number;
  last_outcome: OutcomeKind | null;
  last_status: number | null;
  last_error: string | null;
  last_attempt_at: number | null;
};

export type AttemptRow = {
  id: string;
  delivery_id: string;
  number: number;
  started_at: number;
  duration_ms: number;
  outcome: OutcomeKind;
  status: number | null;
  retry_after_ms: number | null;
  error: string | null;
  error_detail: string | null;
  method: string;
  url: string;
  request_headers: string;
  timing: string;
  /** All response columns are null when there was none. */
  response_status: number | null;
  response_reason: string | null;
  response_headers: string | null;
  response_length: number | null;
  response_sha256: string | null;
  response_truncated: number | null;
  response_body: Uint8Array | null;
};

export type LastExchangeRow = {
  webhook_id: string;
  event_type: string;
  outcome: OutcomeKind;
  tenant_id: string;
  attempt_number: number;
  /** The attempt's row without the response's body. */
  attempt: string;
  response_body: Uint8Array | null;
  request_body: Uint8Array;
};

export type StatisticsRow = {
  webhook_id: string;
  minute: number;
  event_type: string;
  successes: number;
  failures: number;
  errors: number;
  latency_0: number;
  latency_1: number;
  latency_2: number;
  latency_3: number;
  latency_4: number;
  latency_5: number;
  latency_6: number;
  latency_7: number;
  latency_8: number;
  latency_9: number;
  latency_10: number;
  latency_11: number;
};

export type IdempotencyRow = {
  tenant_id: string;
  route: string;
  key: string;
  body_hash: string;
  expires_at: number;
  /** What a repetition is told: a stored answer, or what a publish accepted. */
  kind: 'answer' | 'accepted';
  answer: string;
};

export type AuditRow = {
  id: string;
  tenant_id: string;
  at: number;
  actor_kind: Principal['kind'];
  actor_id: string;
  actor_name: string;
  address: string | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  before: string;
  after: string;
  /** SHA-256 of the previous entry's hash and this entry's content, in hex. */
  hash: string;
};

export type ReplayRow = {
  id: string;
  tenant_id: string;
  /** Of the plan; null where it takes every webhook. */
  webhook_id: string | null;
  plan: string;
  state: ReplayState['kind'];
  state_at: number;
  state_by: string | null;
  counted: number;
  counted_exactly: number;
  made: number;
  skipped: number;
  created_at: number;
  created_by: string;
};

/** There as long as it has something left to do. */
export type ReplayPartRow = {
  replay_id: string;
  webhook_id: string;
  tenant_id: string;
  cursor_at: number | null;
  cursor_id: string | null;
  steps: number;
  /** Null when unknown. */
  counted: number | null;
  made: number;
};
