// What may be relied on about webhook policies, and the webhooks that sign by them.

import { describe, expect, test } from 'vitest';
import type { Webhook } from '../../domain/webhook.ts';
import type { WebhookPolicy } from '../../domain/webhook-policy.ts';
import { PolicyMissing, type PolicyFilter, type PolicyListener, type Store } from '../store.ts';
import { aChange, aPolicy, aTenant, aWebhook, first, newId, newTenant, now, tenantId } from './given.ts';
import { idsByPages } from './paging.ts';

export function policiesContract(store: () => Store): void {
  function created(more: Partial<WebhookPolicy> = {}): Promise<WebhookPolicy> {
    return store().createPolicy(aPolicy(more), aChange());
  }

  function linked(policyId: string, more: Partial<Webhook> = {}): Promise<Webhook> {
    return store().createWebhook(signingBy(policyId, more), { kind: 'none' }, aChange());
  }

  function signingBy(policyId: string, more: Partial<Webhook> = {}): Webhook {
    return aWebhook({ signing: { scheme: 'jwt', policyId }, ...more });
  }

  function remove(id: string): ReturnType<Store['deletePolicy']> {
    return store().deletePolicy(tenantId, id, aChange());
  }

  describe('a webhook policy', () => {
    test('comes back as it was, by id, number and name, private keys included', async () => {
      const policy = aPolicy();
      const stored = await store().createPolicy(policy, aChange());
      expect(stored).toEqual({ ...policy, wireId: stored.wireId });
      expect(await store().getPolicy(tenantId, policy.id)).toEqual(stored);
      expect(await store().getPolicyByNumber(tenantId, stored.wireId)).toEqual(stored);
      const byName = (await store().getPolicyByName(policy.name))!;
      expect(byName).toEqual(stored);
      expect(byName.keys.map(({ secret }) => secret.reveal())).toEqual(['private key', '']);
    });

    test('may have neither audience nor expiry, and be disabled', async () => {
      const bare = { audience: null, expiresInMinutes: null, disabledAt: now };
      const { id } = await created(bare);
      expect(await store().getPolicy(tenantId, id)).toMatchObject(bare);
    });

    test('has a number that ascends in the installation and is never used again', async () => {
      const one = await created();
      expect(await remove(one.id)).toBe('deleted');
      const others = await Promise.all(Array.from({ length: 10 }, () => created({ tenantId: newId('tnt') })));
      expect(others.map(({ wireId }) => wireId - one.wireId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });

    test("is another tenant's for no one but by its name", async () => {
      const policy = await created();
      const other = newId('tnt');
      expect(await store().getPolicy(other, policy.id)).toBeUndefined();
      expect(await store().getPolicyByNumber(other, policy.wireId)).toBeUndefined();
      expect(await store().updatePolicy({ ...policy, tenantId: other }, 1, aChange())).toBeUndefined();
      expect(await store().deletePolicy(other, policy.id, aChange())).toBe('missing');
      expect((await store().listPolicies(other, {}, first)).rows).toEqual([]);
      expect(await store().getPolicyByName(policy.name)).toEqual(policy);
    });

    test('is changed under the next version; name, number and creation stay', async () => {
      const policy = await created();
      const change = { ...policy, audience: 'others', disabledAt: now + 1, updatedAt: now + 1 };
      const forged = { ...change, name: 'forged', wireId: 0, createdAt: 0 };
      expect(await store().updatePolicy(forged, 1, aChange())).toEqual({ ...change, version: 2 });
      expect(await store().getPolicy(tenantId, policy.id)).toEqual({ ...change, version: 2 });
    });

    test('of two changes of one version the second is told that it came late', async () => {
      const policy = await created();
      const results = await Promise.all([
        store().updatePolicy({ ...policy, audience: 'a' }, 1, aChange()),
        store().updatePolicy({ ...policy, audience: 'b' }, 1, aChange()),
      ]);
      expect(results).toEqual([expect.objectContaining({ audience: 'a', version: 2 }), undefined]);
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(2);
    });

    test('is gone for every query once it is deleted', async () => {
      const policy = await created();
      expect(await remove(policy.id)).toBe('deleted');
      expect(await remove(policy.id)).toBe('missing');
      expect(await store().getPolicy(tenantId, policy.id)).toBeUndefined();
      expect(await store().getPolicyByName(policy.name)).toBeUndefined();
      expect(await store().updatePolicy(policy, 1, aChange())).toBeUndefined();
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(2);
    });

    test('is listed oldest first, page by page in both directions', async () => {
      const ids = [];
      for (const createdAt of [now, now + 1, now + 1, now + 2, now + 3]) {
        ids.push((await created({ createdAt })).id);
      }
      expect(
        await idsByPages(
          (page) => store().listPolicies(tenantId, {}, page),
          ({ id }) => id,
        ),
      ).toEqual(ids);
    });

    test('is found by state and time of creation', async () => {
      const a = await created();
      const b = await created({ createdAt: now + 1, disabledAt: now + 5 });
      const idsOf = async (filter: PolicyFilter) =>
        (await store().listPolicies(tenantId, filter, first)).rows.map(({ id }) => id);
      expect(await idsOf({ state: 'active' })).toEqual([a.id]);
      expect(await idsOf({ state: 'disabled' })).toEqual([b.id]);
      expect(await idsOf({ createdFrom: now + 1 })).toEqual([b.id]);
      expect(await idsOf({ createdTo: now + 1 })).toEqual([a.id]);
    });

    test('is one of all, whose batches have each of them once', async () => {
      const own = await Promise.all(Array.from({ length: 510 }, () => created()));
      const seen: string[] = [];
      for await (const batch of store().allPolicies()) seen.push(...batch.map(({ id }) => id));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(own.map(({ id }) => id)));
    });

    test('tells its listeners of each committed change before its promise resolves, until they leave', async () => {
      const told: Parameters<PolicyListener>[0][] = [];
      const leave = store().onPolicyChange((change) => told.push(change));
      const policy = await created();
      expect(told).toEqual([{ id: policy.id, tenantId, policy }]);
      const updated = await store().updatePolicy({ ...policy, audience: 'new' }, 1, aChange());
      expect(told.at(-1)).toEqual({ id: policy.id, tenantId, policy: updated });
      await store().updatePolicy(policy, 1, aChange());
      expect(told).toHaveLength(2);
      await remove(policy.id);
      expect(told.at(-1)).toEqual({ id: policy.id, tenantId, policy: null });
      leave();
      await created();
      expect(told).toHaveLength(3);
    });

    test('goes with its tenant, and so do the webhooks that sign by it', async () => {
      await store().createTenant(aTenant({ id: tenantId }), aChange());
      const policy = await created();
      const webhook = await linked(policy.id);
      const told: unknown[] = [];
      const leave = store().onPolicyChange((change) => told.push(change));
      expect(await store().deleteTenant(tenantId, now, aChange())).toBe(true);
      leave();
      expect(told).toEqual([{ id: policy.id, tenantId, policy: null }]);
      expect(await store().getPolicyByName(policy.name)).toBeUndefined();
      expect(await store().getWebhook(tenantId, webhook.id)).toBeUndefined();
    });
  });

  describe('a webhook that signs by a policy', () => {
    test('comes back as it was', async () => {
      const { id } = await created();
      const webhook = await linked(id);
      expect(webhook.signing).toEqual({ scheme: 'jwt', policyId: id });
      expect(await store().getWebhook(tenantId, webhook.id)).toEqual(webhook);
    });

    test('keeps the policy from being deleted until it signs otherwise or is gone', async () => {
      const policy = await created();
      const [one, other] = [await linked(policy.id), await linked(policy.id)];
      expect(await remove(policy.id)).toBe('in_use');
      await store().updateWebhook({ ...one, signing: { scheme: 'none' } }, 1, aChange());
      expect(await remove(policy.id)).toBe('in_use');
      await store().deleteWebhook(tenantId, other.id, now, aChange());
      expect(await remove(policy.id)).toBe('deleted');
    });

    test('needs one that is there, and its own tenant’s; else nothing is changed', async () => {
      const webhook = await store().createWebhook(aWebhook(), { kind: 'none' }, aChange());
      const gone = await created();
      await remove(gone.id);
      const own = tenantId;
      newTenant();
      const foreign = await created();
      for (const { id } of [gone, foreign]) {
        const create = store().createWebhook(signingBy(id, { tenantId: own }), { kind: 'none' }, aChange());
        await expect(create).rejects.toBeInstanceOf(PolicyMissing);
        const update = store().updateWebhook(signingBy(id, webhookKey(webhook)), 1, aChange());
        await expect(update).rejects.toBeInstanceOf(PolicyMissing);
      }
      expect(await store().getWebhook(own, webhook.id)).toEqual(webhook);
      expect((await store().listWebhooks(own, {}, first)).rows).toHaveLength(1);
      expect((await store().listAudit(own, {}, first)).rows).toHaveLength(3);
    });

    test('and was changed meanwhile tells a late change so, whatever became of the policy', async () => {
      const policy = await created();
      const webhook = await linked(policy.id);
      await store().updateWebhook({ ...webhook, signing: { scheme: 'none' } }, 1, aChange());
      expect(await remove(policy.id)).toBe('deleted');
      expect(await store().updateWebhook({ ...webhook, name: 'Late' }, 1, aChange())).toBeUndefined();
    });

    test('does not spoil what is committed together with its refusal', async () => {
      const [refused, ...stored] = await Promise.allSettled([linked(newId('pol')), created(), created()]);
      expect(refused.status).toBe('rejected');
      for (const result of stored) expect(result.status).toBe('fulfilled');
      expect((await store().listPolicies(tenantId, {}, first)).rows).toHaveLength(2);
    });

    test('and the policy’s deletion at the same moment: one of them happens, in each of 50 pairs', async () => {
      const policies = await Promise.all(Array.from({ length: 50 }, () => created()));
      const pairs = await Promise.all(
        policies.map(async ({ id }, index) => {
          const link = () =>
            linked(id).then(
              () => 'linked',
              (error: unknown) => (error instanceof PolicyMissing ? 'refused' : String(error)),
            );
          const acts = index % 2 === 0 ? [link(), remove(id)] : [remove(id), link()];
          return (await Promise.all(acts)).toSorted().join(' ');
        }),
      );
      expect(new Set(pairs)).toEqual(new Set(['in_use linked', 'deleted refused']));
      const { rows: webhooks } = await store().listWebhooks(tenantId, {}, first);
      for (const { signing } of webhooks) {
        const policyId = signing.scheme === 'jwt' ? signing.policyId : '';
        expect(await store().getPolicy(tenantId, policyId)).toBeDefined();
      }
    });
  });
}

function webhookKey({ id, tenantId: owner }: Webhook): Pick<Webhook, 'id' | 'tenantId'> {
  return { id, tenantId: owner };
}
