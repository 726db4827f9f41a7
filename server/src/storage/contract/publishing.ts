// What publishing may rely on.

import { describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import {
  aDelivery,
  aKey,
  anEntry,
  anEvent,
  aRouting,
  aWebhook,
  bytes,
  newId,
  now,
  routed,
  tenantId,
} from './given.ts';

const day = 86_400_000;

export function publishingContract(store: () => Store): void {
  describe('publish', () => {
    test('stores the event with its deliveries and its routing', async () => {
      const webhooks = [aWebhook(), aWebhook()];
      const event = anEvent();
      const deliveries = webhooks.map((webhook) => aDelivery(event, webhook));
      const routing = aRouting({ deliveredTo: webhooks.map(({ id }) => id) });

      const result = await store().publish(anEntry([routed(event, deliveries, { routing })]));

      expect(result).toEqual({
        kind: 'stored',
        accepted: [{ eventId: event.id, deliveries: 2 }],
        fresh: [true],
      });
      expect(await store().getEvent(tenantId, event.id)).toEqual({ event, routing });
      for (const delivery of deliveries) {
        expect(await store().getDelivery(tenantId, delivery.id)).toMatchObject({ delivery });
      }
    });

    test('an event tells whose filter took it; its routing is stored once, whichever those are', async () => {
      const [taking, leaving, gone] = [newId('wh'), newId('wh'), newId('wh')];
      const routing = aRouting({
        id: `routing of ${taking}`,
        deliveredTo: ['wh_all'],
        filtered: [
          { webhookId: taking, against: null },
          { webhookId: leaving, against: null },
          { webhookId: gone, against: { reason: 'disabled', because: 'gone' } },
        ],
      });
      const [none, some] = [anEvent(), anEvent()];

      await store().publish(anEntry([routed(none, [], { routing })]));
      await store().publish(anEntry([routed(some, [], { routing, takenBy: [taking, gone] })]));

      const [nobody, those] = [
        await store().getEvent(tenantId, none.id),
        await store().getEvent(tenantId, some.id),
      ];
      const others = routing.notDeliveredTo;
      const filter = (webhookId: string) => ({ webhookId, reason: 'filter' });
      expect(nobody!.routing).toEqual({
        ...routing,
        notDeliveredTo: [...others, filter(taking), filter(leaving), filter(gone)],
        filtered: [],
      });
      expect(those!.routing).toEqual({
        ...routing,
        deliveredTo: ['wh_all', taking],
        notDeliveredTo: [
          ...others,
          filter(leaving),
          { webhookId: gone, reason: 'disabled', because: 'gone' },
        ],
        filtered: [],
      });
    });

    test('P13: the bytes of the data come back as they were, whatever they are', async () => {
      const every = Uint8Array.from({ length: 256 }, (_, index) => index);
      const inBiggerBuffer = new Uint8Array(Buffer.from('…{"a":1e400}…')).subarray(3, 14);
      for (const data of [every, new Uint8Array(0), bytes('{"a":"\\u0000\\ud800"}'), inBiggerBuffer]) {
        const event = anEvent({ data });
        await store().publish(anEntry([routed(event, [])]));
        expect(await store().loadEvent(event.id)).toEqual({ ...event, data: Uint8Array.from(data) });
      }
    });

    test('a payload of 1 MiB comes back whole', async () => {
      const data = Uint8Array.from({ length: 1024 * 1024 }, (_, index) => (index * 31) % 251);
      const event = anEvent({ data });
      await store().publish(anEntry([routed(event, [])]));
      expect(Buffer.compare((await store().loadEvent(event.id))!.data, data)).toBe(0);
    });

    test('an event owed to nobody is stored too', async () => {
      const event = anEvent();
      await store().publish(anEntry([routed(event, [])]));
      expect((await store().getEvent(tenantId, event.id))?.event).toEqual(event);
    });

    test('many at once are all stored, each answered with its own', async () => {
      const events = Array.from({ length: 300 }, () => anEvent());
      const results = await Promise.all(
        events.map((event) => store().publish(anEntry([routed(event, [aDelivery(event, aWebhook())])]))),
      );
      expect(results).toEqual(
        events.map(({ id }) => ({
          kind: 'stored',
          accepted: [{ eventId: id, deliveries: 1 }],
          fresh: [true],
        })),
      );
    });

    test('a thousand events of one entry are stored in order', async () => {
      const events = Array.from({ length: 1_000 }, () => anEvent());
      const result = await store().publish(anEntry(events.map((event) => routed(event, []))));
      expect(result).toMatchObject({
        kind: 'stored',
        accepted: events.map(({ id }) => ({ eventId: id, deliveries: 0 })),
      });
    });

    test('an entry that fails leaves nothing behind, and its neighbours in the same commit stand', async () => {
      const taken = anEvent();
      await store().publish(anEntry([routed(taken, [])]));
      const [before, beside, after] = [anEvent(), anEvent(), anEvent()];

      const results = await Promise.allSettled([
        store().publish(anEntry([routed(before, [])])),
        store().publish(anEntry([routed(beside, []), routed(taken, [])])),
        store().publish(anEntry([routed(after, [])])),
      ]);

      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await store().loadEvent(before.id)).toBeDefined();
      expect(await store().loadEvent(beside.id)).toBeUndefined();
      expect(await store().loadEvent(after.id)).toBeDefined();
    });
  });

  describe('the idempotency key of a publish', () => {
    test('CON-05: fifty at once with one key store one event and get one answer', async () => {
      const key = aKey();
      const results = await Promise.all(
        Array.from({ length: 50 }, () => {
          const event = anEvent();
          return store().publish(anEntry([routed(event, [aDelivery(event, aWebhook())])], key));
        }),
      );
      const [first, ...others] = results;
      expect(first).toMatchObject({ kind: 'stored' });
      const { accepted } = first as { accepted: unknown };
      for (const other of others) expect(other).toEqual({ kind: 'repeated', accepted });
      expect(
        (await store().listEvents(tenantId, {}, { limit: 10, after: null, before: null })).rows,
      ).toHaveLength(1);
    });

    test('CON-06: with another body it is declined and nothing is stored', async () => {
      const key = aKey();
      await store().publish(anEntry([routed(anEvent(), [])], key));
      const event = anEvent();
      const result = await store().publish(anEntry([routed(event, [])], { ...key, bodyHash: 'body-2' }));
      expect(result).toEqual({ kind: 'key_reused' });
      expect(await store().loadEvent(event.id)).toBeUndefined();
    });

    test('CON-07: it repeats the answer until it expires, then begins anew', async () => {
      const key = aKey({ expiresAt: now + 7 * day });
      await store().publish(anEntry([routed(anEvent(), [])], key));
      const late = anEvent({ acceptedAt: now + 7 * day - 1 });
      expect(await store().publish(anEntry([routed(late, [])], key))).toMatchObject({ kind: 'repeated' });

      const later = anEvent({ acceptedAt: now + 7 * day });
      const renewed = { ...key, bodyHash: 'body-2', expiresAt: now + 14 * day };
      expect(await store().publish(anEntry([routed(later, [])], renewed))).toMatchObject({ kind: 'stored' });
      const again = anEvent({ acceptedAt: now + 8 * day });
      expect(await store().publish(anEntry([routed(again, [])], renewed))).toEqual({
        kind: 'repeated',
        accepted: [{ eventId: later.id, deliveries: 0 }],
      });
    });

    test('CON-08: it is good for one tenant and one route', async () => {
      const key = aKey();
      const others = [key, { ...key, route: 'POST /events/batch' }, { ...key, tenantId: newId('tnt') }];
      for (const other of others) {
        const event = anEvent({ tenantId: other.tenantId });
        expect(await store().publish(anEntry([routed(event, [])], other))).toMatchObject({ kind: 'stored' });
      }
    });
  });

  describe("a publisher's own id", () => {
    const publisherKey = { source: 'crm', id: 'inv-1', bodyHash: 'a' };

    test('with the same body it gets the first answer and stores nothing', async () => {
      const [first, second] = [anEvent(), anEvent()];
      const delivery = aDelivery(first, aWebhook());
      await store().publish(anEntry([routed(first, [delivery], { publisherKey })]));
      expect(await store().publish(anEntry([routed(second, [], { publisherKey })]))).toEqual({
        kind: 'stored',
        accepted: [{ eventId: first.id, deliveries: 1 }],
        fresh: [false],
      });
      expect(await store().loadEvent(second.id)).toBeUndefined();
    });

    test('its routing, which is not stored either, is stored with the next event that has it', async () => {
      const routing = aRouting({ id: 'another routing' });
      await store().publish(anEntry([routed(anEvent(), [], { publisherKey })]));
      await store().publish(anEntry([routed(anEvent(), [], { publisherKey, routing })]));
      const next = anEvent();
      await store().publish(anEntry([routed(next, [], { routing })]));
      expect(await store().getEvent(tenantId, next.id)).toEqual({ event: next, routing });
    });

    test('with another body it declines the whole entry, naming the event', async () => {
      await store().publish(anEntry([routed(anEvent(), [], { publisherKey })]));
      const innocent = anEvent();
      const result = await store().publish(
        anEntry([
          routed(innocent, []),
          routed(anEvent(), [], { publisherKey: { ...publisherKey, bodyHash: 'b' } }),
        ]),
      );
      expect(result).toEqual({ kind: 'publisher_id_reused', index: 1 });
      expect(await store().loadEvent(innocent.id)).toBeUndefined();
    });

    test('twice in one entry counts once, and with two bodies not at all', async () => {
      const [first, second] = [anEvent(), anEvent()];
      const twice = anEntry([first, second].map((event) => routed(event, [], { publisherKey })));
      expect(await store().publish(twice)).toEqual({
        kind: 'stored',
        accepted: [first, first].map(({ id }) => ({ eventId: id, deliveries: 0 })),
        fresh: [true, false],
      });

      const other = { ...publisherKey, id: 'inv-2' };
      const event = anEvent();
      const conflicting = anEntry([
        routed(event, [], { publisherKey: other }),
        routed(anEvent(), [], { publisherKey: { ...other, bodyHash: 'b' } }),
      ]);
      expect(await store().publish(conflicting)).toEqual({ kind: 'publisher_id_reused', index: 1 });
      expect(await store().loadEvent(event.id)).toBeUndefined();
    });

    test('it is unique within its tenant and source only', async () => {
      for (const [source, tenant] of [
        ['crm', tenantId],
        ['shop', tenantId],
        ['crm', newId('tnt')],
      ] as const) {
        const event = anEvent({ tenantId: tenant });
        const entry = anEntry([routed(event, [], { publisherKey: { ...publisherKey, source } })]);
        expect(await store().publish(entry)).toMatchObject({ kind: 'stored', fresh: [true] });
      }
    });
  });
}
