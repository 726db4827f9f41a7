// What people may rely on when they ask how things go.

import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../domain/attempt.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import { closedBreaker } from '../../domain/circuit-breaker.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { IssueFilter, RecordedResult, Store } from '../store.ts';
import {
  aChange,
  aDelivery,
  again,
  anEntry,
  anEvent,
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

const minute = 60_000;
const hour = 60 * minute;
/** The begin of the hour in which everything here happens. */
const start = now - (now % hour);

export function statisticsContract(store: () => Store): void {
  async function created(more: Partial<Webhook> = {}): Promise<Webhook> {
    return store().createWebhook(aWebhook(more), { kind: 'none' }, aChange());
  }

  async function published(webhook: Webhook, type = 'invoice.paid'): Promise<ScheduledDelivery> {
    const event = anEvent({ type });
    const delivery = aDelivery(event, webhook);
    await store().publish(anEntry([routed(event, [delivery])]));
    return delivery;
  }

  async function record(...results: readonly RecordedResult[]): Promise<void> {
    await store().record({ results, health: new Map() });
  }

  function exhausted(before: ScheduledDelivery, more: Partial<Attempt>): RecordedResult {
    const result = again(before, now, more);
    return {
      ...result,
      after: { ...result.after, state: { kind: 'exhausted', at: now, reason: 'attempts' } },
    };
  }

  describe('statistics', () => {
    test("of a tenant add up its webhooks', per event type and bucket", async () => {
      const [one, two] = [await created(), await created()];
      await record(
        succeeded(await published(one), { startedAt: start + minute, durationMs: 20 }),
        succeeded(await published(two), { startedAt: start + 2 * minute, durationMs: 20 }),
        again(await published(two), now, { ...failed, startedAt: start + 16 * minute }),
        again(await published(two, 'other'), now, { ...refusedConnection, startedAt: start + minute }),
        succeeded(await published(one), { startedAt: start - 1 }),
        succeeded(await published(one), { startedAt: start + hour }),
      );

      const rows = await store().tenantStatistics(tenantId, start, start + hour, 15 * minute);
      const shown = rows.map(({ eventType, minute: at, counts }) => [
        eventType,
        (at - start) / minute,
        counts.successes,
        counts.failures,
        counts.errors,
        counts.latency.reduce((sum, count) => sum + count, 0),
      ]);
      expect(shown.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
        ['invoice.paid', 0, 2, 0, 0, 2],
        ['invoice.paid', 15, 0, 1, 0, 1],
        ['other', 0, 0, 0, 1, 1],
      ]);
      expect(await store().tenantStatistics(newId('tnt'), start, start + hour, hour)).toEqual([]);
      await store().deleteWebhook(tenantId, two.id, now, aChange());
      expect(await store().tenantStatistics(tenantId, start, start + hour, hour)).toMatchObject([
        { eventType: 'invoice.paid', minute: start, counts: { successes: 1, failures: 0 } },
      ]);
    });

    test('of webhooks are told for each of those that are the tenant’s', async () => {
      const [one, two] = [await created(), await created()];
      await record(
        succeeded(await published(one), { startedAt: start }),
        succeeded(await published(one, 'other'), { startedAt: start + minute }),
        again(await published(two), now, { ...failed, startedAt: start }),
      );
      const of = (tenant: string, ...webhooks: Webhook[]) =>
        store().webhooksStatistics(
          tenant,
          webhooks.map(({ id }) => id),
          start,
          start + hour,
          hour,
        );

      expect(await of(tenantId, one)).toMatchObject([
        { webhookId: one.id, minute: start, counts: { successes: 2 } },
      ]);
      expect((await of(tenantId, one, two)).map(({ webhookId }) => webhookId).toSorted()).toEqual(
        [one.id, two.id].toSorted(),
      );
      expect(await of(newId('tnt'), one)).toEqual([]);
      expect(await of(tenantId)).toEqual([]);
    });
  });

  describe('webhookActivity', () => {
    test('tells what waits and the last attempt, be it of a new delivery or of one that fails since long', async () => {
      const [fresh, well, failing] = [await created(), await created(), await created()];
      await published(fresh);
      const old = await published(failing);
      await record(
        again(await published(well), now + 9, { ...failed, startedAt: now - 5 }),
        succeeded(await published(well), { startedAt: now - 3 }),
      );
      for (let count = 0; count < 50; count++) await published(failing);
      await record(again(old, now + 9, { ...refusedConnection, startedAt: now - 1 }));

      const ids = [fresh.id, well.id, failing.id];
      const activity = await store().webhookActivity(tenantId, ids);
      const of = (webhook: Webhook) => activity.find(({ webhookId }) => webhookId === webhook.id);
      expect(of(fresh)).toEqual({ webhookId: fresh.id, scheduled: 1, lastAttempt: null });
      expect(of(well)).toEqual({
        webhookId: well.id,
        scheduled: 1,
        lastAttempt: { at: now - 3, outcome: 'success', status: 200, error: null },
      });
      expect(of(failing)).toEqual({
        webhookId: failing.id,
        scheduled: 51,
        lastAttempt: { at: now - 1, outcome: 'error', status: null, error: 'connect_refused' },
      });
      expect(await store().webhookActivity(newId('tnt'), ids)).toEqual([]);
      expect(await store().webhookActivity(tenantId, [])).toEqual([]);
    });
  });

  test('webhookTotals counts webhooks by state and those that fail, an expired one as disabled', async () => {
    const failing = await created({ state: { kind: 'paused', since: now } });
    await created();
    await created({ expiry: { at: now, afterMs: 5 } });
    await store().saveHealth(failing.id, {
      breaker: closedBreaker,
      failing: { since: now, deliveryIds: [], attempts: 1, last: null, noticed: 'none' },
    });

    expect(await store().webhookTotals(tenantId, now - 1)).toEqual({
      active: 2,
      paused: 1,
      disabled: 0,
      failing: 1,
    });
    expect(await store().webhookTotals(tenantId, now)).toEqual({
      active: 1,
      paused: 1,
      disabled: 1,
      failing: 1,
    });
    expect(await store().webhookTotals(newId('tnt'), now)).toEqual({
      active: 0,
      paused: 0,
      disabled: 0,
      failing: 0,
    });
  });

  test("tenantQueue tells the tenant's scheduled deliveries, and for which webhooks since when", async () => {
    expect(await store().tenantQueue(tenantId)).toEqual({ scheduled: 0, lanes: [] });
    const [one, two] = [await created(), await created()];
    await created();
    const delivery = await published(one);
    await record(again(await published(two), now - 50));
    const waitsForTwo = { webhookId: two.id, firstDueAt: now - 50 };

    const { scheduled, lanes } = await store().tenantQueue(tenantId);
    expect(scheduled).toBe(2);
    expect(lanes).toHaveLength(2);
    expect(lanes).toContainEqual({ webhookId: one.id, firstDueAt: delivery.state.dueAt });
    expect(lanes).toContainEqual(waitsForTwo);
    await record(succeeded(delivery));
    expect(await store().tenantQueue(tenantId)).toEqual({ scheduled: 1, lanes: [waitsForTwo] });
    expect(await store().tenantQueue(newId('tnt'))).toEqual({ scheduled: 0, lanes: [] });
  });

  describe('issues', () => {
    const always: IssueFilter = { from: 0, to: now * 2 };
    const listed = async (filter: Partial<IssueFilter> = {}, tenant = tenantId) =>
      (await store().listIssues(tenant, { ...always, ...filter }, first)).rows;

    test('group what failed and is still owed or given up by webhook and failure, the last seen first', async () => {
      const [one, two] = [await created({ name: 'One' }), await created({ name: 'Two' })];
      const example = await published(one, 'b');
      await record(
        again(await published(one, 'a'), now + 9, { ...failed, startedAt: now - 9 }),
        exhausted(example, { ...failed, startedAt: now - 2 }),
        again(await published(one), now + 9, { ...refusedConnection, startedAt: now - 1 }),
        again(await published(two), now + 9, { ...failed, startedAt: now - 3 }),
        succeeded(await published(one)),
      );
      await published(one);

      const issues = await listed();
      expect(issues.map(({ webhookName, failure }) => [webhookName, failure])).toEqual([
        ['One', 'connect_refused'],
        ['One', '503'],
        ['Two', '503'],
      ]);
      expect(issues[1]).toEqual({
        webhookId: one.id,
        webhookName: 'One',
        failure: '503',
        scheduled: 1,
        exhausted: 1,
        firstSeenAt: now,
        lastSeenAt: now - 2,
        eventTypes: { count: 2, names: ['a', 'b'] },
        exampleDeliveryId: example.id,
      });
      expect(await listed({}, newId('tnt'))).toEqual([]);
    });

    test('end when their deliveries are delivered or cancelled, or the webhook is gone', async () => {
      const [one, two] = [await created(), await created()];
      const [delivered, cancelled] = [await published(one), await published(one)];
      await record(again(delivered, now), again(cancelled, now), exhausted(await published(two), failed));
      expect(await listed({ webhookId: one.id })).toMatchObject([{ scheduled: 2, exhausted: 0 }]);

      await record(succeeded({ ...delivered, attempts: 1 }));
      expect(await listed({ webhookId: one.id })).toMatchObject([{ scheduled: 1 }]);
      await store().cancelDelivery(tenantId, cancelled.id, now, aChange());
      expect(await listed({ webhookId: one.id })).toEqual([]);

      expect(await listed()).toHaveLength(1);
      await store().deleteWebhook(tenantId, two.id, now, aChange());
      expect(await listed()).toEqual([]);
    });

    test('end when what was given up is delivered again, and begin anew where that fails', async () => {
      const [one, two] = [await created(), await created()];
      const event = anEvent({ type: 'invoice.paid' });
      const [mine, others] = [aDelivery(event, one), aDelivery(event, two)];
      await store().publish(anEntry([routed(event, [mine, others])]));
      await record(exhausted(mine, failed), exhausted(others, failed));

      const redelivery = { ...mine, id: newId('dlv'), createdAt: now + 1, redeliveryOf: mine.id };
      await store().addDeliveries([redelivery], aChange());
      expect((await listed()).map(({ webhookId }) => webhookId)).toEqual([two.id]);

      await record(exhausted(redelivery, failed));
      expect(await listed({ webhookId: one.id })).toMatchObject([
        { exhausted: 1, exampleDeliveryId: redelivery.id },
      ]);
    });

    test('are found by webhook, failure and when they were seen', async () => {
      const [one, two] = [await created(), await created()];
      await record(
        again(await published(one), now, { ...failed, startedAt: now - 9 }),
        again(await published(one), now, { ...refusedConnection, startedAt: now - 5 }),
        again(await published(two), now, { ...failed, startedAt: now - 1 }),
      );
      const seen = async (filter: Partial<IssueFilter>) =>
        (await listed(filter)).map(({ webhookId, failure }) => [webhookId, failure]);

      expect(await seen({ webhookId: one.id })).toEqual([
        [one.id, 'connect_refused'],
        [one.id, '503'],
      ]);
      expect(await seen({ webhookId: one.id, failure: '503' })).toEqual([[one.id, '503']]);
      expect(await seen({ webhookId: one.id, failure: '50' })).toEqual([]);
      expect(await seen({ from: now - 5 })).toEqual([
        [two.id, '503'],
        [one.id, 'connect_refused'],
      ]);
      expect(await seen({ from: now - 9, to: now - 5 })).toEqual([[one.id, '503']]);
    });

    test('are listed page by page in both directions', async () => {
      const webhook = await created();
      const statuses = [400, 404, 500, 502, 503];
      for (const [index, status] of statuses.entries()) {
        const outcome = { kind: 'failure', status } as const;
        await record(again(await published(webhook), now, { outcome, startedAt: now + index }));
      }
      expect(
        await idsByPages(
          (page) => store().listIssues(tenantId, always, page),
          ({ failure }) => failure,
        ),
      ).toEqual(statuses.map(String).toReversed());
    });
  });
}
