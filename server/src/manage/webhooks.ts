// The control plane of webhooks: every dialect creates, changes and deletes them through here.

import type { Caller } from '../domain/access.ts';
import type { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { DisabledReason, Signing, Webhook, WebhookId, WireIdSource } from '../domain/webhook.ts';
import type { IdempotencyKey, StoredAnswer } from '../storage/store.ts';

/** A webhook as a dialect has read it from its wire; ids, times, version and wire id are added here. */
export type WebhookDraft = Omit<
  Webhook,
  'id' | 'tenantId' | 'wireId' | 'createdAt' | 'updatedAt' | 'version'
>;

/** The idempotency key of a POST with the answer to keep for it, made from the new webhook. */
export type Remember = (webhook: Webhook) => { readonly key: IdempotencyKey; readonly answer: StoredAnswer };

export interface Webhooks {
  create(caller: Caller, draft: WebhookDraft, wireId: WireIdSource, remember?: Remember): Promise<Webhook>;
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
  pause(caller: Caller, id: WebhookId): Promise<Webhook>;
  resume(caller: Caller, id: WebhookId): Promise<Webhook>;
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

/** A fresh Standard Webhooks secret: `whsec_` and 32 random bytes in base64. */
export type NewSigning = () => Signing;
