import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { dayMs, hourMs } from '../domain/clock.ts';
import { currentKey, jwtAlgorithms, publishedKeys, type WebhookPolicy } from '../domain/webhook-policy.ts';
import { startPolicyRegistry } from './policy-registry.ts';
import type { PolicyDraft } from './webhook-policies.ts';

let plane: ControlPlane;
beforeEach(async () => void (plane = await controlPlane()));
afterEach(() => plane[Symbol.asyncDispose]());

const draft: PolicyDraft = {
  algorithm: 'es256',
  audience: 'acme hooks',
  expiresInMinutes: 5,
  disabled: false,
};
const create = (more: Partial<PolicyDraft> = {}) => plane.policies.create(plane.admin, { ...draft, ...more });
const update = (id: string, change: Partial<PolicyDraft>) => plane.policies.update(plane.admin, id, change);
const get = (id: string) => plane.policies.get(plane.tenantId, id);
const link = ({ id }: WebhookPolicy) =>
  plane.webhooks.create(plane.admin, plane.webhookDraft({ signing: { scheme: 'jwt', policyId: id } }), {
    kind: 'none',
  });

describe('a policy', () => {
  test.each(jwtAlgorithms)('of %s is made with a name and a key of its own', async (algorithm) => {
    const policy = await create({ algorithm });
    const now = plane.clock.wall();
    expect(policy).toMatchObject({
      tenantId: plane.tenantId,
      algorithm,
      audience: 'acme hooks',
      expiresInMinutes: 5,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    expect(policy.name).toMatch(/^[0-9a-f]{56}$/);
    expect(policy.keys).toHaveLength(1);
    expect(currentKey(policy)).toMatchObject({ algorithm, retiredAt: null });
    expect(await get(policy.id)).toEqual(policy);
  });

  test('with a blank audience has none', async () => {
    expect(await create({ audience: ' ' })).toMatchObject({ audience: null });
    const { id } = await create();
    expect((await update(id, { audience: '' })).policy).toMatchObject({ audience: null });
  });

  test('may be born disabled', async () => {
    expect(await create({ disabled: true })).toMatchObject({ disabledAt: plane.clock.wall() });
  });

  test('with claims that break a rule is refused, and nothing is stored', async () => {
    await expect(create({ audience: 'é'.repeat(1_025) })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ pointer: '/audience' }],
    });
    const policy = await create();
    await expect(update(policy.id, { expiresInMinutes: 0 })).rejects.toMatchObject({ code: 'invalid' });
    expect(await get(policy.id)).toEqual(policy);
    const ofPolicies = (await plane.auditLog()).filter(({ subject }) => subject.kind === 'webhook_policy');
    expect(ofPolicies.map(({ subject }) => subject.id)).toEqual([policy.id]);
  });

  test('of another tenant is as missing as none', async () => {
    const { id } = await create();
    const { id: other } = await plane.tenants.create(plane.admin, { name: 'other' });
    const missing = { code: 'not_found' };
    await expect(plane.policies.get(other, id)).rejects.toMatchObject(missing);
    await expect(update('pol_none', { disabled: true })).rejects.toMatchObject(missing);
    await expect(plane.policies.remove(plane.admin, 'pol_none')).rejects.toMatchObject(missing);
  });
});

describe('a change', () => {
  test('of the claims keeps the key', async () => {
    const before = await create();
    await plane.clock.advance(1_000);
    const { policy, newKey } = await update(before.id, { audience: null, expiresInMinutes: null });
    expect(newKey).toBe(false);
    expect(policy).toMatchObject({ audience: null, expiresInMinutes: null, keys: before.keys, version: 2 });
    expect(currentKey(policy).secret.reveal()).toBe(currentKey(before).secret.reveal());
    expect(policy.updatedAt).toBe(plane.clock.wall());
    expect(policy.createdAt).toBe(before.createdAt);
  });

  test('to another algorithm makes a new key; the old one is published for 24 hours more', async () => {
    const before = await create({ algorithm: 'rs256' });
    const { policy, newKey } = await update(before.id, { algorithm: 'es384' });
    expect(newKey).toBe(true);
    expect(policy).toMatchObject({ algorithm: 'es384', audience: 'acme hooks' });
    expect(currentKey(policy)).toMatchObject({ algorithm: 'es384', retiredAt: null });
    const kids = async (at: number) => publishedKeys(await get(before.id), at).map(({ id }) => id);
    const now = plane.clock.wall();
    expect(await kids(now + dayMs - 1)).toEqual([currentKey(policy).id, currentKey(before).id]);
    expect(await kids(now + dayMs)).toEqual([currentKey(policy).id]);
  });

  test('to the same algorithm keeps the key, and changing nothing leaves no trace', async () => {
    const policy = await create();
    await plane.clock.advance(1_000);
    expect(await update(policy.id, { ...draft })).toEqual({ policy, newKey: false });
    expect(await update(policy.id, {})).toEqual({ policy, newKey: false });
    expect((await plane.auditLog()).filter(({ subject }) => subject.id === policy.id)).toHaveLength(1);
  });

  test('of disabled keeps the moment when it was first said', async () => {
    const { id } = await create();
    const at = plane.clock.wall();
    await update(id, { disabled: true });
    await plane.clock.advance(hourMs);
    await update(id, { disabled: true, audience: 'x' });
    expect(await get(id)).toMatchObject({ disabledAt: at, audience: 'x' });
    await update(id, { disabled: false });
    expect(await get(id)).toMatchObject({ disabledAt: null });
  });

  test('two at the same time both take effect', async () => {
    const { id } = await create();
    await Promise.all([
      update(id, { audience: 'a' }),
      update(id, { algorithm: 'hs256' }),
      update(id, { disabled: true }),
    ]);
    expect(await get(id)).toMatchObject({ audience: 'a', algorithm: 'hs256', version: 4 });
  });

  test('makes no more keys in a day than receivers can be told of', async () => {
    const { id } = await create();
    const turn = async (round: number) => update(id, { algorithm: round % 2 === 0 ? 'es384' : 'es256' });
    for (let round = 0; round < 19; round++) await turn(round);
    await expect(turn(19)).rejects.toMatchObject({ code: 'conflict' });
    expect((await get(id)).keys).toHaveLength(20);
    await plane.clock.advance(dayMs);
    expect((await turn(19)).newKey).toBe(true);
  });
});

