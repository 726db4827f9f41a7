// What people may rely on when they ask about the past.

import { describe, expect, test } from 'vitest';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import type { DeliveryFilter, RecordedResult, Store } from '../store.ts';
import {
  aChange,
  aDelivery,
  again,
  anEntry,
  anEvent,
  aTenant,
  aWebhook,
  failed,
  first,
  newId,
  now,
  refusedConnection,
  routed,
  succeeded,
  tenantId,
} from './given.ts';
import { idsByPages } from './paging.ts';

export function historyContract(store: () => Store): void {
  test('holdings counts tenants and webhooks, and tells when the oldest event that is kept was accepted', async () => {
    const before = await store().holdings();
    const gone = aTenant();
    for (const tenant of [aTenant(), gone]) await store().createTenant(tenant, aChange());
    await store().deleteTenant(gone.id, now, aChange());
    await store().createWebhook(aWebhook(), { kind: 'none' }, aChange());
    const [older, newer] = [anEvent({ acceptedAt: now - 9 }), anEvent({ acceptedAt: now })];
    for (const event of [newer, older]) await store().publish(anEntry([routed(event, [])]));
    expect(await store().holdings()).toEqual({
      tenants: before.tenants + 1,
      webhooks: before.webhooks + 1,
      oldestEventAt: before.oldestEventAt ?? now - 9,
    });
  });

  describe('listEvents', () => {
    test('answers newest first without payloads, page by page in both directions', async () => {
      const ids: string[] = [];
      for (const acceptedAt of [now, now + 1, now + 1, now + 2, now + 3]) {
        const event = anEvent({ acceptedAt });
        await store().publish(anEntry([routed(event, [aDelivery(event, aWebhook())])]));
        ids.unshift(event.id);
      }
      expect(
        await idsByPages(
          (page) => store().listEvents(tenantId, {}, page),
          ({ id }) => id,
        ),
      ).toEqual(ids);
      const { rows } = await store().listEvents(tenantId, {}, first);
      expect(rows[0]).toMatchObject({ deliveries: 1, data: new Uint8Array(0), type: 'invoice.paid' });
    });

    test('filters by type and time, and by tenant always', async () => {
      const made = [];
      for (const [type, acceptedAt] of [
        ['a', now],
        ['a', now + 1],
        ['b', now + 1],
        ['a', now + 2],
      ] as const) {
        const event = anEvent({ type, acceptedAt });
        made.push(event.id);
        await store().publish(anEntry([routed(event, [])]));
      }
      const idsOf = async (filter: Parameters<Store['listEvents']>[1], tenant = tenantId) =>
        (await store().listEvents(tenant, filter, first)).rows.map(({ id }) => id);
      expect(await idsOf({ type: 'a', from: now + 1 })).toEqual([made[3], made[1]]);
      expect(await idsOf({ from: now + 1, to: now + 2 })).toEqual([made[2], made[1]]);
      expect(await idsOf({}, newId('tnt'))).toEqual([]);
      expect(await store().getEvent(newId('tnt'), made[0]!)).toBeUndefined();
    });
  });

  describe('listDeliveries', () => {
    async function history(): Promise<Record<string, ScheduledDelivery>> {
      const [one, two] = [aWebhook(), aWebhook()];
      const made: Record<string, ScheduledDelivery> = {};
      const results: RecordedResult[] = [];
      for (const [index, [name, webhook, type]] of [
        ['waiting', one, 'a'],
        ['delivered', one, 'b'],
        ['failing', two, 'a'],
        ['exhausted', two, 'a'],
        ['cancelled', one, 'b'],
      ].entries() as ArrayIterator<[number, [string, typeof one, string]]>) {
        const event = anEvent({ type, acceptedAt: now + index });
        made[name] = aDelivery(event, webhook);
        await store().publish(anEntry([routed(event, [made[name]])]));
      }
      results.push(succeeded(made['delivered']!), again(made['failing']!, now + 9_000, failed));
      const exhausted = again(made['exhausted']!, now, refusedConnection);
      results.push({
        ...exhausted,
        after: { ...exhausted.after, state: { kind: 'exhausted', at: now + 9, reason: 'attempts' } },
      });
      await store().record({ results, health: new Map() });
      await store().cancelDelivery(tenantId, made['cancelled']!.id, now + 9, aChange());
      return made;
    }

    test('filters by everything it offers, alone and together', async () => {
      const made = await history();
      const namesOf = async (filter: DeliveryFilter) => {
        const { rows } = await store().listDeliveries(tenantId, filter, first);
        return rows.map(({ delivery }) => Object.keys(made).find((name) => made[name]!.id === delivery.id));
      };
      expect(await namesOf({})).toEqual(['cancelled', 'exhausted', 'failing', 'delivered', 'waiting']);
      expect(await namesOf({ webhookId: made['waiting']!.webhookId })).toEqual([
        'cancelled',
        'delivered',
        'waiting',
      ]);
      expect(await namesOf({ eventId: made['failing']!.eventId })).toEqual(['failing']);
      expect(await namesOf({ eventType: 'b' })).toEqual(['cancelled', 'delivered']);
      expect(await namesOf({ state: 'scheduled' })).toEqual(['failing', 'waiting']);
      expect(await namesOf({ state: 'delivered' })).toEqual(['delivered']);
      expect(await namesOf({ state: 'exhausted' })).toEqual(['exhausted']);
      expect(await namesOf({ state: 'cancelled' })).toEqual(['cancelled']);
      expect(await namesOf({ state: 'skipped' })).toEqual([]);
      expect(await namesOf({ outcome: 'success' })).toEqual(['delivered']);
      expect(await namesOf({ outcome: 'failure' })).toEqual(['failing']);
      expect(await namesOf({ outcome: 'error' })).toEqual(['exhausted']);
      expect(await namesOf({ error: 'connect_refused' })).toEqual(['exhausted']);
      expect(await namesOf({ error: 'connect_refused', state: 'scheduled' })).toEqual([]);
      expect(
        await namesOf({ error: 'connect_refused', webhookId: made['exhausted']!.webhookId, eventType: 'a' }),
      ).toEqual(['exhausted']);
      expect(await namesOf({ error: 'timeout_total' })).toEqual([]);
      expect(await namesOf({ ids: [made['failing']!.id] })).toEqual(['failing']);
      expect(await namesOf({ ids: [made['failing']!.id], state: 'delivered' })).toEqual([]);
      expect(await namesOf({ statusClass: 2 })).toEqual(['delivered']);
      expect(await namesOf({ statusClass: 2, webhookId: made['waiting']!.webhookId })).toEqual(['delivered']);
      expect(await namesOf({ statusClass: 5 })).toEqual(['failing']);
      expect(await namesOf({ statusClass: 4 })).toEqual([]);
      expect(await namesOf({ from: now + 1, to: now + 3 })).toEqual(['failing', 'delivered']);
      expect(await namesOf({ eventType: 'a', state: 'scheduled', from: now + 1 })).toEqual(['failing']);
      expect(await namesOf({ statusClass: 5, outcome: 'error' })).toEqual([]);
    });

    test('answers page by page in both directions, with any filter', async () => {
      const made = await history();
      const newestFirst = ['cancelled', 'exhausted', 'failing', 'delivered', 'waiting'].map(
        (name) => made[name]!.id,
      );
      for (const filter of [{}, { from: now }] satisfies DeliveryFilter[]) {
        expect(
          await idsByPages(
            (page) => store().listDeliveries(tenantId, filter, page),
            ({ delivery }) => delivery.id,
          ),
        ).toEqual(newestFirst);
      }
      expect(
        await idsByPages(
          (page) => store().listDeliveries(tenantId, { state: 'scheduled' }, page),
          ({ delivery }) => delivery.id,
        ),
      ).toEqual([made['failing']!.id, made['waiting']!.id]);
      const several = { webhookId: made['waiting']!.webhookId, eventType: 'b' };
      expect(
        await idsByPages(
          (page) => store().listDeliveries(tenantId, several, page),
          ({ delivery }) => delivery.id,
        ),
      ).toEqual([made['cancelled']!.id, made['delivered']!.id]);
    });

    test("P26: another tenant's deliveries and attempts are nobody's", async () => {
      const made = await history();
      const other = newId('tnt');
      const { id } = made['delivered']!;
      expect((await store().listDeliveries(other, {}, first)).rows).toEqual([]);
      expect(await store().getDelivery(other, id)).toBeUndefined();
      expect(await store().listAttempts(other, id)).toEqual([]);
      expect(
        (await store().listDeliveries(other, { webhookId: made['waiting']!.webhookId }, first)).rows,
      ).toEqual([]);
    });
  });

  test('backlog counts what is scheduled and tells the oldest due time', async () => {
    const before = await store().backlog();
    const event = anEvent();
    const dueAt = (before.oldestDueAt ?? now) - 1;
    const delivery = aDelivery(event, aWebhook(), { state: { kind: 'scheduled', dueAt } });
    await store().publish(anEntry([routed(event, [delivery])]));
    expect(await store().backlog()).toEqual({ pending: before.pending + 1, oldestDueAt: dueAt });
    await store().record({ results: [succeeded(delivery)], health: new Map() });
    expect(await store().backlog()).toEqual(before);
  });
}
