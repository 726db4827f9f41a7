// What may be relied on about webhooks and event types.

import { describe, expect, test } from 'vitest';
import { messageTo } from '../../domain/express-delivery.ts';
import { closedBreaker } from '../../domain/circuit-breaker.ts';
import { healthy, type WebhookHealth } from '../../domain/webhook-health.ts';
import { Secret } from '../../domain/secret.ts';
import { ownKeys, type Webhook, type WireIdSource } from '../../domain/webhook.ts';
import type { EventTypeFilter, Store, WebhookFilter, WebhookListener } from '../store.ts';
import {
  aChange,
  aDelivery,
  anEntry,
  anEvent,
  anEventType,
  aWebhook,
  bytes,
  first,
  newId,
  now,
  routed,
  succeeded,
  tenantId,
  upTo,
} from './given.ts';
import { idsByPages } from './paging.ts';

export function webhooksContract(store: () => Store): void {
  function created(more: Partial<Webhook> = {}, wireId: WireIdSource = { kind: 'none' }): Promise<Webhook> {
    return store().createWebhook(aWebhook(more), wireId, aChange());
  }

  test('countWebhooks tells of each dialect how many there are, and how many are active by then', async () => {
    const state = { kind: 'paused', since: now } as const;
    await created({ dialect: 'native' });
    await created({ dialect: 'native', state });
    await created({ dialect: 'entrust', expiry: { afterMs: 1, at: now } });
    await created({ dialect: 'entrust', expiry: { afterMs: 1, at: now + 1 } });
    await created({ dialect: 'entrust', tenantId: newId('tnt') });
    const counts = await store().countWebhooks(tenantId, now);
    expect(counts.toSorted((a, b) => a.dialect.localeCompare(b.dialect))).toEqual([
      { dialect: 'entrust', all: 2, active: 1 },
      { dialect: 'native', all: 2, active: 1 },
    ]);
  });

  describe('limits', () => {
    const limits = { allMax: 4, activeMax: 2, now };
    const off = { state: { kind: 'disabled', reason: 'client', since: now } } as const;
    const create = (more: Partial<Webhook> = {}) => {
      const webhook = aWebhook({ dialect: 'entrust', name: newId('wh'), ...more });
      return store().createWebhook(webhook, { kind: 'none' }, aChange(), undefined, limits);
    };
    const update = (webhook: Webhook, more: Partial<Webhook>) =>
      store().updateWebhook({ ...webhook, ...more }, webhook.version, aChange(), undefined, limits);

    test('a name is taken once in a tenant and dialect, without regard to case', async () => {
      const one = await create({ name: 'Straße', ...off });
      await expect(create({ name: 'STRAßE' })).rejects.toMatchObject({ limit: 'name_taken' });
      const other = await create();
      await expect(update(other, { name: 'strAße' })).rejects.toMatchObject({ limit: 'name_taken' });
      expect(await update(one, { name: 'STRAßE' })).toMatchObject({ name: 'STRAßE' });
      await create({ name: 'Straße', tenantId: newId('tnt') });
      await created({ name: 'Straße' });
    });

    test('so many webhooks may be active, and those that are off, paused or expired do not count', async () => {
      await create({ state: { kind: 'paused', since: now } });
      const expired = await create({ expiry: { afterMs: 1, at: now } });
      await create();
      const last = await create({ expiry: { afterMs: 1, at: now + 1 } });
      await store().deleteWebhook(tenantId, expired.id, now, aChange());
      await expect(create()).rejects.toMatchObject({ limit: 'active_max' });
      const idle = await create(off);
      await expect(update(idle, { state: { kind: 'active' } })).rejects.toMatchObject({
        limit: 'active_max',
      });
      expect(await update(last, { description: 'still active' })).toBeDefined();
      expect(await store().getWebhook(tenantId, idle.id)).toEqual(idle);
    });

    test('there may be so many in all', async () => {
      for (let count = 0; count < 4; count++) await create(off);
      await expect(create(off)).rejects.toMatchObject({ limit: 'all_max' });
    });

    test('hold under fifty at the same time', async () => {
      const results = await Promise.allSettled(Array.from({ length: 50 }, () => create()));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      const names = await Promise.allSettled(
        Array.from({ length: 50 }, () => create({ name: 'the same', ...off })),
      );
      expect(names.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('a change that came late is told so, whatever the limits say', async () => {
      const webhook = await create();
      await update(webhook, { description: 'newer' });
      expect(await update(webhook, { description: 'late' })).toBeUndefined();
    });
  });

  describe('a webhook', () => {
    test('comes back as it was, secrets included', async () => {
      const webhook = aWebhook();
      expect(await store().createWebhook(webhook, { kind: 'none' }, aChange())).toEqual(webhook);
      const stored = (await store().getWebhook(tenantId, webhook.id))!;
      expect(stored).toEqual(webhook);
      expect(stored.endpoint.credentials?.password.reveal()).toBe('pässword');
      expect(stored.signing).toMatchObject({ scheme: 'standard-webhooks' });
      const { keys } = stored.signing as Extract<Webhook['signing'], { scheme: 'standard-webhooks' }>;
      expect(keys.map(({ secret }) => secret.reveal())).toEqual(['whsec_new', 'whsec_old']);
    });

    test('may make message signatures with a secret, which comes back as it was', async () => {
      const keys = [{ secret: new Secret('a shared secret'), createdAt: now, expiresAt: null }] as const;
      const signing = { scheme: 'http-message-signature', algorithm: 'hmac-sha256', keys } as const;
      const { id } = await created({ signing });
      const stored = (await store().getWebhook(tenantId, id))!;
      expect(stored.signing).toEqual(signing);
      expect(ownKeys(stored.signing).map(({ secret }) => secret.reveal())).toEqual(['a shared secret']);
    });

    test('may make message signatures with pairs of keys, whose both halves come back as they were', async () => {
      const pair = { id: 'k2', publicKeyPem: 'public', createdAt: now, expiresAt: null } as const;
      const signing = {
        scheme: 'http-message-signature',
        algorithm: 'ecdsa-p256-sha256',
        keys: [
          { ...pair, secret: new Secret('private') },
          { ...pair, id: 'k1', publicKeyPem: 'older', secret: new Secret(''), expiresAt: now - 1 },
        ],
      } as const;
      const { id } = await created({ signing });
      const stored = (await store().getWebhook(tenantId, id))!;
      expect(stored.signing).toEqual(signing);
      expect(ownKeys(stored.signing).map(({ secret }) => secret.reveal())).toEqual(['private', '']);
    });

    test.each([
      { kind: 'active' },
      { kind: 'paused', since: now },
      { kind: 'disabled', reason: 'gone', since: now },
    ] as const)('keeps its state: $kind', async (state) => {
      const { id } = await created({ state });
      expect(await store().getWebhook(tenantId, id)).toMatchObject({ state });
    });

    test.each([
      { kind: 'pending', messageId: 'evt_1', expiresAt: now + 5 },
      { kind: 'verified', at: now, messageId: 'evt_1' },
    ] as const)('keeps its verification ($kind) and what narrows it', async (verification) => {
      const only = { path: ['app_offering', 'reference'], oneOf: ['one', 'two'] };
      const webhook = aWebhook({ verification, subscription: { ...aWebhook().subscription, only } });
      await store().createWebhook(webhook, { kind: 'none' }, aChange());
      expect(await store().getWebhook(tenantId, webhook.id)).toEqual(webhook);
    });

    test('keeps its rate limit', async () => {
      const endpoint = { ...aWebhook().endpoint, rateLimit: { requests: 50, perSeconds: 1 } };
      const webhook = aWebhook({ endpoint });
      await store().createWebhook(webhook, { kind: 'none' }, aChange());
      expect(await store().getWebhook(tenantId, webhook.id)).toEqual(webhook);
    });

    test('keeps when it expires', async () => {
      const webhook = aWebhook({ expiry: { afterMs: 5, at: now + 5 } });
      await store().createWebhook(webhook, { kind: 'none' }, aChange());
      expect(await store().getWebhook(tenantId, webhook.id)).toEqual(webhook);
    });

    test('may have neither signature, credentials, schedule of its own nor wire id', async () => {
      const { endpoint } = aWebhook();
      const webhook = aWebhook({
        endpoint: { ...endpoint, credentials: null },
        signing: { scheme: 'none' },
        retrySchedule: null,
      });
      await store().createWebhook(webhook, { kind: 'none' }, aChange());
      expect(await store().getWebhook(tenantId, webhook.id)).toEqual(webhook);
    });

    test("is another tenant's for no one", async () => {
      const { id } = await created({ dialect: 'confluence' }, { kind: 'next_in_tenant' });
      const other = newId('tnt');
      expect(await store().getWebhook(other, id)).toBeUndefined();
      expect(await store().getWebhookByWireId(other, 'confluence', 1)).toBeUndefined();
      expect(await store().updateWebhook(aWebhook({ id, tenantId: other }), 1, aChange())).toBeUndefined();
      expect(await store().deleteWebhook(other, id, now, aChange())).toBe(false);
      expect((await store().listWebhooks(other, {}, first)).rows).toEqual([]);
      expect(await store().getWebhook(tenantId, id)).toBeDefined();
    });
  });

  describe('wire ids', () => {
    test('ascend from 1 within tenant and dialect, and none is used again', async () => {
      const one = await created({ dialect: 'confluence' }, { kind: 'next_in_tenant' });
      const two = await created({ dialect: 'confluence' }, { kind: 'next_in_tenant' });
      expect([one.wireId, two.wireId]).toEqual([1, 2]);
      await store().deleteWebhook(tenantId, two.id, now, aChange());
      const three = await created({ dialect: 'confluence' }, { kind: 'next_in_tenant' });
      expect(three.wireId).toBe(3);
      const elsewhere = await created(
        { dialect: 'confluence', tenantId: newId('tnt') },
        { kind: 'next_in_tenant' },
      );
      expect(elsewhere.wireId).toBe(1);
      expect(await store().getWebhookByWireId(tenantId, 'confluence', 3)).toEqual(three);
      expect(await store().getWebhookByWireId(tenantId, 'confluence', 2)).toBeUndefined();
      expect(await store().getWebhookByWireId(tenantId, 'xurrent', 3)).toBeUndefined();
    });

    test('ascend within the installation where the dialect wants that', async () => {
      const one = await created({ dialect: 'xurrent' }, { kind: 'next_in_installation' });
      const other = newId('tnt');
      const two = await created({ dialect: 'xurrent', tenantId: other }, { kind: 'next_in_installation' });
      expect(two.wireId).toBe((one.wireId as number) + 1);
      expect(await store().getWebhookByWireId(other, 'xurrent', two.wireId!)).toEqual(two);
    });

    test('may be given', async () => {
      const value = '0b8f7e5e-3f5e-4a39-8f7e-000000000001';
      const webhook = await created({ dialect: 'entrust' }, { kind: 'given', value });
      expect(webhook.wireId).toBe(value);
      expect(await store().getWebhookByWireId(tenantId, 'entrust', value)).toEqual(webhook);
    });

    test('created at once they differ', async () => {
      const webhooks = await Promise.all(
        Array.from({ length: 20 }, () => created({ dialect: 'confluence' }, { kind: 'next_in_tenant' })),
      );
      expect(webhooks.map(({ wireId }) => wireId)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    });
  });

  describe('updateWebhook', () => {
    test('stores the new one under the next version', async () => {
      const webhook = await created({ dialect: 'confluence' }, { kind: 'next_in_tenant' });
      const change: Webhook = { ...webhook, name: 'Renamed', state: { kind: 'paused', since: now } };
      const updated = await store().updateWebhook(change, 1, aChange());
      expect(updated).toEqual({ ...change, version: 2 });
      expect(await store().getWebhook(tenantId, webhook.id)).toEqual(updated);
    });

    test('of two changes of one version the second is told that it came late', async () => {
      const webhook = await created();
      const results = await Promise.all([
        store().updateWebhook({ ...webhook, name: 'A' }, 1, aChange()),
        store().updateWebhook({ ...webhook, name: 'B' }, 1, aChange()),
      ]);
      expect(results).toEqual([expect.objectContaining({ name: 'A', version: 2 }), undefined]);
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(2);
    });
  });

  describe('deleteWebhook', () => {
    test('it answers no query any more, and what waited is cancelled', async () => {
      const webhook = await created();
      const event = anEvent();
      const [waiting, done] = [aDelivery(event, webhook), aDelivery(event, webhook)];
      await store().publish(anEntry([routed(event, [waiting, done])]));
      await store().record({
        results: [{ ...succeeded(done), lastExchange: { requestBody: bytes('x') } }],
        health: new Map([[webhook.id, healthy]]),
      });

      expect(await store().deleteWebhook(tenantId, webhook.id, now + 7, aChange())).toBe(true);

      expect(await store().getWebhook(tenantId, webhook.id)).toBeUndefined();
      expect((await store().listWebhooks(tenantId, {}, first)).rows).toEqual([]);
      expect(await store().deleteWebhook(tenantId, webhook.id, now, aChange())).toBe(false);
      expect((await store().loadHealth()).has(webhook.id)).toBe(false);
      expect(await store().lastExchanges(webhook.id)).toEqual([]);
      expect(await store().webhookStatistics(webhook.id, 0, now * 2)).toEqual([]);
      expect((await store().loadDue(webhook.id, now, upTo(10))).due).toEqual([]);
      expect(await store().getDelivery(tenantId, waiting.id)).toMatchObject({
        delivery: { state: { kind: 'cancelled', at: now + 7, reason: 'webhook_deleted' } },
      });
      expect(await store().getDelivery(tenantId, done.id)).toMatchObject({
        delivery: { state: { kind: 'delivered' } },
      });
      expect(await store().listAttempts(tenantId, done.id)).toHaveLength(1);
    });

    test('of more than a thousand that wait, the rest are left to cancelOrphans', async () => {
      const webhook = await created();
      const event = anEvent();
      const deliveries = Array.from({ length: 1_200 }, () => aDelivery(event, webhook));
      await store().publish(anEntry([routed(event, deliveries)]));
      await store().deleteWebhook(tenantId, webhook.id, now, aChange());
      const still = await store().loadDue(webhook.id, now, upTo(2_000));
      expect(still.due).toHaveLength(200);

      expect(await store().cancelOrphans(now + 1, 150)).toBe(150);
      expect(await store().cancelOrphans(now + 1, 1_000)).toBeGreaterThanOrEqual(50);
      expect(await store().loadDue(webhook.id, now, upTo(2_000))).toEqual({ due: [], nextDueAt: null });
    });
  });

  describe('a message that goes with a change', () => {
    const messageFor = (webhook: Webhook) => {
      const id = newId('evt');
      const message = {
        id,
        deliveryId: newId('dlv'),
        purpose: 'verification',
        type: 'webhook.verify',
        data: bytes('{}'),
        context: { actor: { id: '1', name: 'Ada' } },
      } as const;
      return messageTo(webhook, message, now, now);
    };

    test('is stored with the new webhook and waits, with its event and its routing', async () => {
      const webhook = aWebhook();
      const message = messageFor(webhook);
      const stored = await store().createWebhook(webhook, { kind: 'none' }, aChange(), message);
      expect(stored).toEqual(webhook);
      const { event, deliveries, routing } = message;
      expect(await store().getEvent(tenantId, event.id)).toEqual({ event, routing });
      const [delivery] = deliveries;
      const waiting = (await store().waitingExpress()).filter(
        (each) => each.delivery.webhookId === webhook.id,
      );
      expect(waiting).toEqual([{ delivery, event }]);
    });

    test('is stored with the changed webhook, again and again, and not when another change came first', async () => {
      const webhook = await created();
      const [older, second, late] = [messageFor(webhook), messageFor(webhook), messageFor(webhook)];
      await store().updateWebhook(webhook, 1, aChange(), older);
      await store().updateWebhook(webhook, 2, aChange(), second);
      expect(await store().updateWebhook(webhook, 2, aChange(), late)).toBeUndefined();
      const stored = await Promise.all(
        [older, second, late].map(({ event }) => store().getEvent(tenantId, event.id)),
      );
      expect(stored.map((each) => each?.event.id)).toEqual([older.event.id, second.event.id, undefined]);
      expect(await store().getDelivery(tenantId, late.deliveries[0].id)).toBeUndefined();
    });

    test('is cancelled when the webhook is deleted', async () => {
      const webhook = aWebhook();
      const message = messageFor(webhook);
      await store().createWebhook(webhook, { kind: 'none' }, aChange(), message);
      await store().deleteWebhook(tenantId, webhook.id, now + 7, aChange());
      expect((await store().getDelivery(tenantId, message.deliveries[0].id))!.delivery.state).toEqual({
        kind: 'cancelled',
        at: now + 7,
        reason: 'webhook_deleted',
      });
    });
  });

  test('a webhook is found by its number alone, of its dialect and whichever tenant it is', async () => {
    const source = { kind: 'next_in_installation' } as const;
    const webhook = await created({ dialect: 'xurrent' }, source);
    const other = await created({ dialect: 'xurrent', tenantId: newId('tnt') }, source);
    expect(await store().getWebhookByNumber('xurrent', Number(webhook.wireId))).toEqual(webhook);
    expect(await store().getWebhookByNumber('xurrent', Number(other.wireId))).toEqual(other);
    expect(await store().getWebhookByNumber('xurrent', 999_999_999)).toBeUndefined();
    expect(await store().getWebhookByNumber('entrust', Number(webhook.wireId))).toBeUndefined();
  });

  describe('listWebhooks', () => {
    test('answers oldest first, page by page in both directions', async () => {
      const ids = [];
      for (const createdAt of [now, now + 1, now + 1, now + 2, now + 3])
        ids.push((await created({ createdAt })).id);
      expect(
        await idsByPages(
          (page) => store().listWebhooks(tenantId, {}, page),
          ({ id }) => id,
        ),
      ).toEqual(ids);
    });

    test('finds text in name, description, URL and id, and who takes an event type', async () => {
      const ids: Record<string, string> = {};
      const add = async (name: string, more: Partial<Webhook>) => {
        const made = await store().createWebhook(aWebhook({ name, ...more }), { kind: 'none' }, aChange());
        ids[name] = made.id;
      };
      const { endpoint, subscription } = aWebhook();
      await add('Örders', { description: 'for the 50%_wiki' });
      await add('bills', { endpoint: { ...endpoint, url: 'https://wiki.example/Hook' } });
      await add('all', { subscription: { ...subscription, eventTypes: ['page.created', '*'] } });
      const namesOf = async (filter: WebhookFilter, tenant = tenantId) =>
        (await store().listWebhooks(tenant, filter, first)).rows.map(({ name }) => name);

      expect(await namesOf({ text: 'örd' })).toEqual(['Örders']);
      expect(await namesOf({ text: 'WIKI' })).toEqual(['Örders', 'bills']);
      expect(await namesOf({ text: '0%_w' })).toEqual(['Örders']);
      expect(await namesOf({ text: ids['all']! })).toEqual(['all']);
      expect(await namesOf({ text: 'metadata' })).toEqual([]);
      expect(await namesOf({ eventType: 'invoice.paid' })).toEqual(['Örders', 'bills', 'all']);
      expect(await namesOf({ eventType: 'page.deleted' })).toEqual(['all']);
      expect(await namesOf({ text: 'wiki', eventType: 'invoice.paid', state: 'active' })).toEqual([
        'Örders',
        'bills',
      ]);
      expect(await namesOf({ text: 'wiki' }, newId('tnt'))).toEqual([]);
      expect(
        await idsByPages(
          (page) => store().listWebhooks(tenantId, { text: 'wiki' }, page),
          ({ name }) => name,
        ),
      ).toEqual(['Örders', 'bills']);
    });

    test('finds those that fail, by the health on record', async () => {
      const [well, failing, waiting, recovered] = await Promise.all(
        [1, 2, 3, 4].map(() => store().createWebhook(aWebhook(), { kind: 'none' }, aChange())),
      );
      const failed: WebhookHealth = {
        breaker: closedBreaker,
        failing: { since: now, deliveryIds: [], attempts: 1, last: null, noticed: 'none' },
      };
      const open = { kind: 'open', until: now, openings: 1, since: now } as const;
      await store().saveHealth(failing!.id, failed);
      await store().saveHealth(waiting!.id, { breaker: open, failing: null });
      await store().saveHealth(recovered!.id, failed);
      await store().saveHealth(recovered!.id, healthy);

      const { rows } = await store().listWebhooks(tenantId, { failing: true }, first);
      expect(rows.map(({ id }) => id).toSorted()).toEqual([failing!.id, waiting!.id].toSorted());
      expect(rows.map(({ id }) => id)).not.toContain(well!.id);
    });

    test('filters by dialect, state and time of creation', async () => {
      const a = await created({ dialect: 'native', createdAt: now });
      const b = await created({ dialect: 'confluence', createdAt: now + 1 });
      const c = await created({ state: { kind: 'paused', since: now }, createdAt: now + 2 });
      const idsOf = async (filter: Parameters<Store['listWebhooks']>[1]) =>
        (await store().listWebhooks(tenantId, filter, first)).rows.map(({ id }) => id);
      expect(await idsOf({ dialect: 'confluence' })).toEqual([b.id]);
      expect(await idsOf({ state: 'paused' })).toEqual([c.id]);
      expect(await idsOf({ createdFrom: now + 1, createdTo: now + 2 })).toEqual([b.id]);
      expect(await idsOf({ createdTo: now + 1 })).toEqual([a.id]);
    });
  });

  test('allWebhooks answers every webhook of the installation once', async () => {
    const own = await Promise.all(Array.from({ length: 600 }, () => created()));
    const seen: string[] = [];
    for await (const batch of store().allWebhooks()) seen.push(...batch.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(own.map(({ id }) => id)));
  });

  test('listeners are told of each committed change before its promise resolves, until they leave', async () => {
    const told: Parameters<WebhookListener>[0][] = [];
    const leave = store().onWebhookChange((change) => told.push(change));
    const webhook = await created();
    expect(told).toEqual([{ id: webhook.id, tenantId, webhook }]);
    const updated = await store().updateWebhook({ ...webhook, name: 'New' }, 1, aChange());
    expect(told.at(-1)).toEqual({ id: webhook.id, tenantId, webhook: updated });
    await store().updateWebhook({ ...webhook, name: 'Late' }, 1, aChange());
    expect(told).toHaveLength(2);
    await store().deleteWebhook(tenantId, webhook.id, now, aChange());
    expect(told.at(-1)).toEqual({ id: webhook.id, tenantId, webhook: null });
    leave();
    await created();
    expect(told).toHaveLength(3);
  });

  describe('an event type', () => {
    test('comes back as it was; its name is taken once per tenant', async () => {
      const type = anEventType();
      expect(await store().createEventType(type, aChange())).toBe('created');
      expect(await store().getEventType(tenantId, type.name)).toEqual(type);
      expect(await store().createEventType(anEventType({ group: null }), aChange())).toBe('taken');
      expect(await store().createEventType(anEventType({ tenantId: newId('tnt') }), aChange())).toBe(
        'created',
      );
      expect(await store().getEventType(newId('tnt'), type.name)).toBeUndefined();
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(2);
    });

    test('can be changed and deleted', async () => {
      const type = anEventType();
      await store().createEventType(type, aChange());
      const changed = { ...type, description: 'Changed', archivedAt: now + 1, updatedAt: now + 1 };
      expect(await store().updateEventType(changed, aChange())).toBe(true);
      expect(await store().getEventType(tenantId, type.name)).toEqual(changed);
      expect(await store().deleteEventType(tenantId, type.name, aChange())).toBe(true);
      expect(await store().deleteEventType(tenantId, type.name, aChange())).toBe(false);
      expect(await store().updateEventType(changed, aChange())).toBe(false);
    });

    test('is listed by name, page by page in both directions', async () => {
      const names = ['b', 'a.z', 'c', 'a', 'B'];
      for (const name of names) await store().createEventType(anEventType({ name }), aChange());
      expect(
        await idsByPages(
          (page) => store().listEventTypes(tenantId, {}, page),
          ({ name }) => name,
        ),
      ).toEqual(names.toSorted());
    });

    test('is found by state and time of creation', async () => {
      const a = anEventType({ name: 'a', createdAt: now });
      const b = anEventType({ name: 'b', createdAt: now + 1, archivedAt: now + 5 });
      for (const type of [a, b]) await store().createEventType(type, aChange());
      const list = async (filter: EventTypeFilter) =>
        (await store().listEventTypes(tenantId, filter, first)).rows;
      expect(await list({ state: 'active' })).toEqual([a]);
      expect(await list({ state: 'archived' })).toEqual([b]);
      expect(await list({ createdFrom: now + 1 })).toEqual([b]);
      expect(await list({ createdTo: now + 1 })).toEqual([a]);
    });
  });
}
