import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { testClock, seededRandom } from '../../test/test-clock.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { allPermissions, type Caller } from '../domain/access.ts';
import { makeIds } from '../domain/id.ts';
import { routedOf } from '../domain/match.ts';
import { StoreFull } from '../storage/port/store-errors.ts';
import { openSqliteInline, type InlineOptions } from '../storage/sqlite/open.ts';
import type { QueuedDelivery } from '../storage/store.ts';
import { makePublish, type Submission } from './publish.ts';
import { startSubscriptions } from './subscriptions.ts';

const tenantId = 'tnt_1';
const caller: Caller = {
  principal: { kind: 'system', id: 'usr_1', name: 'test', tenantId, permissions: new Set(allPermissions) },
  address: null,
};

test('DUR-08: one event to ten thousand webhooks is stored with all its deliveries, and all are handed over', async () => {
  await using given = await publishing();
  await given.webhooks(10_000);

  const [accepted] = await given.accept([submission('invoice.paid')]);

  expect(accepted!.deliveries).toBe(10_000);
  expect(given.handedOver).toHaveLength(10_000);
  expect(new Set(given.handedOver.map(({ delivery }) => delivery.id)).size).toBe(10_000);
  expect(await given.store.backlog()).toMatchObject({ pending: 10_000 });
});

test('nothing is handed over, and nothing is stored, when the commit fails', async () => {
  await using given = await publishing({
    failures: (moment) => (moment === 'commit' ? { kind: 'full', message: 'disk full' } : undefined),
  });

  await expect(given.publish(caller, [submission('a')], null)).rejects.toThrow(StoreFull);

  expect(given.handedOver).toEqual([]);
});

test('events that were accepted before are answered again and not delivered again', async () => {
  await using given = await publishing();
  await given.webhooks(2);
  const named = submission('a', 'k1');

  const [first] = await given.accept([named]);
  const [again, other] = await given.accept([named, submission('b', 'k2')]);

  expect(again).toEqual(first);
  expect(other!.eventId).not.toBe(first!.eventId);
  expect(given.handedOver.map(({ event }) => event.id)).toEqual([
    first!.eventId,
    first!.eventId,
    other!.eventId,
    other!.eventId,
  ]);
});

test('a webhook gets events from the moment its creation resolves to the moment its deletion does', async () => {
  await using given = await publishing();

  const [before] = await given.accept([submission('a')]);
  const [id] = await given.webhooks(1);
  const [during] = await given.accept([submission('a')]);
  await given.store.deleteWebhook(tenantId, id!, 0, given.change());
  const [after] = await given.accept([submission('a')]);

  expect([before!.deliveries, during!.deliveries, after!.deliveries]).toEqual([0, 1, 0]);
});

test('webhooks created before the start are known, in the state that a change during the start left them', async () => {
  await using given = await publishing();
  const [first, second] = await given.webhooks(2);
  const slow = {
    ...given.store,
    async *allWebhooks() {
      for await (const batch of given.store.allWebhooks()) {
        await given.store.deleteWebhook(tenantId, first!, 0, given.change());
        yield batch;
      }
    },
  };

  const subscriptions = await startSubscriptions(slow, () => false);

  const { owedTo } = subscriptions.route(tenantId, routedOf({ ...submission('a'), occurredAt: 0 }), 0);
  expect(owedTo).toEqual([second]);
});

test('a batch that would make more deliveries than one commit can hold is refused whole', async () => {
  await using given = await publishing();
  await given.webhooks(600);
  const batch = Array.from({ length: 200 }, () => submission('a'));

  await expect(given.publish(caller, batch, null)).rejects.toMatchObject({ code: 'payload_too_large' });
  const accepted = await given.accept(batch.slice(0, 100));

  expect(accepted).toHaveLength(100);
  expect(given.handedOver).toHaveLength(60_000);
});

function submission(type: string, publisherId?: string): Submission {
  const data = Buffer.from('{"n":1}');
  const bodyHash = createHash('sha256').update(type).update(data).digest('hex');
  return {
    type,
    occurredAt: null,
    data,
    context: publisherId === undefined ? {} : { publisherId },
    bodyHash: () => bodyHash,
    idPointer: '/id',
  };
}

async function publishing(options: Pick<InlineOptions, 'failures'> = {}) {
  const clock = testClock();
  const ids = makeIds(clock, seededRandom(1));
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32), ...options });
  const handedOver: QueuedDelivery[] = [];
  const subscriptions = await startSubscriptions(store, () => false);
  const handOver = (fresh: readonly QueuedDelivery[]) => {
    for (const queued of fresh) handedOver.push(queued);
  };
  const publish = makePublish({ store, subscriptions, ids, clock, handOver, emit: () => {} });
  const change = () => ({
    audit: {
      id: ids.next('aud'),
      tenantId,
      at: 0,
      actor: { kind: 'system' as const, id: 'system', name: 'test' },
      address: null,
      action: 'webhook.changed',
      subject: { kind: 'webhook', id: '' },
      before: null,
      after: null,
    },
  });
  return {
    store,
    publish,
    accept: async (submissions: readonly Submission[]) => (await publish(caller, submissions, null)).accepted,
    handedOver,
    change,
    async webhooks(count: number): Promise<string[]> {
      const made = Array.from({ length: count }, () => sampleWebhook({ id: ids.next('wh'), tenantId }));
      await Promise.all(made.map((webhook) => store.createWebhook(webhook, { kind: 'none' }, change())));
      return made.map(({ id }) => id);
    },
    async [Symbol.asyncDispose]() {
      subscriptions.stop();
      await store.close();
    },
  };
}
