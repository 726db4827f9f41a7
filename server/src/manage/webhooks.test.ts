import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { signingBy } from '../../test/signing-samples.ts';
import { hourMs } from '../domain/clock.ts';
import { signsWithPairs } from '../domain/message-signing.ts';
import { Refusal } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import { askedNow, type Verification } from '../domain/verification.ts';
import { ownHeaders, ownKeys, activeKeys, type DisabledReason, type Webhook } from '../domain/webhook.ts';
import { KeyUsed } from '../storage/port/store-errors.ts';
import type { IdempotencyKey } from '../storage/store.ts';

let plane: ControlPlane;
beforeEach(async () => void (plane = await controlPlane()));
afterEach(() => plane[Symbol.asyncDispose]());

const create = (more = {}) => plane.webhooks.create(plane.admin, plane.webhookDraft(more), { kind: 'none' });
const disable = (id: string, reason: DisabledReason, url = plane.webhookDraft().endpoint.url) =>
  plane.webhooks.disable(plane.tenantId, id, reason, url);
const rename = (name: string) => (current: Webhook) => ({ ...current, name });
const secretsOf = ({ signing }: Webhook, at: number) =>
  activeKeys(signing, at).map(({ secret }) => secret.reveal());

describe('changes', () => {
  test('a created webhook is stored in the caller’s tenant with version 1', async () => {
    const webhook = await create();
    expect(webhook).toMatchObject({ tenantId: plane.tenantId, version: 1, createdAt: plane.clock.wall() });
    expect(await plane.webhooks.get(plane.tenantId, webhook.id)).toEqual(webhook);
  });

  test('two changes at the same time both take effect', async () => {
    const { id } = await create();
    await Promise.all([
      plane.webhooks.update(plane.admin, id, rename('Renamed')),
      plane.webhooks.update(plane.admin, id, (current) => ({ ...current, description: 'Described' })),
    ]);
    const now = await plane.webhooks.get(plane.tenantId, id);
    expect(now).toMatchObject({ name: 'Renamed', description: 'Described', version: 3 });
  });

  test('fifty changes at the same time all take effect, however they read and write in turn', async () => {
    const { id } = await create();
    const getWebhook = plane.store.getWebhook.bind(plane.store);
    vi.spyOn(plane.store, 'getWebhook').mockImplementation(async (...asked) => {
      const webhook = await getWebhook(...asked);
      await new Promise(setImmediate);
      return webhook;
    });
    const more = (current: Webhook) => ({ ...current, description: `${current.description}.` });
    await Promise.all(Array.from({ length: 50 }, () => plane.webhooks.update(plane.admin, id, more)));
    expect(await getWebhook(plane.tenantId, id)).toMatchObject({ description: '.'.repeat(50), version: 51 });
  });

  test('a change that another node forestalls is made on the newer version', async () => {
    const { id } = await create();
    vi.spyOn(plane.store, 'updateWebhook').mockResolvedValueOnce(undefined);
    expect(await plane.webhooks.update(plane.admin, id, rename('Renamed'))).toMatchObject({
      name: 'Renamed',
      version: 2,
    });
  });

  test('a change of an older version is refused and changes nothing', async () => {
    const { id } = await create();
    await plane.webhooks.update(plane.admin, id, rename('First'), 1);
    const second = plane.webhooks.update(plane.admin, id, rename('Second'), 1);
    await expect(second).rejects.toMatchObject({ code: 'precondition_failed' });
    expect(await plane.webhooks.get(plane.tenantId, id)).toMatchObject({ name: 'First', version: 2 });
  });

  test.each(['remove', 'pause', 'resume', 'rotateSecret'] as const)(
    '%s of an older version is refused and changes nothing, even at the same moment',
    async (act) => {
      const { id } = await create(act === 'resume' ? { state: { kind: 'paused', since: 0 } } : {});
      const { admin, webhooks } = plane;
      const late = async (): Promise<unknown> => {
        if (act === 'remove') return webhooks.remove(admin, id, 1);
        if (act === 'rotateSecret') return webhooks.rotateSecret(admin, id, { graceMs: 0 }, { ifVersion: 1 });
        return webhooks[act](admin, id, { ifVersion: 1 });
      };

      const renaming = webhooks.update(admin, id, rename('First'), 1);
      const refused = { code: 'precondition_failed' };
      await Promise.all([renaming, expect(late()).rejects.toMatchObject(refused)]);
      await expect(late()).rejects.toMatchObject(refused);
      expect(await webhooks.get(plane.tenantId, id)).toMatchObject({ name: 'First', version: 2 });
    },
  );

  test('P26: another tenant’s webhook is not found, as a missing one', async () => {
    const { id } = await create();
    const tenant = await plane.tenants.create(plane.admin, { name: 'other' });
    const principal = { ...plane.admin.principal, tenantId: tenant.id };
    const other = { ...plane.admin, principal };
    for (const wanted of [id, 'wh_missing']) {
      const refused = { code: 'not_found', message: 'No such webhook' };
      await expect(plane.webhooks.get(tenant.id, wanted)).rejects.toMatchObject(refused);
      await expect(plane.webhooks.update(other, wanted, rename('x'))).rejects.toMatchObject(refused);
      await expect(plane.webhooks.pause(other, wanted)).rejects.toMatchObject(refused);
      await expect(plane.webhooks.remove(other, wanted)).rejects.toMatchObject(refused);
    }
  });

  test('a removed webhook is gone', async () => {
    const { id } = await create();
    await plane.webhooks.remove(plane.admin, id);
    await expect(plane.webhooks.get(plane.tenantId, id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('states', () => {
  test('pause and resume move between active and paused, and repeated change nothing', async () => {
    const { id } = await create();
    const paused = await plane.webhooks.pause(plane.admin, id);
    expect(paused.state).toEqual({ kind: 'paused', since: plane.clock.wall() });
    expect(await plane.webhooks.pause(plane.admin, id)).toEqual(paused);
    const resumed = await plane.webhooks.resume(plane.admin, id);
    expect(resumed.state).toEqual({ kind: 'active' });
    expect(await plane.webhooks.resume(plane.admin, id)).toEqual(resumed);
  });

  test('a disabled webhook can be resumed, not paused', async () => {
    const { id } = await create();
    await disable(id, 'gone');
    await expect(plane.webhooks.pause(plane.admin, id)).rejects.toMatchObject({ code: 'conflict' });
    expect((await plane.webhooks.resume(plane.admin, id)).state).toEqual({ kind: 'active' });
  });

  test('Posthorn disables once, keeps the first reason, and does not mind a webhook that is gone', async () => {
    const { id, updatedAt } = await create();
    await plane.clock.advance(hourMs);
    await disable(id, 'failing');
    await disable(id, 'gone');
    const { state, ...rest } = await plane.webhooks.get(plane.tenantId, id);
    expect(state).toMatchObject({ kind: 'disabled', reason: 'failing' });
    expect(rest).toMatchObject({ version: 2, updatedAt });
    await expect(disable('wh_gone', 'gone')).resolves.toBeUndefined();
    expect(plane.signals).toEqual([
      { kind: 'webhook.disabled', tenantId: plane.tenantId, webhookId: id, reason: 'failing' },
    ]);
  });
});

test('Posthorn disables no webhook that points elsewhere than to where it failed', async () => {
  const { id, endpoint } = await create();
  const url = 'https://repaired.example/';
  await plane.webhooks.update(plane.admin, id, (now) => ({ ...now, endpoint: { ...now.endpoint, url } }));
  await disable(id, 'gone', endpoint.url);
  expect(await plane.webhooks.get(plane.tenantId, id)).toMatchObject({
    state: { kind: 'active' },
    version: 2,
  });
  expect(plane.signals).toEqual([]);
  await disable(id, 'gone', url);
  expect((await plane.webhooks.get(plane.tenantId, id)).state).toMatchObject({ kind: 'disabled' });
});

describe('breaker', () => {
  test('a new URL or a resume from disabled has the engine forget failures', async () => {
    const { id } = await create();
    const url = 'https://new.example/';
    await plane.webhooks.update(plane.admin, id, (now) => ({ ...now, endpoint: { ...now.endpoint, url } }));
    expect(plane.resets).toEqual([id]);
    await disable(id, 'failing', url);
    await plane.webhooks.resume(plane.admin, id);
    expect(plane.resets).toEqual([id, id]);
  });

  test('any other change keeps it as it is', async () => {
    const { id } = await create();
    await plane.webhooks.update(plane.admin, id, rename('Renamed'));
    await plane.webhooks.pause(plane.admin, id);
    await plane.webhooks.resume(plane.admin, id);
    expect(plane.resets).toEqual([]);
  });
});

describe('secrets', () => {
  test('SIG-03: after a rotation both secrets sign until the grace is over, then only the new one', async () => {
    const webhook = await create();
    const [old] = secretsOf(webhook, 0);
    const rotated = await plane.webhooks.rotateSecret(plane.admin, webhook.id, { graceMs: 24 * hourMs });
    const now = plane.clock.wall();
    const [fresh] = secretsOf(rotated, now);
    expect(fresh).not.toBe(old);
    expect(secretsOf(rotated, now + 24 * hourMs - 1)).toEqual([fresh, old]);
    expect(secretsOf(rotated, now + 24 * hourMs)).toEqual([fresh]);
  });

  test('SIG-03: a rotation without grace revokes the old secret at once', async () => {
    const webhook = await create();
    const rotated = await plane.webhooks.rotateSecret(plane.admin, webhook.id, { graceMs: 0 });
    expect(ownKeys(rotated.signing)).toHaveLength(1);
  });

  test('an own secret is taken when it is a good one', async () => {
    const { id } = await create();
    const own = new Secret(`whsec_${Buffer.alloc(24, 5).toString('base64')}`);
    const rotated = await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0, secret: own });
    expect(secretsOf(rotated, plane.clock.wall())).toEqual([own.reveal()]);
    const short = new Secret('whsec_c2hvcnQ=');
    await expect(
      plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0, secret: short }),
    ).rejects.toMatchObject({ code: 'invalid', problems: [{ pointer: '/secret', rule: 'length' }] });
  });

  test('no more than five secrets sign at a time, and a later rotation shortens no grace by accident', async () => {
    const { id } = await create();
    const rotate = (graceMs: number) => plane.webhooks.rotateSecret(plane.admin, id, { graceMs });
    for (let round = 0; round < 4; round++) await rotate(24 * hourMs);
    await expect(rotate(24 * hourMs)).rejects.toMatchObject({ code: 'conflict' });
    await plane.clock.advance(24 * hourMs);
    expect(secretsOf(await rotate(hourMs), plane.clock.wall())).toHaveLength(2);
  });

  test('a hub signature has one key, which the new one replaces', async () => {
    const key = { secret: new Secret('hub secret'), createdAt: 0, expiresAt: null };
    const { id } = await create({ signing: { scheme: 'hub-signature', keys: [key] } });
    const rotated = await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: hourMs });
    expect(secretsOf(rotated, 0)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  });

  test('a hub signature takes a text of its own dialect, and no empty one', async () => {
    const key = { secret: new Secret('hub secret'), createdAt: 0, expiresAt: null };
    const { id } = await create({ signing: { scheme: 'hub-signature', keys: [key] } });
    const rotate = (secret: string) =>
      plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0, secret: new Secret(secret) });
    expect(secretsOf(await rotate('geheimer Schlüssel'), 0)).toEqual(['geheimer Schlüssel']);
    await expect(rotate('')).rejects.toMatchObject({ problems: [{ pointer: '/secret', rule: 'length' }] });
  });

  test('a message signature takes a text as its secret, and keeps the old one for the grace', async () => {
    const { id } = await create({ signing: signingBy('hmac-sha256') });
    const own = new Secret('x'.repeat(32));
    const rotated = await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: hourMs, secret: own });
    expect(secretsOf(rotated, plane.clock.wall())).toEqual([
      own.reveal(),
      expect.stringMatching(/^[\w-]{43}$/),
    ]);
    await expect(
      plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0, secret: new Secret('x'.repeat(31)) }),
    ).rejects.toMatchObject({ code: 'invalid', problems: [{ pointer: '/secret', rule: 'length' }] });
    const drawn = await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0 });
    expect(secretsOf(drawn, plane.clock.wall())).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    expect(ownKeys(drawn.signing)).toHaveLength(1);
  });

  test('a pair of keys is drawn anew, and of an expired one only the public half is kept for 24 hours', async () => {
    const { id } = await create({ signing: signingBy('ecdsa-p256-sha256') });
    const rotate = async (graceMs: number) => {
      const { signing } = await plane.webhooks.rotateSecret(plane.admin, id, { graceMs });
      return signsWithPairs(signing) ? signing.keys : [];
    };
    const [second, first] = await rotate(hourMs);
    expect(second?.id).not.toBe(first?.id);
    expect(first?.expiresAt).toBe(plane.clock.wall() + hourMs);
    await plane.clock.advance(hourMs);
    const third = await rotate(hourMs);
    expect(third.map(({ secret }) => secret.reveal() === '')).toEqual([false, false, true]);
    await plane.clock.advance(24 * hourMs);
    expect(await rotate(hourMs)).toHaveLength(3);
  });

  test('a pair that is revoked is not kept: neither half of it', async () => {
    const { id } = await create({ signing: signingBy('ed25519') });
    await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: hourMs });
    const { signing } = await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0 });
    expect(ownKeys(signing)).toHaveLength(1);
  });

  test("nobody brings a private key, and 20 keys a day are enough for anybody's webhook", async () => {
    const { id } = await create({ signing: signingBy('ed25519') });
    const rotate = (secret?: Secret) =>
      plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 1, ...(secret && { secret }) });
    await expect(rotate(new Secret('x'.repeat(40)))).rejects.toMatchObject({
      problems: [{ pointer: '/secret', rule: 'not_supported' }],
    });
    for (let round = 1; round < 20; round++) await rotate();
    await expect(rotate()).rejects.toMatchObject({ code: 'conflict' });
    await plane.clock.advance(24 * hourMs + 1);
    expect(ownKeys((await rotate()).signing)).toHaveLength(2);
  });

  test('the audit log names the keys of pairs, and shows no half of them', async () => {
    const signing = signingBy('ed25519');
    const { id } = await create({ signing });
    await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: hourMs });
    const [entry] = await plane.auditLog();
    expect(entry).toMatchObject({
      action: 'webhook.secret_rotated',
      before: {
        signing: { scheme: 'http-message-signature', algorithm: 'ed25519', keys: [{ expiresAt: null }] },
      },
    });
    expect(JSON.stringify(entry)).not.toMatch(/BEGIN|secret"/);
  });

  test('a webhook that does not sign has nothing to rotate', async () => {
    const { id } = await create({ signing: { scheme: 'none' } });
    await expect(plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0 })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('audit', () => {
  test('AUT-12: every change is in the log, with who, from where, before and after', async () => {
    const { id } = await create();
    await plane.webhooks.update(plane.admin, id, rename('Renamed'));
    await plane.webhooks.pause(plane.admin, id);
    await disable(id, 'gone');
    await plane.webhooks.resume(plane.admin, id);
    await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: 0 });
    await plane.webhooks.remove(plane.admin, id);
    const entries = (await plane.auditLog()).filter(({ subject }) => subject.id === id).toReversed();
    expect(entries.map(({ action }) => action)).toEqual([
      'webhook.created',
      'webhook.updated',
      'webhook.paused',
      'webhook.disabled',
      'webhook.resumed',
      'webhook.secret_rotated',
      'webhook.deleted',
    ]);
    expect(entries[1]).toMatchObject({
      actor: { kind: 'api-key', id: plane.admin.principal.id },
      address: '192.0.2.1',
      before: { name: 'Orders' },
      after: { name: 'Renamed' },
    });
    expect(entries[3]).toMatchObject({ actor: { kind: 'system' }, address: null });
    expect(entries[0]).toMatchObject({ before: null });
    expect(entries.at(-1)).toMatchObject({ after: null });
  });

  test('SEC-01: the log holds no secret, password, header value or query parameter', async () => {
    const draft = plane.webhookDraft();
    const password = new Secret('hunter2hunter2');
    const endpoint = {
      ...draft.endpoint,
      url: 'https://receiver.example/hook?token=querysecret&x=othersecret',
      headers: ownHeaders({ 'x-api-key': 'headersecret' }),
      credentials: { username: 'receiver', password },
    };
    const webhook = await create({ endpoint });
    await plane.webhooks.rotateSecret(plane.admin, webhook.id, { graceMs: hourMs });
    const log = JSON.stringify(await plane.auditLog());
    const [secret = ''] = secretsOf(webhook, 0);
    for (const leaked of [secret, 'querysecret', 'othersecret', 'headersecret', password.reveal()]) {
      expect(log).not.toContain(leaked);
    }
    expect(log).toContain(`whsec_****${secret.slice(-4)}`);
    expect(log).toContain('https://receiver.example/hook?token=****&x=****');
  });

  test('a refused change leaves no entry', async () => {
    const { id } = await create();
    const before = (await plane.auditLog()).length;
    await expect(plane.webhooks.update(plane.admin, id, rename('x'), 99)).rejects.toBeInstanceOf(Refusal);
    expect(await plane.auditLog()).toHaveLength(before);
  });
});

