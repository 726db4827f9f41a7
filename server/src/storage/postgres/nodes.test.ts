// Several nodes on one database: what is to happen once happens once, whichever of them is asked.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import {
  aChange,
  aDelivery,
  aKey,
  anApiKey,
  anEntry,
  anEvent,
  aPolicy,
  aTenant,
  aWebhook,
  first,
  newTenant,
  now,
  routed,
  succeeded,
  tenantId,
} from '../contract/given.ts';
import { KeyUsed, PolicyMissing } from '../store.ts';

let database: TestDatabase;
let nodes: readonly [OpenStore, OpenStore, OpenStore];

beforeAll(async () => {
  database = await testDatabase();
  nodes = [await openStore(database.url), await openStore(database.url), await openStore(database.url)];
});
beforeEach(newTenant);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await database[Symbol.asyncDispose]();
});

/** Asks so many times, of the nodes in turn, all at once. */
function atOnce<Answer>(times: number, ask: (node: OpenStore, time: number) => Promise<Answer>) {
  return Promise.all(Array.from({ length: times }, (_, time) => ask(nodes[time % nodes.length]!, time)));
}

test('CON-05: sixty publishes with one key on three nodes store one event and get one answer', async () => {
  for (let round = 0; round < 5; round++) {
    newTenant();
    const key = aKey();
    const results = await atOnce(60, (node) => {
      const event = anEvent();
      return node.publish(anEntry([routed(event, [aDelivery(event, aWebhook())])], key));
    });
    const stored = results.filter(({ kind }) => kind === 'stored');
    expect(stored).toHaveLength(1);
    const { accepted } = stored[0] as { accepted: unknown };
    expect(results.filter(({ kind }) => kind === 'repeated')).toHaveLength(59);
    for (const result of results) expect(result).toMatchObject({ accepted });
    expect((await nodes[0].listEvents(tenantId, {}, first)).rows).toHaveLength(1);
  }
});

test("a publisher's own id is good for one event over all nodes, in batches of any order too", async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `inv-${n}`);
  const results = await atOnce(12, (node, time) => {
    const order = time % 2 === 0 ? ids : ids.toReversed();
    return node.publish(
      anEntry(
        order.map((id) => routed(anEvent(), [], { publisherKey: { source: 'crm', id, bodyHash: 'a' } })),
      ),
    );
  });
  const fresh = results.flatMap((result) => (result.kind === 'stored' ? result.fresh : []));
  expect(fresh).toHaveLength(12 * ids.length);
  expect(fresh.filter(Boolean)).toHaveLength(ids.length);
  expect((await nodes[1].listEvents(tenantId, {}, first)).rows).toHaveLength(ids.length);
});

test('AUT-12: the audit log of all nodes is one chain', async () => {
  await atOnce(60, (node) => node.createApiKey(anApiKey(), aChange()));
  expect(await nodes[2].auditProblem()).toBeUndefined();
});

test('numbers on the wire are given out once, and names taken once', async () => {
  const webhooks = await atOnce(30, (node) =>
    node.createWebhook(aWebhook({ dialect: 'confluence' }), { kind: 'next_in_tenant' }, aChange()),
  );
  const numbers = webhooks.map(({ wireId }) => Number(wireId)).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  const created = await atOnce(6, (node) =>
    node.createTenant(aTenant({ name: `one of ${tenantId}` }), aChange()),
  );
  expect(created.toSorted()).toEqual(['created', ...Array.from({ length: 5 }, () => 'taken')]);
});

test('of changes of one version or with one key, one happens', async () => {
  const webhook = await nodes[0].createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const updated = await atOnce(6, (node, time) =>
    node.updateWebhook({ ...webhook, name: `name ${time}` }, 1, aChange()),
  );
  expect(updated.filter((each) => each !== undefined)).toHaveLength(1);
  const key = aKey();
  const keyed = await Promise.allSettled(
    nodes.map((node) => node.createApiKey(anApiKey(), aChange({ key }))),
  );
  const refused = keyed.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(refused.map(({ reason }) => reason instanceof KeyUsed)).toEqual([true, true]);
});

test('a policy is deleted or signed by, never both', async () => {
  for (let round = 0; round < 10; round++) {
    const policy = await nodes[0].createPolicy(aPolicy(), aChange());
    const webhook = aWebhook({ signing: { scheme: 'jwt', policyId: policy.id } });
    const [deleted, created] = await Promise.allSettled([
      nodes[1].deletePolicy(tenantId, policy.id, aChange()),
      nodes[2].createWebhook(webhook, { kind: 'none' }, aChange()),
    ]);
    const wasDeleted = deleted.status === 'fulfilled' && deleted.value === 'deleted';
    const refusal = created.status === 'rejected' ? created.reason : undefined;
    expect(refusal instanceof PolicyMissing).toBe(wasDeleted);
  }
});

test('CON-03: a delivery that one node records while others end it has one end, and delivered never reverts', async () => {
  const webhook = aWebhook();
  for (let round = 0; round < 10; round++) {
    const deliveries = Array.from({ length: 20 }, () => aDelivery(anEvent(), webhook));
    await nodes[0].publish(
      anEntry(deliveries.map((delivery) => routed(anEvent({ id: delivery.eventId }), [delivery]))),
    );
    const [recorded, dropped, given] = await Promise.all([
      nodes[0].record({ results: deliveries.map((delivery) => succeeded(delivery)), health: new Map() }),
      nodes[1].dropDeliveries(webhook.id, 'webhook_disabled', now, now + 1, 7),
      nodes[2].exhaustOld(webhook.id, now + 1, now + 2, 7),
    ]);
    const states = await Promise.all(
      deliveries.map(async ({ id }) => (await nodes[0].getDelivery(tenantId, id))!.delivery.state.kind),
    );
    const count = (kind: string) => states.filter((state) => state === kind).length;
    expect(count('delivered')).toBe(recorded.filter((result) => result === 'recorded').length);
    expect(count('cancelled')).toBe(dropped);
    expect(count('exhausted')).toBe(given);
    expect(count('scheduled')).toBe(0);
  }
});
