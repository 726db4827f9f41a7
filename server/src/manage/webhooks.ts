// The control plane of webhooks: every dialect creates, changes and deletes them through here.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import type { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { DisabledReason, Signing, Webhook, WebhookId, WireIdSource } from '../domain/webhook.ts';
import type { Audit } from './audit.ts';
import type { Remember } from './remember.ts';
import type { Store } from '../storage/store.ts';

/** A webhook as a dialect has read it from its wire; ids, times, version and wire id are added here. */
export type WebhookDraft = Omit<
  Webhook,
  'id' | 'tenantId' | 'wireId' | 'createdAt' | 'updatedAt' | 'version'
>;

export type { Remember };

export interface Webhooks {
  create(
    caller: Caller,
    draft: WebhookDraft,
    wireId: WireIdSource,
    remember?: Remember<Webhook>,
  ): Promise<Webhook>;
  /**
   * Applies `change` to the stored webhook; runs it again on the newer version when another change came between,
   * except where `ifVersion` was given: then it refuses with `precondition_failed`. A changed URL, or a step from
   * disabled to active, resets the breaker. `not_found` when the tenant has no such webhook.
   */
  update(
    caller: Caller,
    id: WebhookId,
    change: (current: Webhook) => Webhook,
    ifVersion?: number,
  ): Promise<Webhook>;
  remove(caller: Caller, id: WebhookId): Promise<void>;
  /** `conflict` when the webhook is disabled. Pausing a paused webhook changes nothing. */
  pause(caller: Caller, id: WebhookId, remember?: Remember<Webhook>): Promise<Webhook>;
  /** From paused or disabled to active. */
  resume(caller: Caller, id: WebhookId, remember?: Remember<Webhook>): Promise<Webhook>;
  /** A new signing key, made here unless given; the old ones go on signing for `graceMs` where the scheme can sign with several. */
  rotateSecret(
    caller: Caller,
    id: WebhookId,
    rotation: { readonly graceMs: number; readonly secret?: Secret },
  ): Promise<Webhook>;
  /** Posthorn's own decision, after long failure, 410 or expiry; audited as the system's. */
  disable(tenantId: TenantId, id: WebhookId, reason: DisabledReason): Promise<void>;
  get(tenantId: TenantId, id: WebhookId): Promise<Webhook>;
}

/** Signing by Standard Webhooks with a fresh secret (`whsec_` and 32 random bytes in base64), or with the one given. */
export type NewSigning = (given?: Secret) => Signing;

export type WebhooksParts = {
  readonly store: Pick<
    Store,
    'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'getWebhook' | 'saveHealth'
  >;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  /** The engine's: forgets failures and lets the webhook have requests at once. */
  readonly resetBreaker: (id: WebhookId) => Promise<void>;
};

export declare function makeWebhooks(parts: WebhooksParts): Webhooks;