test('CON-05: of two creates with one idempotency key one happens', async () => {
  const key: IdempotencyKey = {
    tenantId: plane.tenantId,
    route: 'POST /webhooks',
    key: 'k',
    bodyHash: 'h',
    expiresAt: plane.clock.now() + hourMs,
  };
  const remember = ({ id }: Webhook) => ({ key, answer: { status: 201, body: id } });
  const once = () => plane.webhooks.create(plane.admin, plane.webhookDraft(), { kind: 'none' }, remember);
  const [first, second] = await Promise.allSettled([once(), once()]);
  expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  const lost = [first, second].find((settled) => settled.status === 'rejected');
  expect(lost?.reason).toBeInstanceOf(KeyUsed);
  const kept = await plane.store.findAnswer(key, plane.clock.now());
  const { rows } = await plane.store.listWebhooks(
    plane.tenantId,
    {},
    { limit: 10, after: null, before: null },
  );
  expect(rows.map(({ id }) => id)).toEqual([kept?.answer.body]);
});

describe('verification', () => {
  const ask = (): Verification => askedNow(plane.ids.next('evt'), plane.clock.wall());
  const messageOf = ({ verification }: Webhook) =>
    verification?.kind === 'pending' ? verification.messageId : undefined;
  const handedOver = () => plane.handedOver.map(({ event }) => event.id);

  test('a webhook that asks for it is sent a message with the change that made it ask, and with no other', async () => {
    const webhook = await create({ verification: ask() });
    expect(handedOver()).toEqual([messageOf(webhook)]);
    const { event, delivery } = plane.handedOver[0]!;
    expect(event).toMatchObject({
      type: 'webhook.verify',
      context: { actor: { name: plane.admin.principal.name } },
    });
    expect(Buffer.from(event.data).toString()).toBe('{}');
    expect(delivery).toMatchObject({ webhookId: webhook.id, purpose: 'verification' });
    expect(await plane.store.waitingExpress()).toEqual(plane.handedOver);

    await plane.webhooks.update(plane.admin, webhook.id, rename('Renamed'));
    expect(plane.handedOver).toHaveLength(1);
    const asking = (current: Webhook) => ({ ...current, verification: ask() });
    const again = await plane.webhooks.update(plane.admin, webhook.id, asking);
    expect(handedOver()).toEqual([messageOf(webhook), messageOf(again)]);
  });

  test('a webhook that asks for none is sent none', async () => {
    await create();
    await create({ verification: { kind: 'verified', at: 1, messageId: null } });
    expect(plane.handedOver).toEqual([]);
  });

  test('an answer to the newest message alone verifies it, as the system’s change', async () => {
    const webhook = await create({ verification: ask() });
    await plane.clock.advance(hourMs);
    const confirm = (id: string) => plane.webhooks.confirmVerification(plane.tenantId, webhook.id, id);
    expect(await confirm('evt_other')).toBe(false);
    expect(await confirm(messageOf(webhook)!)).toBe(true);
    const now = await plane.webhooks.get(plane.tenantId, webhook.id);
    const messageId = messageOf(webhook);
    expect(now.verification).toEqual({ kind: 'verified', at: plane.clock.wall(), messageId });
    expect(now.updatedAt).toBe(webhook.updatedAt);
    expect(plane.resets).toEqual([]);
    const [entry] = await plane.auditLog();
    expect(entry).toMatchObject({ action: 'webhook.verified', actor: { kind: 'system' } });
    expect(JSON.stringify(entry)).not.toContain(messageOf(webhook));
  });

  test('the same answer again is right, and changes nothing', async () => {
    const webhook = await create({ verification: ask() });
    const confirm = () => plane.webhooks.confirmVerification(plane.tenantId, webhook.id, messageOf(webhook)!);
    await confirm();
    const verified = await plane.webhooks.get(plane.tenantId, webhook.id);
    await plane.clock.advance(hourMs);
    expect(await confirm()).toBe(true);
    expect(await plane.webhooks.get(plane.tenantId, webhook.id)).toEqual(verified);
  });

  test('an answer of a webhook that is gone, or another tenant’s, verifies nothing', async () => {
    const webhook = await create({ verification: ask() });
    const { webhooks } = plane;
    expect(await webhooks.confirmVerification('tnt_other', webhook.id, messageOf(webhook)!)).toBe(false);
    await plane.webhooks.remove(plane.admin, webhook.id);
    expect(await webhooks.confirmVerification(plane.tenantId, webhook.id, messageOf(webhook)!)).toBe(false);
  });

  test('an operator’s word verifies it, again changes nothing, and means nothing where nothing asks', async () => {
    const webhook = await create({ verification: ask() });
    const verified = await plane.webhooks.markVerified(plane.admin, webhook.id);
    expect(verified).toMatchObject({
      verification: { kind: 'verified' },
      updatedAt: webhook.updatedAt,
      version: 2,
    });
    expect(await plane.webhooks.markVerified(plane.admin, webhook.id)).toEqual(verified);
    const native = await create();
    await expect(plane.webhooks.markVerified(plane.admin, native.id)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('a renewal sends a fresh message to who waits for one, and leaves the verified alone', async () => {
    const webhook = await create({ verification: ask() });
    await plane.clock.advance(hourMs);
    const renewed = await plane.webhooks.renewVerification(plane.admin, webhook.id);
    expect(handedOver()).toEqual([messageOf(webhook), messageOf(renewed)]);
    expect(renewed.updatedAt).toBe(webhook.updatedAt);
    const verified = await plane.webhooks.markVerified(plane.admin, webhook.id);
    expect(await plane.webhooks.renewVerification(plane.admin, webhook.id)).toEqual(verified);
    expect(plane.handedOver).toHaveLength(2);
  });
});
