// The control plane of webhook policies: with which keys and claims webhooks are signed as JSON Web Tokens.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import { invalid, notFound, Refusal } from '../domain/refusal.ts';
import type { TenantId } from '../domain/tenant.ts';
import {
  policyProblems,
  withNewKey,
  type JwtAlgorithm,
  type PolicyKey,
  type PolicyKeys,
  type WebhookPolicy,
} from '../domain/webhook-policy.ts';
import type { Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { disabledSince } from './disabled-since.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { makeNewPolicyKey } from './policy-keys.ts';
import type { Remember } from './remember.ts';

export type PolicyDraft = {
  readonly algorithm: JwtAlgorithm;
  /** Blank is none. */
  readonly audience: string | null;
  readonly expiresInMinutes: number | null;
  readonly disabled: boolean;
};

export interface WebhookPolicies {
  /**
   * With a key drawn for it: whoever creates it may show the public one, or the secret shared with receivers. `remember`
   * sees the policy before it has its number.
   */
  create(
    caller: Caller,
    draft: PolicyDraft,
    remember?: Remember<Omit<WebhookPolicy, 'wireId'>>,
  ): Promise<WebhookPolicy>;
  /**
   * Absent members stay as they are. Another algorithm draws a new key and retires the old one: `newKey` then tells that
   * it may be shown once more. `conflict` when that was done too often within a day.
   */
  update(
    caller: Caller,
    id: Id,
    change: Partial<PolicyDraft>,
  ): Promise<{ readonly policy: WebhookPolicy; readonly newKey: boolean }>;
  /** `conflict` while a webhook signs by it. */
  remove(caller: Caller, id: Id): Promise<void>;
  get(tenantId: TenantId, id: Id): Promise<WebhookPolicy>;
}

export type WebhookPoliciesParts = {
  readonly store: Pick<Store, 'createPolicy' | 'updatePolicy' | 'deletePolicy' | 'getPolicy'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
};

const nameBytes = 28;
/** So many public keys fit easily into a document of 64 KiB, which receivers read at most. */
const keysMax = 20;

export function makeWebhookPolicies(parts: WebhookPoliciesParts): WebhookPolicies {
  const { store, audit, clock, ids, random } = parts;
  const newPolicyKey = makeNewPolicyKey(parts);
  const inTurn = oneAtATime();

  return {
    async create(caller, draft, remember) {
      const { tenantId } = caller.principal;
      const claims = claimsOf(draft);
      const key = await newPolicyKey(draft.algorithm);
      const now = clock.wall();
      const policy = {
        id: ids.next('pol'),
        tenantId,
        name: Buffer.from(random.bytes(nameBytes)).toString('hex'),
        algorithm: draft.algorithm,
        ...claims,
        disabledAt: draft.disabled ? now : null,
        keys: [key] as const,
        createdAt: now,
        updatedAt: now,
        version: 1,
      };
      return store.createPolicy(policy, {
        audit: audit.by(caller, tenantId, changed('created', null, policy)),
        idempotency: remember?.(policy),
      });
    },

    async update(caller, id, change) {
      const { tenantId } = caller.principal;
      return inTurn(id, async () => {
        const current = await existing(tenantId, id);
        const { algorithm, disabled } = change;
        const claims = claimsOf({ ...current, ...change });
        const newKey = algorithm !== undefined && algorithm !== current.algorithm;
        const keys = newKey ? rekeyed(current, await newPolicyKey(algorithm)) : current.keys;
        const now = clock.wall();
        const next: WebhookPolicy = {
          ...current,
          ...claims,
          algorithm: algorithm ?? current.algorithm,
          keys,
          disabledAt: disabledSince(current, disabled, now),
        };
        if (isSame(current, next)) return { policy: current, newKey };
        const stored = await store.updatePolicy({ ...next, updatedAt: now }, current.version, {
          audit: audit.by(caller, tenantId, changed('updated', current, next)),
        });
        if (stored !== undefined) return { policy: stored, newKey };
        // Deleted or changed in the meantime: this tells which.
        await existing(tenantId, id);
        throw new Refusal('conflict', 'Another change of this webhook policy came between; try again');
      });
    },

    async remove(caller, id) {
      const { tenantId } = caller.principal;
      const current = await existing(tenantId, id);
      const entry = audit.by(caller, tenantId, changed('deleted', current, null));
      const deleted = await store.deletePolicy(tenantId, id, { audit: entry });
      if (deleted === 'missing') throw notFound('webhook policy');
      if (deleted === 'in_use') throw new Refusal('conflict', 'Webhook policy is used by webhooks');
    },

    get: existing,
  };

  async function existing(tenantId: TenantId, id: Id): Promise<WebhookPolicy> {
    const policy = await store.getPolicy(tenantId, id);
    if (policy === undefined) throw notFound('webhook policy');
    return policy;
  }

  function rekeyed(current: WebhookPolicy, key: PolicyKey): PolicyKeys {
    const keys = withNewKey(current, key, clock.wall());
    if (keys.length <= keysMax) return keys;
    throw new Refusal('conflict', 'This webhook policy got too many keys within a day; try again tomorrow');
  }
}

type Claims = Pick<WebhookPolicy, 'audience' | 'expiresInMinutes'>;

/** Refuses with `invalid` what no token should carry. */
function claimsOf({ audience, expiresInMinutes }: Claims): Claims {
  const [first, ...others] = policyProblems({ audience, expiresInMinutes });
  if (first !== undefined) throw invalid([first, ...others]);
  return { audience: audience?.trim() === '' ? null : audience, expiresInMinutes };
}

function isSame(before: WebhookPolicy, after: WebhookPolicy): boolean {
  return (
    before.keys === after.keys &&
    before.audience === after.audience &&
    before.expiresInMinutes === after.expiresInMinutes &&
    before.disabledAt === after.disabledAt
  );
}

type Shown = Omit<WebhookPolicy, 'wireId'>;

function changed(verb: 'created' | 'updated' | 'deleted', before: Shown | null, after: Shown | null) {
  return changeOf('webhook_policy', verb, before, after, shown);
}

/** Of keys only their ids and algorithms. */
function shown({ name, algorithm, audience, expiresInMinutes, disabledAt, keys }: Shown) {
  return {
    name,
    algorithm,
    audience,
    expiresInMinutes,
    disabled: disabledAt !== null,
    keys: keys.map((key) => ({ kid: key.id, algorithm: key.algorithm })),
  };
}
