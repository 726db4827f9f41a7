// What replays, and what people do to many deliveries at once, may rely on.

import { describe, expect, test } from 'vitest';
import type { Delivery, ScheduledDelivery } from '../../domain/delivery.ts';
import type { Event } from '../../domain/event.ts';
import type { Replay, ReplayPart, ReplayPlan } from '../../domain/replay.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { KeyUsed, type RecordedResult, type Store } from '../store.ts';
import {
  aChange,
  aDelivery,
  aKey,
  anAttempt,
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
  upTo,
} from './given.ts';

const exhaustedOnes = {
  kind: 'deliveries',
  states: ['exhausted'],
  outcome: null,
  statusClass: null,
  status: null,
  error: null,
} as const;

function aPlan(more: Partial<ReplayPlan> = {}): ReplayPlan {
  return { webhookId: null, from: null, to: now + 100, eventTypes: [], what: exhaustedOnes, ...more };
}

export function aReplay(more: Partial<Replay> = {}): Replay {
  return {
    id: newId('rpl'),
    tenantId,
    plan: aPlan(),
    state: { kind: 'running', since: now },
    counted: { count: 3, exact: true },
    made: 0,
    skipped: 0,
    createdAt: now,
    createdBy: { kind: 'user', id: 'usr_1', name: 'Ada' },
    ...more,
  };
}