describe('its webhooks', () => {
  test('keep it from being removed, whatever comes first', async () => {
    const policies = await Promise.all(Array.from({ length: 50 }, () => create({ algorithm: 'hs256' })));
    const pairs = await Promise.all(
      policies.map((policy, index) => {
        const acts = [() => link(policy), () => plane.policies.remove(plane.admin, policy.id)];
        return Promise.allSettled((index % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
      }),
    );
    for (const pair of pairs) {
      expect(pair.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const failed = pair.find((result) => result.status === 'rejected');
      expect(failed?.reason).toMatchObject({ code: expect.stringMatching(/^(conflict|invalid)$/) as string });
    }
  });

  test('can not be linked to one that is gone', async () => {
    const policy = await create();
    const { id } = await plane.webhooks.create(plane.admin, plane.webhookDraft(), { kind: 'none' });
    await plane.policies.remove(plane.admin, policy.id);
    const refused = { code: 'invalid', problems: [{ pointer: '/policyId', rule: 'unknown_policy' }] };
    await expect(link(policy)).rejects.toMatchObject(refused);
    const linking = plane.webhooks.update(plane.admin, id, (current) => ({
      ...current,
      signing: { scheme: 'jwt', policyId: policy.id },
    }));
    await expect(linking).rejects.toMatchObject(refused);
  });

  test('get another key by the policy, not by a rotation', async () => {
    const { id } = await link(await create());
    const rotation = plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0 });
    await expect(rotation).rejects.toMatchObject({
      code: 'conflict',
      message: 'This webhook signs by its webhook policy; change the policy to get another key',
    });
  });
});

test('each change is audited, with no more of a key than its id and algorithm', async () => {
  const policy = await create({ algorithm: 'rs256' });
  await update(policy.id, { algorithm: 'hs256', disabled: true });
  const stored = await get(policy.id);
  await plane.policies.remove(plane.admin, policy.id);

  const entries = (await plane.auditLog()).filter(({ subject }) => subject.id === policy.id).toReversed();
  const kid = currentKey(policy).id;
  const before = {
    name: policy.name,
    algorithm: 'rs256',
    audience: 'acme hooks',
    expiresInMinutes: 5,
    disabled: false,
    keys: [{ kid, algorithm: 'rs256' }],
  };
  const after = {
    ...before,
    algorithm: 'hs256',
    disabled: true,
    keys: [{ kid: currentKey(stored).id, algorithm: 'hs256' }, ...before.keys],
  };
  expect(entries.map((entry) => [entry.action, entry.before, entry.after])).toEqual([
    ['webhook_policy.created', null, before],
    ['webhook_policy.updated', before, after],
    ['webhook_policy.deleted', after, null],
  ]);
  expect(entries[0]).toMatchObject({ actor: { id: plane.admin.principal.id }, address: '192.0.2.1' });
  const text = JSON.stringify(entries);
  for (const secret of [currentKey(stored).secret.reveal(), 'PRIVATE KEY'])
    expect(text).not.toContain(secret);
});

describe('the registry', () => {
  test('knows every policy that was stored before, and follows all changes from then on', async () => {
    const [kept, removed] = [await create(), await create()];
    const registry = await startPolicyRegistry(plane.store);
    expect(registry.policyOf(kept.id)).toEqual(kept);
    expect(registry.policyOf('pol_none')).toBeUndefined();

    const added = await create();
    const { policy: updated } = await update(kept.id, { audience: 'changed' });
    await plane.policies.remove(plane.admin, removed.id);
    expect([added, updated, removed].map(({ id }) => registry.policyOf(id))).toEqual([
      added,
      updated,
      undefined,
    ]);

    registry.stop();
    await update(kept.id, { audience: 'unseen' });
    expect(registry.policyOf(kept.id)).toEqual(updated);
  });

  test('forgets the policies of a tenant that is deleted', async () => {
    const other = await plane.tenants.create(plane.admin, { name: 'other' });
    const registry = await startPolicyRegistry(plane.store);
    const caller = { ...plane.admin, principal: { ...plane.admin.principal, tenantId: other.id } };
    const { id } = await plane.policies.create(caller, draft);
    expect(registry.policyOf(id)).toBeDefined();
    await plane.tenants.remove(plane.admin, other.id);
    expect(registry.policyOf(id)).toBeUndefined();
    registry.stop();
  });

  test('takes what changes while it loads for newer than what it loads', async () => {
    const [changed, removed] = [await create(), await create()];
    const registry = await startPolicyRegistry({
      onPolicyChange: (listener) => plane.store.onPolicyChange(listener),
      async *allPolicies() {
        await update(changed.id, { audience: 'meanwhile' });
        await plane.policies.remove(plane.admin, removed.id);
        yield [changed, removed];
      },
    });
    expect(registry.policyOf(changed.id)).toMatchObject({ audience: 'meanwhile' });
    expect(registry.policyOf(removed.id)).toBeUndefined();
    registry.stop();
  });
});
