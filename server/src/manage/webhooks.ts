// The control plane of webhooks: every dialect creates, changes and deletes them through here.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventId } from '../domain/event.ts';
import { messageTo } from '../domain/express-delivery.ts';
import type { Ids } from '../domain/id.ts';
import { signsWithPairs } from '../domain/message-signing.ts';
import type { Random } from '../domain/random.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import {
  askedNow,
  isAnswered,
  isAsking,
  messageAsked,
  verificationEventType,
  verified,
} from '../domain/verification.ts';
import {
  asOf,
  pausedState,
  withTimeAnew,
  type DisabledReason,
  type Webhook,
  type WebhookId,
  type WireIdSource,
} from '../domain/webhook.ts';
import type { QueuedDelivery, RoutedEvent, Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { makeNewKeyPair } from './key-pairs.ts';
import type { Remember } from './remember.ts';
import { refuseBadSecret, rotated } from './rotate-secret.ts';
import { shownWebhook } from './shown-webhook.ts';
import { refusalOfStore, type LimitsOf } from './refusal-of-store.ts';
import { makeStoredWebhooks } from './stored-webhooks.ts';

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

/**
 * A webhook that is stored as `pending` with a new message is sent that message: it is stored with the change and goes
 * out at once.
 */
export interface Webhooks {
  /**
   * `remember` sees the webhook before it has its wire id. `invalid` at `/policyId` when the tenant has no such webhook
   * policy as it would sign by, and `conflict` when the name is taken (`/name`, `name_taken`) or there are as many
   * webhooks (`all_max`), or active ones (`/state`, `active_max`), as its dialect allows; so are changes.
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
   * disabled to active, resets the breaker, and what becomes active has its whole time before it expires. Answering the
   * very same object changes nothing. `not_found` when the tenant has no such webhook.
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
   * A new signing key, made here unless given; the old ones go on signing for `graceMs` where the scheme can follow a
   * rotation. `invalid` at `/secret` for one that its scheme can't use; `conflict` for a webhook that doesn't sign, that
   * has five keys already, or whose scheme changes while a pair of keys is drawn for it.
   */
  rotateSecret(
    caller: Caller,
    id: WebhookId,
    rotation: { readonly graceMs: number; readonly secret?: Secret },
    terms?: Terms,
  ): Promise<Webhook>;
  /**
   * The receiver has called back for a message: true when the webhook is verified by it, now or since an earlier
   * call; false when another message asks by now, or the webhook is gone. Waits for no delivery. Audited as the system's.
   */
  confirmVerification(tenantId: TenantId, id: WebhookId, messageId: EventId): Promise<boolean>;
  /**
   * An operator vouches for a webhook. A verified one stays as it is; `conflict` where the dialect knows no
   * verification.
   */
  markVerified(caller: Caller, id: WebhookId, terms?: Terms): Promise<Webhook>;
  /**
   * A webhook whose verification is pending gets a fresh message, which alone counts from now on. A verified one stays
   * as it is; `conflict` where the dialect knows no verification.
   */
  renewVerification(caller: Caller, id: WebhookId, terms?: Terms): Promise<Webhook>;
  /**
   * Posthorn's own decision, after long failure or 410 of a URL: a webhook that has another one by now stays as it is.
   * Audited as the system's.
   */
  disable(tenantId: TenantId, id: WebhookId, reason: DisabledReason, url: string): Promise<void>;
  /** Disables it if its time is over; audited as the system's. */
  expire(tenantId: TenantId, id: WebhookId): Promise<void>;
  get(tenantId: TenantId, id: WebhookId): Promise<Webhook>;
}

export type WebhooksParts = {
  readonly store: Pick<Store, 'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'getWebhook'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly emit: Emit;
  /** The engine's: forgets failures and lets the webhook have requests at once. */
  readonly resetBreaker: (id: WebhookId) => Promise<void>;
  /** The engine's: takes fresh deliveries straight from their commit. */
  readonly handOver: (fresh: readonly QueuedDelivery[]) => void;
  readonly limitsOf: LimitsOf;
};

export function makeWebhooks(parts: WebhooksParts): Webhooks {
  const { store, audit, clock, ids, random, emit, limitsOf } = parts;
  const stored = makeStoredWebhooks({ ...parts, send });
  const newKeyPair = makeNewKeyPair(parts);

  return {
    async create(caller, draft, wireId, remember) {
      const now = clock.wall();
      const { tenantId } = caller.principal;
      const id = ids.next('wh');
      const webhook = { ...draft, id, tenantId, wireId: null, createdAt: now, updatedAt: now, version: 1 };
      const message = messageOf(caller, null, webhook);
      const change = {
        audit: audit.by(caller, tenantId, changed('created', null, webhook)),
        idempotency: remember?.(webhook),
      };
      const limits = limitsOf(draft.dialect);
      const created = await store
        .createWebhook(webhook, wireId, change, message, limits && { ...limits, now })
        .catch(refusalOfStore(limits));
      send(message);
      return created;
    },

    update(caller, id, change, ifVersion) {
      return updateBy(caller, id, 'updated', change, { ifVersion });
    },

    async remove(caller, id, ifVersion) {
      const { tenantId } = caller.principal;
      await stored.remove(tenantId, id, ifVersion, (current) => ({
        audit: audit.by(caller, tenantId, changed('deleted', current, null)),
      }));
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
      const pair = await pairFor(await stored.get(caller.principal.tenantId, id, terms?.ifVersion), secret);
      const rotate = (current: Webhook): Webhook => ({
        ...current,
        signing: rotated(current.signing, { graceMs, secret, pair, random, now: clock.wall() }),
      });
      return updateBy(caller, id, 'secret_rotated', rotate, terms);
    },

    async confirmVerification(tenantId, id, messageId) {
      let confirms = false;
      const confirm = (current: Webhook): Webhook => {
        const { verification } = current;
        const answers = isAsking(verification, messageId);
        confirms = answers || isAnswered(verification, messageId);
        return answers ? { ...current, verification: verified(verification, clock.wall()) } : current;
      };
      return unlessGone(async () => {
        await stored.change(tenantId, id, confirm, undefined, (before, after) => ({
          audit: audit.bySystem(tenantId, changed('verified', before, after)),
        }));
        return confirms;
      }, false);
    },

    markVerified(caller, id, terms) {
      const verify = (current: Webhook): Webhook => {
        if (current.verification === null) throw knowsNoVerification(current);
        return current.verification.kind === 'verified'
          ? current
          : { ...current, verification: verified(current.verification, clock.wall()) };
      };
      return applyBy(caller, id, 'verified', verify, terms);
    },

    renewVerification(caller, id, terms) {
      const renew = (current: Webhook): Webhook => {
        if (current.verification === null) throw knowsNoVerification(current);
        return current.verification.kind === 'verified'
          ? current
          : { ...current, verification: askedNow(ids.next('evt'), clock.wall()) };
      };
      return applyBy(caller, id, 'verification_renewed', renew, terms);
    },

    disable(tenantId, id, reason, url) {
      return disableBySystem(tenantId, id, (current) =>
        current.state.kind === 'disabled' || current.endpoint.url !== url
          ? current
          : { ...current, state: { kind: 'disabled', reason, since: clock.wall() } },
      );
    },

    expire(tenantId, id) {
      return disableBySystem(tenantId, id, (current) => asOf(current, clock.wall()));
    },

    get: (tenantId, id) => stored.get(tenantId, id),
  };

  async function disableBySystem(
    tenantId: TenantId,
    id: WebhookId,
    change: (current: Webhook) => Webhook,
  ): Promise<void> {
    let disabled: Webhook['state'] | undefined;
    const disable = (current: Webhook): Webhook => {
      const next = change(current);
      disabled = next === current ? undefined : next.state;
      return next;
    };
    await unlessGone(async () => {
      await stored.change(tenantId, id, disable, undefined, (before, after) => ({
        audit: audit.bySystem(tenantId, changed('disabled', before, after)),
      }));
      if (disabled !== undefined) tellDisabled({ tenantId, id, state: disabled });
    }, undefined);
  }

  function tellDisabled({ tenantId, id, state }: Pick<Webhook, 'tenantId' | 'id' | 'state'>): void {
    if (state.kind === 'disabled')
      emit({ kind: 'webhook.disabled', tenantId, webhookId: id, reason: state.reason });
  }

  /** The next pair of a webhook that signs with pairs: drawn before the webhook is changed, since that takes a while. */
  async function pairFor({ signing }: Webhook, secret: Secret | undefined) {
    if (!signsWithPairs(signing)) return undefined;
    refuseBadSecret(signing, secret);
    const { algorithm } = signing;
    return { algorithm, pair: await newKeyPair(algorithm) };
  }

  /** The message that a change of a webhook sends, from the one who made it. */
  function messageOf(
    { principal }: Caller,
    before: Webhook | null,
    after: Webhook,
  ): ReturnType<typeof messageTo> | undefined {
    const id = messageAsked(before?.verification ?? null, after.verification);
    if (id === undefined) return undefined;
    const message = {
      id,
      deliveryId: ids.next('dlv'),
      purpose: 'verification',
      type: verificationEventType,
      data: noData,
      context: { actor: { id: principal.id, name: principal.name } },
    } as const;
    return messageTo(after, message, clock.now(), clock.wall());
  }

  function send(message: RoutedEvent | undefined): void {
    if (message === undefined) return;
    const { event, deliveries } = message;
    parts.handOver(deliveries.map((delivery) => ({ delivery, event })));
  }

  async function updateBy(
    caller: Caller,
    id: WebhookId,
    verb: string,
    change: (current: Webhook) => Webhook,
    terms?: Terms,
  ): Promise<Webhook> {
    let expires = false;
    const touch = (current: Webhook): Webhook => {
      const now = clock.wall();
      const before = asOf(current, now);
      const next = change(before);
      expires = before !== current && next !== before && next.state === before.state;
      return next === before ? current : { ...withTimeAnew(before, next, now), updatedAt: now };
    };
    const after = await applyBy(caller, id, verb, touch, terms);
    if (expires) tellDisabled(after);
    return after;
  }

  /** A caller's change that leaves `updatedAt` as it is. */
  function applyBy(
    caller: Caller,
    id: WebhookId,
    verb: string,
    change: (current: Webhook) => Webhook,
    terms: Terms = {},
  ): Promise<Webhook> {
    const { tenantId } = caller.principal;
    return stored.change(tenantId, id, change, terms.ifVersion, (before, after) => ({
      audit: audit.by(caller, tenantId, changed(verb, before, after)),
      idempotency: terms.remember?.(after),
      message: messageOf(caller, before, after),
    }));
  }
}

const noData = new TextEncoder().encode('{}');

/** A webhook may be deleted at any time: then there is nothing left to change. */
async function unlessGone<Result>(change: () => Promise<Result>, gone: Result): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return gone;
    throw error;
  }
}

function knowsNoVerification({ dialect }: Webhook): Refusal {
  return new Refusal('conflict', `Webhooks of the dialect ${dialect} need no verification`);
}

function changed(verb: string, before: Webhook | null, after: Webhook | null) {
  return changeOf('webhook', verb, before, after, shownWebhook);
}
