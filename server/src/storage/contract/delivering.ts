// What delivering may rely on.

import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../domain/attempt.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import type { Event } from '../../domain/event.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { healthy, type WebhookHealth } from '../../domain/webhook-health.ts';
import { KeyUsed, type Recorded, type RecordedResult, type Store } from '../store.ts';
import {
  aChange,
  aDelivery,
  again,
  aKey,
  anAttempt,
  anEntry,
  anEvent,
  aWebhook,
  bytes,
  failed,
  first,
  newId,
  now,
  refusedConnection,
  routed,
  succeeded,
  tenantId,
  upTo,
} from './given.ts';

const noHealth: ReadonlyMap<string, WebhookHealth> = new Map();

export function deliveringContract(store: () => Store): void {
  async function storedWebhook(more: Partial<Webhook> = {}): Promise<Webhook> {
    return store().createWebhook(aWebhook(more), { kind: 'none' }, aChange());
  }

  async function published(
    webhook: Pick<Webhook, 'id'>,
    more: Partial<ScheduledDelivery> = {},
    eventMore: Partial<Event> = {},
  ): Promise<{ event: Event; delivery: ScheduledDelivery }> {
    const event = anEvent(eventMore);
    const delivery = aDelivery(event, webhook, more);
    await store().publish(anEntry([routed(event, [delivery])]));
    return { event, delivery };
  }

  function record(...results: RecordedResult[]): Promise<readonly Recorded[]> {
    return store().record({ results, health: noHealth });
  }

  async function stateOf(delivery: ScheduledDelivery) {
    return (await store().getDelivery(tenantId, delivery.id))!.delivery.state;
  }

  async function attemptsOf(delivery: ScheduledDelivery): Promise<readonly Attempt[]> {
    return store().listAttempts(tenantId, delivery.id);
  }

  describe('express deliveries', () => {
    test('wait apart: waitingExpress answers them, and the queue of the lanes knows nothing of them', async () => {
      const webhook = await storedWebhook();
      const verification = await published(webhook, { purpose: 'verification' });
      const later = { kind: 'scheduled', dueAt: now + 99 } as const;
      const tested = await published(webhook, { purpose: 'test', state: later });
      const done = await published(webhook, { purpose: 'test' });
      await record(succeeded(done.delivery));
      const ofThis = (await store().waitingExpress()).filter(
        (each) => each.delivery.webhookId === webhook.id,
      );
      expect(ofThis.toSorted((a, b) => (a.delivery.id < b.delivery.id ? -1 : 1))).toEqual([
        verification,
        tested,
      ]);
      expect(await store().loadDue(webhook.id, now, upTo(10))).toEqual({ due: [], nextDueAt: null });
      const waiting = await store().waitingWebhooks();
      expect(waiting.some(({ webhookId }) => webhookId === webhook.id)).toBe(false);

      const event = await published(webhook);
      expect((await store().loadDue(webhook.id, now, upTo(10))).due).toEqual([event]);
    });

    test('are in the backlog', async () => {
      const before = await store().backlog();
      const past = { kind: 'scheduled', dueAt: 5 } as const;
      const { delivery } = await published(await storedWebhook(), { purpose: 'test', state: past });
      expect(await store().backlog()).toEqual({ pending: before.pending + 1, oldestDueAt: 5 });
      await record(succeeded(delivery));
      expect(await store().backlog()).toEqual(before);
    });

    test('are recorded with their attempts, and count in no statistics', async () => {
      const webhook = await storedWebhook();
      const { delivery } = await published(webhook, { purpose: 'test' });
      expect(await record(succeeded(delivery))).toEqual(['recorded']);
      expect(await stateOf(delivery)).toMatchObject({ kind: 'delivered' });
      expect(await attemptsOf(delivery)).toHaveLength(1);
      expect(await store().webhookStatistics(webhook.id, 0, now * 2)).toEqual([]);
    });

    test('can end as superseded, with an attempt or without', async () => {
      const webhook = await storedWebhook();
      const superseded = { kind: 'cancelled', at: now, reason: 'superseded' } as const;
      const [tried, untried] = [
        await published(webhook, { purpose: 'verification' }),
        await published(webhook, { purpose: 'verification' }),
      ];
      const after = { ...tried.delivery, attempts: 1, state: superseded };
      await record(
        { before: tried.delivery, after, attempt: anAttempt(tried.delivery, failed), lastExchange: null },
        {
          before: untried.delivery,
          after: { ...untried.delivery, state: superseded },
          attempt: null,
          lastExchange: null,
        },
      );
      expect(await stateOf(tried.delivery)).toEqual(superseded);
      expect(await stateOf(untried.delivery)).toEqual(superseded);
      expect(await attemptsOf(tried.delivery)).toHaveLength(1);
    });

    test('of a webhook that is gone are cancelled as orphans, and never given up by age', async () => {
      const { delivery } = await published({ id: newId('wh') }, { purpose: 'verification' });
      expect(await store().exhaustOld(delivery.webhookId, now + 1, now, 10)).toBe(0);
      while ((await store().cancelOrphans(now + 5, 100)) > 0);
      expect(await stateOf(delivery)).toEqual({ kind: 'cancelled', at: now + 5, reason: 'webhook_deleted' });
    });
  });

  describe('dropDeliveries', () => {
    test('cancels the events that waited by then, a step at a time, and nothing else', async () => {
      const webhook = await storedWebhook();
      const waiting = [await published(webhook), await published(webhook), await published(webhook)];
      const later = await published(webhook, { createdAt: now + 1 });
      const express = await published(webhook, { purpose: 'test' });
      const done = await published(webhook);
      const others = await published(await storedWebhook());
      await record(succeeded(done.delivery));
      const drop = () => store().dropDeliveries(webhook.id, 'target_changed', now, now + 9, 2);
      expect([await drop(), await drop(), await drop()]).toEqual([2, 1, 0]);
      for (const { delivery } of waiting) {
        expect(await stateOf(delivery)).toEqual({ kind: 'cancelled', at: now + 9, reason: 'target_changed' });
      }
      for (const { delivery } of [later, express, others])
        expect(await stateOf(delivery)).toMatchObject({ kind: 'scheduled' });
      expect(await stateOf(done.delivery)).toMatchObject({ kind: 'delivered' });
    });
  });

  describe('loadDue', () => {
    test('answers what is due by now, by due time and then id, and when the next one is', async () => {
      const webhook = aWebhook();
      const dueAt = [now - 5, now + 1, now - 9, now, now - 5, now + 70];
      const all = [];
      for (const at of dueAt) all.push(await published(webhook, { state: { kind: 'scheduled', dueAt: at } }));
      const [a, next, b, c, d] = all;

      expect(await store().loadDue(webhook.id, now, upTo(10))).toEqual({
        due: [b, a, d, c].map((queued) => queued),
        nextDueAt: next!.delivery.state.dueAt,
      });
      expect(await store().loadDue(webhook.id, now, upTo(2))).toEqual({ due: [b, a], nextDueAt: now - 5 });
      expect(await store().loadDue(webhook.id, now + 70, upTo(6))).toMatchObject({ nextDueAt: null });
      expect(await store().loadDue(webhook.id, now - 10, upTo(6))).toEqual({ due: [], nextDueAt: now - 9 });
    });

    test('passes over what the caller holds, and all that is due before it looks', async () => {
      const webhook = aWebhook();
      const all: { delivery: ScheduledDelivery }[] = [];
      for (const late of [9, 5, 5, 0, -1])
        all.push(await published(webhook, { state: { kind: 'scheduled', dueAt: now - late } }));
      const [oldest, a, b, c, next] = all;
      const load = (dueBefore: number, ...held: { delivery: ScheduledDelivery }[]) =>
        store().loadDue(webhook.id, now, upTo(2), {
          dueBefore,
          held: held.map(({ delivery }) => delivery.id),
        });

      expect(await load(0, oldest!)).toEqual({ due: [a, b], nextDueAt: now });
      expect(await load(now - 9)).toEqual({ due: [oldest, a], nextDueAt: now - 5 });
      expect(await load(now - 5, b!)).toEqual({ due: [a, c], nextDueAt: now + 1 });
      expect(await load(now - 4, b!)).toEqual({ due: [c], nextDueAt: now + 1 });
      expect(await load(now + 1, next!)).toEqual({ due: [], nextDueAt: null });
    });

    test('brings as many payloads as it may, and one that is larger alone', async () => {
      const webhook = aWebhook();
      const sizes = [50, 300, 100, 100];
      const all: { delivery: ScheduledDelivery }[] = [];
      for (const [index, size] of sizes.entries()) {
        const data = bytes(JSON.stringify({ x: 'y'.repeat(size) }));
        all.push(await published(webhook, { state: { kind: 'scheduled', dueAt: now + index } }, { data }));
      }
      const load = async (max: number, held: number) => {
        const passing = { dueBefore: 0, held: all.slice(0, held).map(({ delivery }) => delivery.id) };
        const limit = { count: 9, bytes: max };
        const { due, nextDueAt } = await store().loadDue(webhook.id, now + 9, limit, passing);
        return [due.length, nextDueAt];
      };
      expect(await load(200, 0)).toEqual([1, now + 1]);
      expect(await load(200, 1)).toEqual([1, now + 2]);
      expect(await load(300, 2)).toEqual([2, null]);
      expect(await load(-1, 2)).toEqual([1, now + 3]);
    });

    test("answers nothing of other webhooks' and nothing that is final", async () => {
      const webhook = aWebhook();
      await published(aWebhook());
      const { delivery } = await published(webhook);
      await record(succeeded(delivery));
      expect(await store().loadDue(webhook.id, now + 1, upTo(10))).toEqual({ due: [], nextDueAt: null });
    });

    test('a failed delivery is due again at its new time with its attempts counted', async () => {
      const webhook = aWebhook();
      const { event, delivery } = await published(webhook);
      const result = again(delivery, now + 5_000);
      await record(result);
      expect(await store().loadDue(webhook.id, now + 4_999, upTo(10))).toEqual({
        due: [],
        nextDueAt: now + 5_000,
      });
      expect((await store().loadDue(webhook.id, now + 5_000, upTo(10))).due).toEqual([
        { delivery: result.after, event },
      ]);
    });
  });

  test('waitingWebhooks answers each webhook that waits once, with its first due time', async () => {
    const [one, two, three] = [aWebhook(), aWebhook(), aWebhook()];
    await published(one, { state: { kind: 'scheduled', dueAt: now + 9 } });
    await published(one, { state: { kind: 'scheduled', dueAt: now + 3 } });
    await published(two, { state: { kind: 'scheduled', dueAt: now + 5 } });
    await record(succeeded((await published(three)).delivery));
    const waiting = (await store().waitingWebhooks()).filter(({ webhookId }) =>
      [one.id, two.id, three.id].includes(webhookId),
    );
    expect(waiting.toSorted((a, b) => a.nextDueAt - b.nextDueAt)).toEqual([
      { webhookId: one.id, nextDueAt: now + 3 },
      { webhookId: two.id, nextDueAt: now + 5 },
    ]);
  });

  describe('record', () => {
    test('keeps the attempt as it was and moves the delivery', async () => {
      const { delivery } = await published(aWebhook());
      const result = succeeded(delivery);
      expect(await record(result)).toEqual(['recorded']);
      expect(await attemptsOf(delivery)).toEqual([result.attempt]);
      expect(await store().getDelivery(tenantId, delivery.id)).toEqual({
        delivery: result.after,
        lastOutcome: 'success',
        lastStatus: 200,
        lastError: null,
        lastAttemptAt: result.attempt!.startedAt,
      });
    });

    test.each([
      ['a failure with Retry-After', failed],
      ['a failure', { outcome: { kind: 'failure', status: 404 } }],
      ['an error without a response', refusedConnection],
      ['an error after half a response', { outcome: { kind: 'error', reason: 'timeout_total', detail: '' } }],
    ] as [string, Partial<Attempt>][])('keeps %s', async (_name, more) => {
      const { delivery } = await published(aWebhook());
      const result = again(delivery, now + 5_000, more);
      await record(result);
      expect(await attemptsOf(delivery)).toEqual([result.attempt]);
      const { outcome } = result.attempt!;
      expect(await store().getDelivery(tenantId, delivery.id)).toMatchObject({
        delivery: result.after,
        lastOutcome: outcome.kind,
        lastStatus: outcome.kind === 'error' ? null : outcome.status,
        lastError: outcome.kind === 'error' ? outcome.reason : null,
      });
    });

    test.each([
      { kind: 'exhausted', at: now + 1, reason: 'attempts' },
      { kind: 'exhausted', at: now + 1, reason: 'age' },
      { kind: 'skipped', at: now + 1, reason: 'breaker_open' },
      { kind: 'skipped', at: now + 1, reason: 'too_many_in_flight' },
      { kind: 'cancelled', at: now + 1, reason: 'webhook_deleted' },
    ] as const)('a decision without an attempt is kept: $kind, $reason', async (state) => {
      const { delivery } = await published(aWebhook());
      expect(
        await record({ before: delivery, after: { ...delivery, state }, attempt: null, lastExchange: null }),
      ).toEqual(['recorded']);
      expect(await stateOf(delivery)).toEqual(state);
      expect(await attemptsOf(delivery)).toEqual([]);
    });

    test('CON-03: a stale result keeps its attempt and changes no state; delivered never reverts', async () => {
      const { delivery } = await published(aWebhook());
      await record(succeeded(delivery));
      const stale = again(delivery, now + 5_000);
      expect(await record(stale, stale)).toEqual(['stale', 'stale']);
      expect(await stateOf(delivery)).toEqual({ kind: 'delivered', at: now + 20 });
      expect((await attemptsOf(delivery)).map(({ outcome }) => outcome.kind)).toEqual([
        'success',
        'failure',
        'failure',
      ]);
      expect(await store().getDelivery(tenantId, delivery.id)).toMatchObject({ lastOutcome: 'success' });
    });

    test('CON-03: a late success of an earlier attempt does not overtake a newer failure', async () => {
      const { delivery } = await published(aWebhook());
      const newer = again(delivery, now + 5_000);
      await record(newer);
      expect(await record(succeeded(delivery))).toEqual(['stale']);
      expect(await stateOf(delivery)).toEqual({ kind: 'scheduled', dueAt: now + 5_000 });
    });

    test('CON-03: a late success does not revive what is exhausted or cancelled', async () => {
      const [one, two] = [await published(aWebhook()), await published(aWebhook())];
      const exhausted = { kind: 'exhausted', at: now, reason: 'attempts' } as const;
      await record({
        before: one.delivery,
        after: { ...one.delivery, attempts: 1, state: exhausted },
        attempt: anAttempt(one.delivery, failed),
        lastExchange: null,
      });
      await store().cancelDelivery(tenantId, two.delivery.id, now, aChange());
      expect(await record(succeeded(one.delivery), succeeded(two.delivery))).toEqual(['stale', 'cancelled']);
      expect(await stateOf(one.delivery)).toEqual(exhausted);
      expect(await store().getDelivery(tenantId, two.delivery.id)).toMatchObject({
        delivery: { state: { kind: 'cancelled' }, attempts: 1 },
        lastOutcome: 'success',
      });
    });

    test('a result whose delivery is gone fails neither its batch nor its commit', async () => {
      const { delivery } = await published(aWebhook());
      const gone = aDelivery(anEvent(), aWebhook());
      expect(await record(succeeded(gone), succeeded(delivery))).toEqual(['stale', 'recorded']);
      expect(await attemptsOf(gone)).toEqual([]);
      expect(await attemptsOf(delivery)).toHaveLength(1);
    });

    test('results of one delivery in one batch count one after the other', async () => {
      const { delivery } = await published(aWebhook());
      const once = again(delivery, now + 1);
      const twice = succeeded(once.after as ScheduledDelivery);
      expect(await record(once, twice)).toEqual(['recorded', 'recorded']);
      expect((await attemptsOf(delivery)).map(({ number }) => number)).toEqual([1, 2]);
    });

    test('adds up statistics per event type and minute, stale results included', async () => {
      const webhook = await storedWebhook();
      const minute = now - (now % 60_000);
      const results = [];
      for (const [type, startedAt, more] of [
        ['a', minute, { durationMs: 3 }],
        ['a', minute + 59_999, { ...failed, durationMs: 99 }],
        ['a', minute + 60_000, { ...refusedConnection, durationMs: 99_999 }],
        ['b', minute, { durationMs: 5 }],
      ] as [string, number, Partial<Attempt>][]) {
        const { delivery } = await published(webhook, {}, { type });
        results.push(succeeded(delivery, { ...more, startedAt }));
      }
      await record(...results.slice(0, 2));
      await record(...results.slice(1)); // the second once more: it was made, so it counts

      const counts = await store().webhookStatistics(webhook.id, minute, minute + 60_000);
      const bucket = (at: Record<number, number>) => Array.from({ length: 12 }, (_, index) => at[index] ?? 0);
      expect(counts).toEqual([
        {
          eventType: 'a',
          minute,
          counts: { successes: 1, failures: 2, errors: 0, latency: bucket({ 0: 1, 4: 2 }) },
        },
        {
          eventType: 'b',
          minute,
          counts: { successes: 1, failures: 0, errors: 0, latency: bucket({ 0: 1 }) },
        },
      ]);
      expect(await store().webhookStatistics(webhook.id, minute + 1, minute + 60_001)).toMatchObject([
        { eventType: 'a', minute: minute + 60_000, counts: { errors: 1, latency: bucket({ 11: 1 }) } },
      ]);
    });

    test('keeps the last exchange per event type and outcome; its number ascends in the tenant', async () => {
      const webhook = await storedWebhook({ dialect: 'confluence' });
      const made: RecordedResult[] = [];
      for (const [type, more] of [
        ['a', {}],
        ['a', failed],
        ['b', refusedConnection],
        ['a', {}],
      ] as [string, Partial<Attempt>][]) {
        const { delivery } = await published(webhook, {}, { type });
        const lastExchange = { requestBody: bytes(`body ${made.length}`) };
        made.push({ ...succeeded(delivery, more), lastExchange });
      }
      await record(made[0]!, made[1]!, made[3]!);
      await record(made[2]!);

      const kept = await store().lastExchanges(webhook.id);
      expect(kept.map(({ attempt, requestBody }) => ({ attempt, requestBody }))).toEqual(
        [made[1]!, made[3]!, made[2]!].map(({ attempt, lastExchange }) => ({ attempt, ...lastExchange })),
      );
      const numbers = kept.map(({ attemptNumber }) => attemptNumber);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(3);
      expect(Math.min(...numbers)).toBeGreaterThan(0);
    });

    test('keeps the newest health of each webhook', async () => {
      const webhook = await storedWebhook();
      const { delivery } = await published(webhook);
      const last = { kind: 'failure', status: 503 } as const;
      const failing = { since: now, deliveryIds: [delivery.id], attempts: 3, last, noticed: 'none' } as const;
      const health: WebhookHealth = { ...healthy, failing };
      await store().record({ results: [again(delivery, now + 1)], health: new Map([[webhook.id, health]]) });
      expect((await store().loadHealth()).get(webhook.id)).toEqual(health);

      await store().saveHealth(webhook.id, healthy);
      expect((await store().loadHealth()).get(webhook.id)).toEqual(healthy);
    });

    test('of what is said about health in one turn, the last word counts', async () => {
      const webhook = await storedWebhook();
      const open: WebhookHealth = {
        breaker: { kind: 'open', until: now + 1, openings: 1, since: now },
        failing: null,
      };
      await Promise.all([
        store().record({ results: [], health: new Map([[webhook.id, open]]) }),
        store().saveHealth(webhook.id, healthy),
      ]);
      expect((await store().loadHealth()).get(webhook.id)).toEqual(healthy);
    });

    test('what comes for a webhook that is gone leaves nothing behind', async () => {
      const webhook = aWebhook();
      const { delivery } = await published(webhook);
      await store().record({
        results: [{ ...succeeded(delivery), lastExchange: { requestBody: bytes('x') } }],
        health: new Map([[webhook.id, healthy]]),
      });
      expect((await store().loadHealth()).has(webhook.id)).toBe(false);
      expect(await store().lastExchanges(webhook.id)).toEqual([]);
      expect(await store().webhookStatistics(webhook.id, 0, now * 2)).toEqual([]);
    });
  });

  test('P2: unrecordedAttempts answers those begun whose delivery still waits for just that attempt', async () => {
    const [never, failing, done] = await Promise.all([1, 2, 3].map(() => published(aWebhook())));
    await record(again(failing!.delivery, now + 5_000), succeeded(done!.delivery));
    const begun = [never!, failing!, done!].flatMap(({ delivery: { id } }) => [
      { deliveryId: id, number: 1 },
      { deliveryId: id, number: 2 },
    ]);
    expect(await store().unrecordedAttempts([...begun, { deliveryId: newId('dlv'), number: 1 }])).toEqual([
      { deliveryId: never!.delivery.id, number: 1 },
      { deliveryId: failing!.delivery.id, number: 2 },
    ]);
  });

  describe('addDeliveries', () => {
    const auditIds = async () => (await store().listAudit(tenantId, {}, first)).rows.map(({ id }) => id);

    test('adds deliveries of stored events with the entry that says who asked', async () => {
      const webhook = await storedWebhook();
      const { event, delivery } = await published(webhook);
      await record(succeeded(delivery));
      const redelivery = aDelivery(event, webhook, { redeliveryOf: delivery.id });
      const change = aChange();
      await store().addDeliveries([redelivery], change);
      expect((await store().loadDue(webhook.id, now, upTo(10))).due).toEqual([
        { delivery: redelivery, event },
      ]);
      expect(await auditIds()).toContain(change.audit.id);
    });

    test('adds none, and leaves neither entry nor key, where the event of one is gone', async () => {
      const webhook = await storedWebhook();
      const { event } = await published(webhook);
      const owed = aDelivery(event, webhook);
      const key = aKey();
      const lost = [owed, aDelivery(anEvent(), webhook)];
      const change = aChange({ key });
      expect(await store().addDeliveries(lost, change)).toBe('event_gone');
      expect(await store().getDelivery(tenantId, owed.id)).toBeUndefined();
      expect(await auditIds()).not.toContain(change.audit.id);
      expect(await store().addDeliveries([owed], aChange({ key }))).toBe('added');
    });

    test('adds none, and leaves neither entry nor key, where the webhook of one is deleted', async () => {
      const [webhook, gone] = [await storedWebhook(), await storedWebhook()];
      const event = anEvent();
      await store().publish(anEntry([routed(event, [])]));
      const deleted = store().deleteWebhook(tenantId, gone.id, now, aChange());
      const both = [aDelivery(event, webhook), aDelivery(event, gone)];
      const key = aKey();
      const change = aChange({ key });
      expect(await store().addDeliveries(both, change)).toBe('webhook_gone');
      expect(await deleted).toBe(true);
      for (const { id } of both) expect(await store().getDelivery(tenantId, id)).toBeUndefined();
      expect(await auditIds()).not.toContain(change.audit.id);
      expect(await store().addDeliveries([both[0]!], aChange({ key }))).toBe('added');
    });

    test('with a used key it rejects and adds none', async () => {
      const webhook = await storedWebhook();
      const { event } = await published(webhook);
      const key = aKey();
      await store().addDeliveries([], aChange({ key }));
      const redelivery = aDelivery(event, webhook);
      await expect(store().addDeliveries([redelivery], aChange({ key }))).rejects.toBeInstanceOf(KeyUsed);
      expect(await store().getDelivery(tenantId, redelivery.id)).toBeUndefined();
    });
  });

  describe('cancelDelivery', () => {
    test('cancels what is scheduled, once', async () => {
      const { delivery } = await published(aWebhook());
      expect(await store().cancelDelivery(tenantId, delivery.id, now + 3, aChange())).toBe(true);
      expect(await stateOf(delivery)).toEqual({ kind: 'cancelled', at: now + 3, reason: 'person' });
      expect(await store().cancelDelivery(tenantId, delivery.id, now + 4, aChange())).toBe(false);
      expect((await store().loadDue(delivery.webhookId, now, upTo(10))).due).toEqual([]);
    });

    test("cancels neither what is delivered nor another tenant's, and writes no entry then", async () => {
      const { delivery } = await published(aWebhook());
      expect(await store().cancelDelivery(newId('tnt'), delivery.id, now, aChange())).toBe(false);
      await record(succeeded(delivery));
      expect(await store().cancelDelivery(tenantId, delivery.id, now, aChange())).toBe(false);
      expect((await store().listAudit(tenantId, {}, first)).rows).toEqual([]);
    });
  });

  test('loadEvent answers the event with its payload, or undefined', async () => {
    const { event } = await published(aWebhook());
    expect(await store().loadEvent(event.id)).toEqual(event);
    expect(await store().loadEvent(newId('evt'))).toBeUndefined();
  });
}
