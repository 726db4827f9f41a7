// What lines of deliveries may rely on: of each, the first that waits is due and no other, whatever ends or joins meanwhile.

import { describe, expect, test } from 'vitest';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import { behindOthers } from '../../domain/ordering.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { RecordedResult, Store } from '../store.ts';
import {
  aChange,
  aDelivery,
  again,
  anEntry,
  anEvent,
  aWebhook,
  now,
  routed,
  succeeded,
  tenantId,
  upTo,
} from './given.ts';

/** Whoever ends a delivery may make the next one due then. */
const later = now + 60_000;

/** `beside` is another node's, where nodes share the database. */
export function orderingContract(store: () => Store, beside: () => Store): void {
  async function storedWebhook(): Promise<Webhook> {
    return store().createWebhook(aWebhook(), { kind: 'none' }, aChange());
  }

  /** In one line each, by default in the same. */
  async function published(
    webhook: Pick<Webhook, 'id'>,
    lines: readonly (string | null)[],
    by: Store = store(),
    more: Partial<ScheduledDelivery> = {},
  ): Promise<ScheduledDelivery[]> {
    const owed = lines.map((orderingKey) => {
      const event = anEvent();
      return { event, delivery: aDelivery(event, webhook, { orderingKey, ...more }) };
    });
    await by.publish(anEntry(owed.map(({ event, delivery }) => routed(event, [delivery]))));
    return owed.map(({ delivery }) => delivery);
  }

  function record(...results: RecordedResult[]) {
    return store().record({ results, health: new Map() });
  }

  async function dueOf({ id }: Pick<Webhook, 'id'>): Promise<string[]> {
    const { due } = await store().loadDue(id, later, upTo(100));
    return due.map(({ delivery }) => delivery.id).toSorted();
  }

  function idsOf(deliveries: readonly (ScheduledDelivery | undefined)[]): string[] {
    return deliveries.map((delivery) => delivery!.id).toSorted();
  }

  describe('deliveries in a line', () => {
    test('are due one after the other, in the order of their publishing, as each before them ends', async () => {
      const webhook = await storedWebhook();
      const [a, b] = await published(webhook, ['', '']);
      const [c] = await published(webhook, ['']);
      expect(await store().loadDue(webhook.id, now, upTo(10))).toMatchObject({
        due: [{ delivery: a }],
        nextDueAt: behindOthers,
      });
      await record(succeeded(a!));
      expect(await dueOf(webhook)).toEqual(idsOf([b]));
      expect(await store().firstInLine(tenantId, webhook.id, '')).toBe(b!.id);
      const given = {
        ...b!,
        attempts: 1,
        state: { kind: 'exhausted', at: now, reason: 'attempts' },
      } as const;
      await record({ before: b!, after: given, attempt: null, lastExchange: null });
      expect(await dueOf(webhook)).toEqual(idsOf([c]));
      await record(succeeded({ ...c!, state: { kind: 'scheduled', dueAt: c!.createdAt } }));
      const [d] = await published(webhook, ['']);
      expect(await dueOf(webhook)).toEqual(idsOf([d]));
    });

    test('stay behind one that is to be attempted again, whenever that is', async () => {
      const webhook = await storedWebhook();
      const [a, b] = await published(webhook, ['', '']);
      await record(again(a!, now + 500));
      expect(await store().loadDue(webhook.id, now, upTo(10))).toEqual({ due: [], nextDueAt: now + 500 });
      expect((await store().getDelivery(tenantId, b!.id))!.delivery.state).toEqual({
        kind: 'scheduled',
        dueAt: behindOthers,
      });
    });

    test('wait for none of another line, of another webhook, or of no line', async () => {
      const [webhook, other] = [await storedWebhook(), await storedWebhook()];
      const [k1, , l1, free, alsoFree] = await published(webhook, ['k', 'k', 'l', null, null]);
      const [others] = await published(other, ['k']);
      expect(await dueOf(webhook)).toEqual(idsOf([k1, l1, free, alsoFree]));
      expect(await dueOf(other)).toEqual(idsOf([others]));
    });

    test('move up when a person cancels the first, or several; one in the middle leaves no gap', async () => {
      const webhook = await storedWebhook();
      const [a, b, c, d, e] = await published(webhook, ['', '', '', '', '']);
      expect(await store().cancelDelivery(tenantId, b!.id, now, aChange())).toBe(true);
      expect(await dueOf(webhook)).toEqual(idsOf([a]));
      expect(await store().cancelDelivery(tenantId, a!.id, now, aChange())).toBe(true);
      expect(await dueOf(webhook)).toEqual(idsOf([c]));
      await store().cancelScheduled(tenantId, [d!.id, c!.id], now, aChange());
      expect(await dueOf(webhook)).toEqual(idsOf([e]));
    });

    test('move up when those before them are dropped, or grow too old', async () => {
      const webhook = await storedWebhook();
      const old = { createdAt: now - 10, state: { kind: 'scheduled', dueAt: now - 10 } } as const;
      await published(webhook, ['', '', 'k'], store(), old);
      const [next, nextOfKey] = await published(webhook, ['', 'k']);
      expect(await store().dropDeliveries(webhook.id, 'webhook_disabled', now - 10, now, 10)).toBe(3);
      expect(await dueOf(webhook)).toEqual(idsOf([next, nextOfKey]));

      const aged = await storedWebhook();
      await published(aged, ['', ''], store(), old);
      const [last] = await published(aged, ['']);
      expect(await store().exhaustOld(aged.id, now, now, 10)).toBe(2);
      expect(await dueOf(aged)).toEqual(idsOf([last]));
    });

    test('are not hastened while they stand behind', async () => {
      const webhook = await storedWebhook();
      const [a, b] = await published(webhook, ['', '']);
      await record(again(a!, now + 500));
      const { hastened } = await store().retryNow(tenantId, [a!.id, b!.id], [], now, aChange());
      expect(hastened.map(({ id }) => id)).toEqual([a!.id]);
      expect(await dueOf(webhook)).toEqual(idsOf([a]));
    });

    test('all end when their webhook is gone', async () => {
      const gone = aWebhook();
      const deliveries = await published(gone, ['', '', '']);
      while ((await store().cancelOrphans(now, 2)) > 0);
      for (const { id } of deliveries)
        expect((await store().getDelivery(tenantId, id))!.delivery.state.kind).toBe('cancelled');
    });

    test('a result that comes too late moves nobody up', async () => {
      const webhook = await storedWebhook();
      const [a, b, c] = await published(webhook, ['', '', '']);
      await record(succeeded(a!));
      expect(await record(succeeded(a!))).toEqual(['stale']);
      expect(await dueOf(webhook)).toEqual(idsOf([b]));
      expect(await store().cancelDelivery(tenantId, c!.id, now, aChange())).toBe(true);
    });

    test('one of them is always due, however many join and end at once', async () => {
      const webhooks = [await storedWebhook(), await storedWebhook()];
      const places = [store(), beside()];
      const sent = new Map<string, string[]>();
      const joined = new Map<string, string[]>();
      const note = (to: Map<string, string[]>, line: string, id: string) =>
        void to.set(line, [...(to.get(line) ?? []), id]);
      const publishers = Array.from({ length: 8 }, async (_, publisher) => {
        for (let count = 0; count < 15; count++) {
          const line = `k${publisher}`;
          const event = anEvent();
          const deliveries = webhooks.map((webhook) => aDelivery(event, webhook, { orderingKey: line }));
          await places[count % 2]!.publish(
            anEntry([routed(event, count % 4 < 2 ? deliveries : deliveries.toReversed())]),
          );
          for (const { id, webhookId } of deliveries) note(joined, `${webhookId} ${line}`, id);
        }
      });
      let over = false;
      const publishing = Promise.all(publishers).finally(() => {
        over = true;
      });
      const deliverers = webhooks.map(async ({ id }) => {
        for (let rounds = 0; rounds < 2_000; rounds++) {
          const wasOver = over;
          const { due } = await store().loadDue(id, later, upTo(20));
          if (due.length === 0 && wasOver) return;
          await record(...due.map(({ delivery }) => succeeded(delivery)));
          for (const { delivery } of due) note(sent, `${id} ${delivery.orderingKey}`, delivery.id);
        }
      });
      await Promise.all([publishing, ...deliverers]);
      expect(sent).toEqual(joined);
    });
  });
}
