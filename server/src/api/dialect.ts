// What a dialect is: routes that answer its clients, a wire format for its receivers, and rules for its deliveries.

import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import type { TestRequest } from '../deliver/test-webhook.ts';
import type { RulesOf } from '../domain/delivery-rules.ts';
import type { CataloguedType } from '../domain/event-type.ts';
import type { MailRules } from '../domain/mail-rules.ts';
import type { Format } from '../domain/outgoing-request.ts';
import type { FieldProblem } from '../domain/refusal.ts';
import type { TargetRules } from '../domain/target.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { WebhookDraft } from '../manage/webhooks.ts';
import type {
  DialectName,
  Endpoint,
  Signing,
  Webhook,
  WebhookLimits,
  WireIdSource,
} from '../domain/webhook.ts';

export interface Dialect {
  readonly name: DialectName;
  /** Registers the dialect's routes, parsers and error rendering in an encapsulated part of the server. */
  routes(app: FastifyInstance): void;
  readonly format: Format;
  readonly rules: RulesOf;
  readonly mail: MailRules;
  readonly catalogue: readonly CataloguedType[];
  readonly settings: DialectSettings;
  /** Absent: a tenant may have as many webhooks of the dialect as it likes. */
  readonly limits?: WebhookLimits;
  /** The request that a person's test sends: the dialect's ping, or a sample event; it is signed like a delivery. */
  readonly testRequest: TestRequest;
  /** Whether the dialect answers questions about a webhook's last exchange, so that it must be kept whole. */
  readonly keepsLastExchange: boolean;
}

/** How the native API creates and shows webhooks of a dialect: what only its own wire knows. */
export interface DialectSettings {
  /** As people call it. */
  readonly title: string;
  /** How its webhooks may sign, the usual way first. */
  readonly signatures: readonly {
    readonly scheme: Signing['scheme'];
    readonly algorithms: readonly string[];
  }[];
  /** Of `dialectSettings` in the native API; a closed object. */
  readonly schema: TSchema;
  readonly wireId: WireIdSource['kind'];
  readonly target: TargetRules;
  readonly timeoutMs: number;
  /** Whether the secret of a new webhook is made here, and must be told; else its caller gives it, if it has one. */
  readonly makesSecret: boolean;
  /** What the given settings mean for a new webhook, or change in an existing one. */
  apply(
    given: Readonly<Record<string, unknown>>,
    current: Webhook | null,
    tenantId: TenantId,
  ): Partial<Pick<Endpoint, 'credentials' | 'tlsVerify'>> & {
    readonly signing?: Signing;
    readonly expiry?: Webhook['expiry'];
    readonly dialectSettings?: Webhook['dialectSettings'];
  };
  /** What follows from the rest of a new or changed webhook, where the dialect derives anything. */
  derive?(webhook: WebhookDraft, before: Webhook | null): Pick<Webhook, 'verification' | 'subscription'>;
  /** The settings as the native API shows them, secrets masked. */
  show(webhook: Webhook): Readonly<Record<string, unknown>>;
  /** Rules of the dialect that a webhook breaks, such as an event type its catalogue lacks. */
  problems(webhook: Pick<Webhook, 'name' | 'subscription'>): readonly FieldProblem[];
}
