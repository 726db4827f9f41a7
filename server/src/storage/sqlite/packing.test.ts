// What is packed for the writer's thread comes out of it again.

import { expect, test } from 'vitest';
import type { Event } from '../../domain/event.ts';
import { healthy } from '../../domain/webhook-health.ts';
import {
  aDelivery,
  again,
  aKey,
  anEntry,
  anEvent,
  aWebhook,
  bytes,
  now,
  refusedConnection,
  routed,
  succeeded,
} from '../contract/given.ts';
import { publishRows } from '../rows/publish-rows.ts';
import { recordRows } from '../rows/record-rows.ts';
import { pack, unpack } from './packing.ts';

const webhook = aWebhook();
const events = [anEvent(), anEvent(), anEvent()];
const deliveryOf = (event: Event) => aDelivery(event, webhook, { redeliveryOf: 'dlv_0' });
const deliveries = events.map(deliveryOf);

test.each([
  ['an empty publish', 'publish', publishRows(anEntry([]), () => false)],
  [
    'a publish',
    'publish',
    publishRows(
      anEntry(
        [
          routed(events[0]!, [deliveries[0]!, deliveryOf(events[0]!)]),
          routed(events[1]!, [], { publisherKey: { source: 's', id: 'i', bodyHash: 'h' } }),
          routed(events[2]!, deliveries.slice(2)),
        ],
        aKey(),
      ),
      (id) => id === '',
    ),
  ],
  ['an empty record', 'record', recordRows({ results: [], health: new Map() })],
  [
    'a record',
    'record',
    recordRows({
      results: [
        { ...succeeded(deliveries[0]!), lastExchange: { requestBody: bytes('x') } },
        { before: deliveries[1]!, after: deliveries[1]!, attempt: null, lastExchange: null },
        again(deliveries[2]!, now + 1, refusedConnection),
      ],
      health: new Map([[webhook.id, healthy]]),
    }),
  ],
  ['any other command', 'saveHealth', ['wh_1', '{}']],
])('%s arrives as it was sent', (_name, name, rows) => {
  const command = { name, args: [rows] };
  expect(unpack(structuredClone(pack([command])))).toEqual([command]);
});

test('commands of a group arrive in their order, each with its own bytes', () => {
  const texts = ['{"a":1}', '{}', '{"b":"two"}'];
  const group = texts.flatMap((text) => [
    {
      name: 'publish',
      args: [publishRows(anEntry([routed(anEvent({ data: bytes(text) }), [])]), () => false)],
    },
    { name: 'touch', args: [] },
  ]);
  expect(unpack(structuredClone(pack(group)))).toEqual(group);
});
