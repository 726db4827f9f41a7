// What the chores may rely on.

import { describe, expect, test } from 'vitest';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import { minuteOf } from '../../domain/statistics.ts';
import type { Purged, RecordedResult, Store } from '../store.ts';
import {
  aChange,
  aDelivery,
  again,
  aKey,
  anApiKey,
  anEntry,
  anEvent,
  aWebhook,
  bytes,
  first,
  newId,
  now,
  routed,
  succeeded,
  tenantId,
} from './given.ts';

const day = 86_400_000;
const old = now - 100 * day;
const before = now - 90 * day;

export function maintenanceContract(store: () => Store): void {
  /** Events accepted at an instant, each with one delivery to a webhook. */
  async function published(
    count: number,
    acceptedAt: number,
    webhook = aWebhook(),
  ): Promise<ScheduledDelivery[]> {
    const deliveries = [];
    for (let made = 0; made < count; made++) {
      const event = anEvent({ acceptedAt });
      deliveries.push(aDelivery(event, webhook));
      await store().publish(anEntry([routed(event, [deliveries[made]!])]));
    }
    return deliveries;
  }

  function finish(deliveries: readonly ScheduledDelivery[], at = old) {
    const results = deliveries.map((delivery) => settledAt(at, succeeded(delivery)));
    return store().record({ results, health: new Map() });
  }

  async function purgeAll(limit: number): Promise<Purged[]> {
    const steps: Purged[] = [];
    do steps.push(await store().purge(before, now, limit));
    while (steps.at(-1)!.more && steps.length < 1_000);
    return steps;
  }

  async function exists({ eventId }: ScheduledDelivery): Promise<boolean> {
    return (await store().loadEvent(eventId)) !== undefined;
  }

  describe('purge', () => {
    test('DUR-17: removes old finished events with their deliveries and attempts, in steps, and nothing newer', async () => {
      const [gone, kept] = [await published(25, old), await published(5, before)];
      await finish([...gone, ...kept]);

      const steps = await purgeAll(10);

      expect(steps.length).toBeGreaterThan(2);
      expect(steps.every(({ events }) => events <= 10)).toBe(true);
      const sum = (count: (step: Purged) => number) => steps.reduce((all, step) => all + count(step), 0);
      expect(sum(({ events }) => events)).toBeGreaterThanOrEqual(25);
      for (const delivery of gone) {
        expect(await exists(delivery)).toBe(false);
        expect(await store().getDelivery(tenantId, delivery.id)).toBeUndefined();
        expect(await store().listAttempts(tenantId, delivery.id)).toEqual([]);
      }
      for (const delivery of kept) expect(await exists(delivery)).toBe(true);
      expect((await store().listDeliveries(tenantId, {}, first)).rows).toHaveLength(5);
    });

    test('DUR-17: never touches an event that has anything unfinished, however many there are', async () => {
      const waiting = await published(40, old);
      const half = anEvent({ acceptedAt: old });
      const [done, open] = [aDelivery(half, aWebhook()), aDelivery(half, aWebhook())];
      await store().publish(anEntry([routed(half, [done, open])]));
      await finish([done]);
      await store().record({ results: [again(waiting[0]!, now)], health: new Map() });
      const behind = await published(3, old + 1);
      await finish(behind);

      await purgeAll(2);

      for (const delivery of [...waiting, done, open]) expect(await exists(delivery)).toBe(true);
      expect(await store().listAttempts(tenantId, waiting[0]!.id)).toHaveLength(1);
      expect(await store().listAttempts(tenantId, done.id)).toHaveLength(1);
      for (const delivery of behind) expect(await exists(delivery)).toBe(false);
    });

    test('what was unfinished in one round is removed in a later one', async () => {
      const [delivery] = await published(1, old);
      await purgeAll(10);
      expect(await exists(delivery!)).toBe(true);
      await finish([delivery!]);
      await purgeAll(10);
      expect(await exists(delivery!)).toBe(false);
    });

    test('P5: what was settled lately is kept for the retention time from then on, however old its event is', async () => {
      const [delivery] = await published(1, old);
      await finish([delivery!], before);
      await purgeAll(10);
      expect(await exists(delivery!)).toBe(true);
      await store().purge(before + 1, now, 10);
      expect(await exists(delivery!)).toBe(false);
    });

    test('removes expired keys and keeps the others', async () => {
      const [expired, valid] = [aKey({ expiresAt: now }), aKey({ expiresAt: now + 1 })];
      for (const key of [expired, valid]) await store().createApiKey(anApiKey(), aChange({ key, at: old }));
      const steps = await purgeAll(100);
      expect(steps.reduce((sum, { keys }) => sum + keys, 0)).toBeGreaterThanOrEqual(1);
      expect(await store().findAnswer(expired, now - 1)).toBeUndefined();
      expect(await store().findAnswer(valid, now)).toBeDefined();
    });

    test('forgets ended sessions once they would be over anyhow, and none before', async () => {
      const [past, present] = [newId('ses'), newId('ses')];
      await store().endSession(past, now);
      await store().endSession(present, now + 1);
      await purgeAll(100);
      expect(await store().isSessionEnded(past)).toBe(false);
      expect(await store().isSessionEnded(present)).toBe(true);
    });

    test('removes old statistics; last exchanges survive', async () => {
      const webhook = await store().createWebhook(aWebhook(), { kind: 'none' }, aChange());
      const [past, present] = [await published(1, old, webhook), await published(1, now, webhook)];
      await store().record({
        results: [
          {
            ...settledAt(old, succeeded(past[0]!, { startedAt: old })),
            lastExchange: { requestBody: bytes('kept') },
          },
          succeeded(present[0]!, { startedAt: now }),
        ],
        health: new Map(),
      });
      await purgeAll(10);
      expect(await exists(past[0]!)).toBe(false);
      expect(await store().webhookStatistics(webhook.id, 0, now * 2)).toMatchObject([
        { minute: minuteOf(now) },
      ]);
      expect(await store().lastExchanges(webhook.id)).toMatchObject([
        { attempt: { deliveryId: past[0]!.id }, requestBody: bytes('kept') },
      ]);
    });

    test('a routing is kept as long as an event points to it, and can come again', async () => {
      const [gone] = await published(1, old);
      const [kept] = await published(1, now);
      await finish([gone!, kept!]);
      await purgeAll(10);
      expect((await store().getEvent(tenantId, kept!.eventId))?.routing.notDeliveredTo).toHaveLength(1);
      const [next] = await published(1, now);
      expect((await store().getEvent(tenantId, next!.eventId))?.routing.notDeliveredTo).toHaveLength(1);
    });

    test('an event published while a purge is under way keeps its routing', async () => {
      await finish(await published(1, old));
      const event = anEvent({ acceptedAt: old });
      const delivery = aDelivery(event, aWebhook());
      await Promise.all([
        store().purge(before, now, 1_000),
        store().publish(anEntry([routed(event, [delivery])])),
      ]);
      expect((await store().getEvent(tenantId, event.id))?.routing.notDeliveredTo).toHaveLength(1);
    });

    test('a routing comes back with the next event after it was purged', async () => {
      await finish(await published(1, old));
      await purgeAll(10);
      const [next] = await published(1, old);
      expect((await store().getEvent(tenantId, next!.eventId))?.routing.notDeliveredTo).toHaveLength(1);
    });
  });

  test('cancelOrphans cancels only deliveries whose webhook is gone', async () => {
    const webhook = await store().createWebhook(aWebhook(), { kind: 'none' }, aChange());
    const [kept] = await published(1, now, webhook);
    const orphans = await published(3, now);
    while ((await store().cancelOrphans(now + 5, 100)) > 0);
    expect(await store().getDelivery(tenantId, kept!.id)).toMatchObject({
      delivery: { state: { kind: 'scheduled' } },
    });
    for (const { id } of orphans) {
      expect(await store().getDelivery(tenantId, id)).toMatchObject({
        delivery: { state: { kind: 'cancelled', at: now + 5, reason: 'webhook_deleted' } },
      });
    }
  });

  test('exhaustOld gives up what waits for too long, a step at a time, and nothing else', async () => {
    const webhook = aWebhook();
    const [tooOld, young] = [await published(5, old, webhook), await published(2, before, webhook)];
    const others = await published(1, old);
    await finish([tooOld[0]!]);
    expect(await store().exhaustOld(webhook.id, before, now, 3)).toBe(3);
    expect(await store().exhaustOld(webhook.id, before, now, 3)).toBe(1);
    expect(await store().exhaustOld(webhook.id, before, now, 3)).toBe(0);
    const stateOf = async ({ id }: ScheduledDelivery) =>
      (await store().getDelivery(tenantId, id))!.delivery.state;
    expect(await stateOf(tooOld[0]!)).toMatchObject({ kind: 'delivered' });
    expect(await stateOf(tooOld[4]!)).toEqual({ kind: 'exhausted', at: now, reason: 'age' });
    for (const delivery of [...young, ...others])
      expect(await stateOf(delivery)).toMatchObject({ kind: 'scheduled' });
  });

  test('exhaustOld and an attempt that ends at the same time agree on who was first', async () => {
    const webhook = aWebhook();
    const [delivery] = await published(1, old, webhook);
    const [given, [recorded]] = await Promise.all([
      store().exhaustOld(webhook.id, before, now, 3),
      finish([delivery!]),
    ]);
    expect(given).toBe(recorded === 'recorded' ? 0 : 1);
    expect(await store().getDelivery(tenantId, delivery!.id)).toMatchObject({
      delivery: { state: { kind: recorded === 'recorded' ? 'delivered' : 'exhausted' } },
    });
  });

  test('the size on disk is told', async () => {
    expect(await store().sizeBytes()).toBeGreaterThan(0);
  });

  test('a store that can write says so', async () => {
    expect(await store().check()).toEqual({ ok: true });
  });
}

function settledAt(at: number, result: RecordedResult): RecordedResult {
  return { ...result, after: { ...result.after, state: { kind: 'delivered', at } } };
}