export function replaysContract(store: () => Store): void {
  function storedWebhook(more: Partial<Webhook> = {}): Promise<Webhook> {
    return store().createWebhook(aWebhook(more), { kind: 'none' }, aChange());
  }

  async function published(
    webhook: Pick<Webhook, 'id'>,
    more: Partial<ScheduledDelivery> = {},
    eventMore: Partial<Event> = {},
  ): Promise<ScheduledDelivery> {
    const event = anEvent(eventMore);
    const delivery = aDelivery(event, webhook, more);
    await store().publish(anEntry([routed(event, [delivery])]));
    return delivery;
  }

  async function end(delivery: ScheduledDelivery, with_: Partial<RecordedResult> = {}): Promise<void> {
    const after: Delivery = {
      ...delivery,
      attempts: 1,
      state: { kind: 'exhausted', at: now, reason: 'attempts' },
    };
    const attempt = anAttempt(delivery, failed);
    const result = { before: delivery, after, attempt, lastExchange: null, ...with_ };
    await store().record({ results: [result], health: new Map() });
  }

  async function exhausted(
    webhook: Pick<Webhook, 'id'>,
    createdAt: number,
    type = 'invoice.paid',
  ): Promise<ScheduledDelivery> {
    const delivery = await published(webhook, { createdAt }, { type });
    await end(delivery);
    return delivery;
  }

  async function started(more: Partial<Replay>, ...webhooks: readonly Webhook[]): Promise<ReplayPart[]> {
    const replay = aReplay(more);
    await store().createReplay(replay, new Map(webhooks.map(({ id }) => [id, 3])), aChange());
    return partsOf(replay.id);
  }

  async function partsOf(replayId: string): Promise<ReplayPart[]> {
    const parts = await store().runningParts(null, 1_000);
    return parts.filter((part) => part.replayId === replayId);
  }

  function aPart(webhook: Webhook, plan: ReplayPlan, more: Partial<ReplayPart> = {}): ReplayPart {
    return {
      replayId: 'rpl_1',
      tenantId: webhook.tenantId,
      webhookId: webhook.id,
      plan,
      cursor: null,
      steps: 0,
      ...more,
    };
  }

  async function idsToReplay(webhook: Webhook, plan: ReplayPlan): Promise<string[]> {
    return (await store().deliveriesToReplay(aPart(webhook, plan), 100)).rows.map(({ id }) => id);
  }

  describe('deliveriesToReplay and countReplay', () => {
    test('take what ended as the plan says, oldest first, page by page', async () => {
      const webhook = await storedWebhook();
      const other = await storedWebhook();
      const [c, a, b] = [
        await exhausted(webhook, now + 3),
        await exhausted(webhook, now + 1),
        await exhausted(webhook, now + 2),
      ];
      await end(await published(webhook), succeeded(await published(webhook)));
      await published(webhook);
      const elsewhere = await exhausted(other, now);
      expect(await idsToReplay(webhook, aPlan())).toEqual([a, b, c].map(({ id }) => id));
      expect(await store().countReplay(tenantId, aPlan(), 10)).toEqual({
        byWebhook: new Map([
          [webhook.id, 3],
          [other.id, 1],
        ]),
        exact: true,
      });
      expect((await store().countReplay(tenantId, aPlan({ webhookId: other.id }), 10)).byWebhook).toEqual(
        new Map([[elsewhere.webhookId, 1]]),
      );
      expect((await store().countReplay(tenantId, aPlan(), 3)).exact).toBe(false);

      const found = await store().deliveriesToReplay(aPart(webhook, aPlan()), 2);
      expect(found).toMatchObject({
        rows: [{ id: a.id }, { id: b.id }],
        cursor: { at: now + 2, id: b.id },
        over: false,
      });
      const rest = await store().deliveriesToReplay(aPart(webhook, aPlan(), { cursor: found.cursor }), 2);
      expect(rest).toMatchObject({
        rows: [{ id: c.id, eventId: c.eventId, webhookId: webhook.id }],
        over: true,
      });
    });

    test('keep to the window, the types, the outcome, the status and the error', async () => {
      const webhook = await storedWebhook();
      const [early, paid, voided] = [
        await exhausted(webhook, now),
        await exhausted(webhook, now + 5),
        await exhausted(webhook, now + 5, 'invoice.voided'),
      ];
      const unreachable = await published(webhook, { createdAt: now + 7 });
      await end(unreachable, { attempt: anAttempt(unreachable, refusedConnection) });
      const all = [early, paid, voided, unreachable].map(({ id }) => id).toSorted();
      const taken = async (plan: Partial<ReplayPlan>) => (await idsToReplay(webhook, aPlan(plan))).toSorted();
      const counted = async (plan: Partial<ReplayPlan>) =>
        (await store().countReplay(tenantId, aPlan(plan), 10)).byWebhook.get(webhook.id) ?? 0;
      for (const [plan, expected] of [
        [{}, all],
        [{ from: now + 5 }, all.filter((id) => id !== early.id)],
        [{ to: now + 5 }, [early.id]],
        [{ eventTypes: ['invoice.v*', 'other'] }, [voided.id]],
        [{ eventTypes: ['invoice.paid'] }, all.filter((id) => id !== voided.id)],
        [{ eventTypes: ['*'] }, all],
        [{ what: { ...exhaustedOnes, outcome: 'error' } }, [unreachable.id]],
        [{ what: { ...exhaustedOnes, error: 'connect_refused' } }, [unreachable.id]],
        [{ what: { ...exhaustedOnes, statusClass: 5 } }, all.filter((id) => id !== unreachable.id)],
        [{ what: { ...exhaustedOnes, status: 503 } }, all.filter((id) => id !== unreachable.id)],
        [{ what: { ...exhaustedOnes, status: 500 } }, []],
        [{ what: { ...exhaustedOnes, states: ['cancelled', 'delivered'] } }, []],
      ] as [Partial<ReplayPlan>, string[]][]) {
        expect([plan, await taken(plan)]).toEqual([plan, expected]);
        expect([plan, await counted(plan)]).toEqual([plan, expected.length]);
      }
    });

    test('pass over what was delivered again since, unless the plan lists it', async () => {
      const webhook = await storedWebhook();
      const old = await exhausted(webhook, now);
      const again: ScheduledDelivery = {
        ...old,
        id: newId('dlv'),
        createdAt: now + 1,
        redeliveryOf: old.id,
      };
      await store().addDeliveries([again], aChange());
      expect(await idsToReplay(webhook, aPlan())).toEqual([]);
      await end(again);
      expect(await idsToReplay(webhook, aPlan())).toEqual([again.id]);
      expect(await idsToReplay(webhook, aPlan({ to: now + 1 }))).toEqual([]);
      const listed = aPlan({ what: { kind: 'listed', deliveryIds: [old.id, again.id, newId('dlv')] } });
      expect(await idsToReplay(webhook, listed)).toEqual([old.id, again.id]);
      expect((await store().countReplay(tenantId, listed, 10)).byWebhook).toEqual(new Map([[webhook.id, 2]]));
    });

    test("take nothing of another tenant's, of a disabled webhook or of one that is gone, and no messages", async () => {
      const disabled = await storedWebhook({ state: { kind: 'disabled', reason: 'failing', since: now } });
      const webhook = await storedWebhook();
      await exhausted(disabled, now);
      await exhausted(aWebhook(), now);
      const message = await published(webhook, { purpose: 'test' });
      await end(message);
      expect((await store().countReplay(tenantId, aPlan(), 10)).byWebhook.size).toBe(0);
      const mine = await exhausted(webhook, now);
      expect(await idsToReplay(webhook, aPlan())).toEqual([mine.id]);
      const listed = aPlan({ what: { kind: 'listed', deliveryIds: [mine.id] } });
      const foreign = aTenant().id;
      expect((await store().countReplay(foreign, listed, 10)).byWebhook.size).toBe(0);
      expect(await idsToReplay({ ...webhook, tenantId: foreign }, listed)).toEqual([]);
    });
  });

  test('missedEvents answers what the webhook has no delivery of, by the types of the plan and its own', async () => {
    const webhook = await storedWebhook({
      subscription: { eventTypes: ['invoice.*'], channels: [], only: null, filter: null },
    });
    const other = await storedWebhook();
    const had = await published(webhook);
    const [later, missed, otherType] = [
      anEvent({ acceptedAt: now + 2 }),
      anEvent({ acceptedAt: now + 1, type: 'invoice.voided' }),
      anEvent({ acceptedAt: now + 1, type: 'order.paid' }),
    ];
    for (const event of [later, missed, otherType])
      await store().publish(anEntry([routed(event, [aDelivery(event, other)])]));
    const ids = async (plan: ReplayPlan) =>
      (await store().missedEvents(plan, webhook, null, 10, false)).rows.map(({ id }) => id);
    const plan = aPlan({ what: { kind: 'missed' } });
    expect(await ids(plan)).toEqual([missed.id, later.id]);
    expect(await ids(plan)).not.toContain(had.eventId);
    expect(await ids({ ...plan, to: now + 2 })).toEqual([missed.id]);
    expect(await ids({ ...plan, eventTypes: ['invoice.paid'] })).toEqual([later.id]);
    const withData = await store().missedEvents(plan, webhook, null, 1, true);
    expect(withData).toEqual({ rows: [missed], cursor: { at: now + 1, id: missed.id }, over: false });
    const rest = await store().missedEvents(plan, webhook, withData.cursor, 10, false);
    expect(rest).toMatchObject({ rows: [{ ...later, data: new Uint8Array() }], over: true });
  });

  test('a long window is looked through in bounded pieces, and nothing of it is passed over', async () => {
    const webhook = await storedWebhook();
    const others = await storedWebhook();
    const wanted: string[] = [];
    for (let from = 0; from < 5_000; from += 500) {
      const events = Array.from({ length: 500 }, (_, index) => anEvent({ acceptedAt: now + from + index }));
      const of = (event: Event) => aDelivery(event, webhook, { createdAt: event.acceptedAt });
      const entries = events.map((event, index) =>
        routed(event, index === 250 ? [aDelivery(event, others)] : [of(event)]),
      );
      await store().publish(anEntry(entries));
      const delivery = entries[7]!.deliveries[0]!;
      await end(delivery);
      wanted.push(delivery.id);
    }
    const plan = aPlan({ to: now + 5_000 });
    const taken: string[] = [];
    let pieces = 0;
    for (let cursor: ReplayPart['cursor'] = null, over = false; !over; pieces++) {
      const found = await store().deliveriesToReplay(aPart(webhook, plan, { cursor }), 100);
      taken.push(...found.rows.map(({ id }) => id));
      ({ cursor, over } = found);
    }
    expect(taken).toEqual(wanted);
    expect(pieces).toBe(3);

    let missed = 0;
    for (let cursor: ReplayPart['cursor'] = null, over = false; !over;) {
      const found = await store().missedEvents(
        { ...plan, what: { kind: 'missed' } },
        webhook,
        cursor,
        100,
        false,
      );
      missed += found.rows.length;
      ({ cursor, over } = found);
    }
    expect(missed).toBe(10);
  });

  test('countWaiting counts what waits and what of it is due, up to the limit', async () => {
    const webhook = aWebhook();
    for (const dueAt of [now - 1, now, now + 1, now + 2])
      await published(webhook, { state: { kind: 'scheduled', dueAt } });
    await published(webhook, { purpose: 'test' });
    expect(await store().countWaiting(webhook.id, now, 10)).toEqual({ due: 2, waiting: 4, behind: 0 });
    expect(await store().countWaiting(webhook.id, now + 9, 3)).toEqual({ due: 3, waiting: 3, behind: 0 });
    const inLine = aWebhook();
    for (let count = 0; count < 5; count++) await published(inLine, { orderingKey: 'k' });
    expect(await store().countWaiting(inLine.id, now, 3)).toEqual({ due: 1, waiting: 1, behind: 3 });
    expect(await store().countWaiting(newId('wh'), now, 3)).toEqual({ due: 0, waiting: 0, behind: 0 });
  });

  describe('a replay', () => {
    test('is stored with its entry, and told to its tenant alone', async () => {
      const replay = aReplay({ plan: aPlan({ webhookId: 'wh_1', from: now - 5 }) });
      await store().createReplay(replay, new Map([['wh_1', null]]), aChange());
      expect(await store().getReplay(tenantId, replay.id)).toEqual(replay);
      expect(await store().getReplay(newId('tnt'), replay.id)).toBeUndefined();
      expect((await store().listReplays(newId('tnt'), {}, first)).rows).toEqual([]);
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(1);
    });

    test('is listed newest first, by webhook and by state', async () => {
      const [one, two] = [aReplay({ plan: aPlan({ webhookId: 'wh_1' }) }), aReplay({ createdAt: now + 1 })];
      for (const replay of [one, two]) await store().createReplay(replay, new Map(), aChange());
      const paused = { kind: 'paused', since: now + 9, by: one.createdBy } as const;
      await store().changeReplay(tenantId, two.id, 'running', paused, aChange());
      const ids = async (filter: Parameters<Store['listReplays']>[1]) =>
        (await store().listReplays(tenantId, filter, first)).rows.map(({ id }) => id);
      expect(await ids({})).toEqual([two.id, one.id]);
      expect(await ids({ webhookId: 'wh_1' })).toEqual([one.id]);
      expect(await ids({ state: 'paused' })).toEqual([two.id]);
      expect(await ids({ createdTo: now + 1 })).toEqual([one.id]);
    });

    test('with a used key is not stored', async () => {
      const key = aKey();
      await store().createReplay(aReplay(), new Map(), aChange({ key }));
      const replay = aReplay();
      await expect(store().createReplay(replay, new Map(), aChange({ key }))).rejects.toBeInstanceOf(KeyUsed);
      expect(await store().getReplay(tenantId, replay.id)).toBeUndefined();
    });

    test('changes its state once, from the one it has', async () => {
      const replay = aReplay();
      await store().createReplay(replay, new Map([['wh_1', 1]]), aChange());
      const paused = { kind: 'paused', since: now + 1, by: replay.createdBy } as const;
      expect(
        await store().changeReplay(newId('tnt'), replay.id, 'running', paused, aChange()),
      ).toBeUndefined();
      expect(await store().changeReplay(tenantId, replay.id, 'running', paused, aChange())).toEqual({
        ...replay,
        state: paused,
      });
      expect(await store().changeReplay(tenantId, replay.id, 'running', paused, aChange())).toBeUndefined();
      expect(await partsOf(replay.id)).toEqual([]);
      const running = { kind: 'running', since: now + 2 } as const;
      await store().changeReplay(tenantId, replay.id, 'paused', running, aChange());
      expect(await partsOf(replay.id)).toHaveLength(1);
      const cancelled = { kind: 'cancelled', at: now + 3, by: replay.createdBy } as const;
      await store().changeReplay(tenantId, replay.id, 'running', cancelled, aChange());
      expect(await store().getReplay(tenantId, replay.id)).toMatchObject({ state: cancelled });
      expect(await partsOf(replay.id)).toEqual([]);
    });

    test('goes with its tenant', async () => {
      const tenant = aTenant();
      await store().createTenant(tenant, aChange());
      const replay = aReplay({ tenantId: tenant.id });
      await store().createReplay(replay, new Map([['wh_1', 1]]), aChange());
      await store().deleteTenant(tenant.id, now, aChange());
      expect(await store().getReplay(tenant.id, replay.id)).toBeUndefined();
      expect(await partsOf(replay.id)).toEqual([]);
    });

    test('that is over is purged once it is old, and no other', async () => {
      const by = aReplay().createdBy;
      const [old, young, running] = [
        aReplay({ state: { kind: 'completed', at: now - 1_000 } }),
        aReplay({ state: { kind: 'cancelled', at: now, by } }),
        aReplay({ state: { kind: 'running', since: now - 1_000 } }),
      ];
      for (const replay of [old, young, running]) await store().createReplay(replay, new Map(), aChange());
      while ((await store().purge(now - 500, now, 100)).more);
      expect(await store().getReplay(tenantId, old.id)).toBeUndefined();
      expect(await store().getReplay(tenantId, young.id)).toBeDefined();
      expect(await store().getReplay(tenantId, running.id)).toBeDefined();
      await store().changeReplay(
        tenantId,
        running.id,
        'running',
        { kind: 'cancelled', at: now, by },
        aChange(),
      );
    });
  });

  describe('stepReplay', () => {
    test('adds the deliveries and moves the part on; the last step completes the replay', async () => {
      const [one, two] = [await storedWebhook(), await storedWebhook()];
      const event = anEvent();
      await store().publish(anEntry([routed(event, [])]));
      const [a, b] = await started({}, one, two);
      const delivery = aDelivery(event, { id: a!.webhookId });
      const cursor = { at: now, id: 'dlv_7' };
      expect(await store().stepReplay(a!, { deliveries: [delivery], cursor, over: false }, now)).toEqual({
        made: 1,
        skipped: 0,
        completed: false,
      });
      expect((await store().loadDue(a!.webhookId, now, upTo(10))).due).toEqual([{ delivery, event }]);
      const [moved] = await partsOf(a!.replayId);
      expect(moved).toEqual({ ...a!, cursor, steps: 1 });
      expect(await store().getReplay(tenantId, a!.replayId)).toMatchObject({ made: 1, skipped: 0 });

      const over = { deliveries: [], cursor: null, over: true };
      expect(await store().stepReplay(moved!, over, now)).toEqual({ made: 0, skipped: 2, completed: false });
      expect(await store().stepReplay(b!, over, now + 8)).toEqual({ made: 0, skipped: 3, completed: true });
      expect(await store().getReplay(tenantId, a!.replayId)).toMatchObject({
        state: { kind: 'completed', at: now + 8 },
        made: 1,
        skipped: 5,
      });
    });

    test('puts what stands in a line behind what waits there', async () => {
      const webhook = await storedWebhook();
      const waiting = await published(webhook, { orderingKey: 'k' });
      const event = anEvent();
      await store().publish(anEntry([routed(event, [])]));
      const [part] = await started({}, webhook);
      const deliveries = ['k', 'k', 'l', null].map((orderingKey) =>
        aDelivery(event, webhook, { orderingKey }),
      );
      await store().stepReplay(part!, { deliveries, cursor: null, over: true }, now);
      const due = async () =>
        new Set((await store().loadDue(webhook.id, now, upTo(10))).due.map(({ delivery }) => delivery.id));
      const [k1, k2, l, free] = deliveries.map(({ id }) => id);
      expect(await due()).toEqual(new Set([waiting.id, l, free]));
      for (const [ended, next] of [
        [waiting.id, k1],
        [k1, k2],
      ] as const) {
        await store().cancelDelivery(tenantId, ended!, now, aChange());
        expect(await due()).toEqual(new Set([next, l, free]));
      }
    });

    test('does nothing a second time, nor for a replay that is paused, cancelled or over', async () => {
      const webhook = await storedWebhook();
      const event = anEvent();
      await store().publish(anEntry([routed(event, [])]));
      const [part] = await started({}, webhook);
      const step = () => ({
        deliveries: [aDelivery(event, webhook)],
        cursor: { at: now, id: 'dlv_1' },
        over: false,
      });
      const both = await Promise.all([
        store().stepReplay(part!, step(), now),
        store().stepReplay(part!, step(), now),
      ]);
      expect(both.filter((stepped) => stepped === undefined)).toHaveLength(1);
      expect(await store().stepReplay(part!, step(), now)).toBeUndefined();
      const [next] = await partsOf(part!.replayId);
      const { createdBy: by } = aReplay();
      const paused = { kind: 'paused', since: now, by } as const;
      await store().changeReplay(tenantId, part!.replayId, 'running', paused, aChange());
      expect(await store().stepReplay(next!, step(), now)).toBeUndefined();
      const cancelled = { kind: 'cancelled', at: now, by } as const;
      await store().changeReplay(tenantId, part!.replayId, 'paused', cancelled, aChange());
      expect(await store().stepReplay(next!, step(), now)).toBeUndefined();
      expect((await store().loadDue(webhook.id, now, upTo(10))).due).toHaveLength(1);
    });

    test('makes nothing for a webhook that was deleted, and tells how many', async () => {
      const webhook = await storedWebhook();
      const event = anEvent();
      await store().publish(anEntry([routed(event, [])]));
      const replay = aReplay();
      await store().createReplay(replay, new Map([[webhook.id, null]]), aChange());
      const [part] = await partsOf(replay.id);
      await store().deleteWebhook(tenantId, webhook.id, now, aChange());
      const delivery = aDelivery(event, webhook);
      const step = { deliveries: [delivery], cursor: null, over: true };
      expect(await store().stepReplay(part!, step, now)).toEqual({ made: 0, skipped: 1, completed: true });
      expect(await store().getDelivery(tenantId, delivery.id)).toBeUndefined();
    });

    test('passes over what has lost its event, and tells how many', async () => {
      const webhook = await storedWebhook();
      const event = anEvent();
      await store().publish(anEntry([routed(event, [])]));
      const replay = aReplay();
      await store().createReplay(replay, new Map([[webhook.id, null]]), aChange());
      const [part] = await partsOf(replay.id);
      const deliveries = [aDelivery(event, webhook), aDelivery(anEvent(), webhook)];
      expect(await store().stepReplay(part!, { deliveries, cursor: null, over: true }, now)).toEqual({
        made: 1,
        skipped: 1,
        completed: true,
      });
    });

    test('runningParts goes on after a part', async () => {
      const webhooks = [await storedWebhook(), await storedWebhook(), await storedWebhook()];
      const parts = await started({}, ...webhooks);
      const rest = await store().runningParts(parts[0]!, 1_000);
      expect(rest.filter(({ replayId }) => replayId === parts[0]!.replayId)).toEqual(parts.slice(1));
      expect(await store().runningParts(null, 1)).toHaveLength(1);
    });
  });

  test('cancelScheduled cancels the events that wait of the tenant, with one entry, and tells which', async () => {
    const webhook = await storedWebhook();
    const [one, two, done, message] = [
      await published(webhook),
      await published(webhook),
      await published(webhook),
      await published(webhook, { purpose: 'test' }),
    ];
    await end(done);
    const ids = [one, two, done, message].map(({ id }) => id);
    expect(
      await store().cancelScheduled(newId('tnt'), ids, now, aChange({ tenantId: newId('tnt') })),
    ).toEqual([]);
    const cancelled = await store().cancelScheduled(tenantId, ids, now + 3, aChange());
    expect(cancelled.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      [one, two].map(({ id }) => ({ id, webhookId: webhook.id })),
    );
    expect((await store().getDelivery(tenantId, one.id))!.delivery.state).toEqual({
      kind: 'cancelled',
      at: now + 3,
      reason: 'person',
    });
    expect(await store().cancelScheduled(tenantId, [], now, aChange())).toEqual([]);
  });

  test('retryNow makes due what waits for later, and adds others whose event and webhook are there', async () => {
    const webhook = await storedWebhook();
    const later = await published(webhook, { state: { kind: 'scheduled', dueAt: now + 9_000 } });
    const due = await published(webhook, { state: { kind: 'scheduled', dueAt: now - 5 } });
    const done = await exhausted(webhook, now);
    const again = { ...done, id: newId('dlv'), redeliveryOf: done.id };
    const lost = aDelivery(anEvent(), webhook);
    const gone = { ...again, id: newId('dlv'), webhookId: newId('wh') };
    const ids = [later, due, done].map(({ id }) => id);
    expect(await store().retryNow(newId('tnt'), ids, [], now, aChange({ tenantId: newId('tnt') }))).toEqual({
      hastened: [],
      added: [],
    });
    expect(await store().retryNow(tenantId, ids, [again, lost, gone], now + 1, aChange())).toEqual({
      hastened: [{ id: later.id, webhookId: webhook.id }],
      added: [again.id],
    });
    const { due: loaded } = await store().loadDue(webhook.id, now + 1, upTo(10));
    expect(loaded.map(({ delivery }) => delivery.id).toSorted()).toEqual(
      [later.id, due.id, again.id].toSorted(),
    );
    const page = await store().listDeliveries(tenantId, { state: 'scheduled', dueAfter: now }, first);
    expect(page.rows.map(({ delivery }) => delivery.id)).toEqual([later.id]);
  });
}
