// The control plane of webhooks: every dialect creates, changes and deletes them through here.

import type { Caller } from '../domain/access.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import { invalid, notFound, Refusal } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import {
  pausedState,
  type DisabledReason,
  type Signing,
  type Webhook,
  type WebhookId,
  type WireIdSource,
} from '../domain/webhook.ts';
import { PolicyMissing } from '../storage/port/store-errors.ts';
import type { Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import type { Remember } from './remember.ts';
import { rotated } from './rotate-secret.ts';
import { secretProblem } from './secrets.ts';
import { shownWebhook } from './shown-webhook.ts';

/** A webhook as a dialect has read it from its wire; ids, times, version and wire id are added here. */
export type WebhookDraft = Omit<
  Webhook,
  'id' | 'tenantId' | 'wireId' | 'createdAt' | 'updatedAt' | 'version'
>;

/** What a change may come with. */
export type Terms = {
  /** Only this version is changed; refuses with `precondition_failed` when the webhook has another by now. */
  readonly ifVersion?: number | undefined;
  readonly remember?: Remember<Webhook> | undefined;
};

export interface Webhooks {
  /**
   * `remember` sees the webhook before it has its wire id. `invalid` at `/policyId` when the tenant has no such webhook
   * policy as it would sign by; so are changes.
   */
  create(
    caller: Caller,
    draft: WebhookDraft,
    wireId: WireIdSource,
    remember?: Remember<Webhook>,
  ): Promise<Webhook>;
  /**
   * Applies `change` to the stored webhook; runs it again on the newer version when another change came between,
   * except where `ifVersion` was given: then it refuses with `precondition_failed`. A changed URL, or a step from
   * disabled to active, resets the breaker. Answering the very same object changes nothing. `not_found` when the
   * tenant has no such webhook.
   */
  update(
    caller: Caller,
    id: WebhookId,
    change: (current: Webhook) => Webhook,
    ifVersion?: number,
  ): Promise<Webhook>;
  remove(caller: Caller, id: WebhookId, ifVersion?: number): Promise<void>;
  /** `conflict` when the webhook is disabled. Pausing a paused webhook changes nothing. */
  pause(caller: Caller, id: WebhookId, terms?: Terms): Promise<Webhook>;
  /** From paused or disabled to active. */
  resume(caller: Caller, id: WebhookId, terms?: Terms): Promise<Webhook>;
  /**
   * A new signing key, made here unless given; the old ones go on signing for `graceMs` where the scheme can sign with
   * several. `conflict` for a webhook that doesn't sign, or that signs with five keys already.
   */
  rotateSecret(
    caller: Caller,
    id: WebhookId,
    rotation: { readonly graceMs: number; readonly secret?: Secret },
    terms?: Terms,
  ): Promise<Webhook>;
  /** Posthorn's own decision, after long failure, 410 or expiry; audited as the system's. */
  disable(tenantId: TenantId, id: WebhookId, reason: DisabledReason): Promise<void>;
  get(tenantId: TenantId, id: WebhookId): Promise<Webhook>;
}

/** Signing by Standard Webhooks with a fresh secret (`whsec_` and 32 random bytes in base64), or with the one given. */
export type NewSigning = (given?: Secret) => Signing;

export type WebhooksParts = {
  readonly store: Pick<Store, 'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'getWebhook'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly emit: Emit;
  /** The engine's: forgets failures and lets the webhook have requests at once. */
  readonly resetBreaker: (id: WebhookId) => Promise<void>;
};

/** So many changes in a row by others are a fight that one more try won't win. */
const roundsMax = 20;

export function makeWebhooks(parts: WebhooksParts): Webhooks {
  const { store, audit, clock, ids, random, emit, resetBreaker } = parts;

  return {
    async create(caller, draft, wireId, remember) {
      const now = clock.wall();
      const { tenantId } = caller.principal;
      const id = ids.next('wh');
      const webhook = { ...draft, id, tenantId, wireId: null, createdAt: now, updatedAt: now, version: 1 };
      const accompanied = {
        audit: audit.by(caller, tenantId, changed('created', null, webhook)),
        idempotency: remember?.(webhook),
      };
      return store.createWebhook(webhook, wireId, accompanied).catch(refuseMissingPolicy);
    },

    update(caller, id, change, ifVersion) {
      return updateBy(caller, id, 'updated', change, { ifVersion });
    },

    async remove(caller, id, ifVersion) {
      const { tenantId } = caller.principal;
      const current = await existing(tenantId, id, ifVersion);
      const entry = audit.by(caller, tenantId, changed('deleted', current, null));
      const deleted = await store.deleteWebhook(tenantId, id, clock.now(), { audit: entry }, ifVersion);
      if (deleted) return;
      // Deleted or changed in the meantime: this tells which.
      await existing(tenantId, id);
      throw changedBefore();
    },

    pause(caller, id, terms) {
      const pause = (current: Webhook): Webhook => {
        const state = pausedState(current.state, clock.wall());
        return state === current.state ? current : { ...current, state };
      };
      return updateBy(caller, id, 'paused', pause, terms);
    },

    resume(caller, id, terms) {
      const resume = (current: Webhook): Webhook =>
        current.state.kind === 'active' ? current : { ...current, state: { kind: 'active' } };
      return updateBy(caller, id, 'resumed', resume, terms);
    },

    async rotateSecret(caller, id, { graceMs, secret }, terms) {
      const rotate = (current: Webhook): Webhook => {
        if (secret !== undefined && current.signing.scheme === 'standard-webhooks') refuseBadSecret(secret);
        const signing = rotated(current.signing, { graceMs, secret, random, now: clock.wall() });
        return { ...current, signing };
      };
      return updateBy(caller, id, 'secret_rotated', rotate, terms);
    },

    async disable(tenantId, id, reason) {
      let changes = false;
      const disable = (current: Webhook): Webhook => {
        changes = current.state.kind !== 'disabled';
        return changes ? { ...current, state: { kind: 'disabled', reason, since: clock.wall() } } : current;
      };
      try {
        await apply(tenantId, id, disable, {}, (before, after) => ({
          audit: audit.bySystem(tenantId, changed('disabled', before, after)),
        }));
        if (changes) emit({ kind: 'webhook.disabled', tenantId, webhookId: id, reason });
      } catch (error) {
        // Deleted in the meantime: then there is nothing left to disable.
        if (!(error instanceof Refusal && error.code === 'not_found')) throw error;
      }
    },

    get: (tenantId, id) => existing(tenantId, id),
  };

  function updateBy(
    caller: Caller,
    id: WebhookId,
    verb: string,
    change: (current: Webhook) => Webhook,
    terms: Terms = {},
  ): Promise<Webhook> {
    const { tenantId } = caller.principal;
    const touch = (current: Webhook): Webhook => {
      const next = change(current);
      return next === current ? current : { ...next, updatedAt: clock.wall() };
    };
    return apply(tenantId, id, touch, terms, (before, after) => ({
      audit: audit.by(caller, tenantId, changed(verb, before, after)),
      idempotency: terms.remember?.(after),
    }));
  }

  async function apply(
    tenantId: TenantId,
    id: WebhookId,
    change: (current: Webhook) => Webhook,
    { ifVersion }: Terms,
    accompany: (
      before: Webhook,
      after: Webhook,
    ) => { audit: AuditEntry; idempotency?: ReturnType<Remember<Webhook>> | undefined },
  ): Promise<Webhook> {
    for (let round = 0; round < roundsMax; round++) {
      const current = await existing(tenantId, id, ifVersion);
      const next = change(current);
      if (next === current) return current;
      const after = { ...next, version: current.version + 1 };
      const stored = await store
        .updateWebhook(after, current.version, accompany(current, after))
        .catch(refuseMissingPolicy);
      if (stored === undefined) continue;
      if (startsAnew(current, stored)) await resetBreaker(id);
      return stored;
    }
    throw new Refusal('conflict', 'Others keep changing this webhook; try again');
  }

  async function existing(tenantId: TenantId, id: WebhookId, ifVersion?: number): Promise<Webhook> {
    const webhook = await store.getWebhook(tenantId, id);
    if (webhook === undefined) throw notFound('webhook');
    if (ifVersion !== undefined && webhook.version !== ifVersion) throw changedBefore();
    return webhook;
  }
}

/** Whether what is known about the old endpoint says nothing about the new one. */
function startsAnew(before: Webhook, after: Webhook): boolean {
  if (before.endpoint.url !== after.endpoint.url) return true;
  return before.state.kind === 'disabled' && after.state.kind === 'active';
}

function refuseBadSecret(secret: Secret): void {
  const problem = secretProblem(secret.reveal());
  if (problem !== undefined) throw invalid([{ pointer: '/secret', ...problem }]);
}

function refuseMissingPolicy(error: unknown): never {
  if (!(error instanceof PolicyMissing)) throw error;
  throw invalid([
    { pointer: '/policyId', rule: 'unknown_policy', message: 'There is no such webhook policy' },
  ]);
}

function changedBefore(): Refusal {
  return new Refusal(
    'precondition_failed',
    'The webhook was changed in the meantime; get it again and repeat',
  );
}

function changed(verb: string, before: Webhook | null, after: Webhook | null) {
  return changeOf('webhook', verb, before, after, shownWebhook);
}
