import { expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import type { ScheduledDelivery } from '../domain/delivery.ts';
import { durableRules } from '../domain/delivery-rules.ts';
import type { QueuedDelivery } from '../storage/store.ts';
import { Lane } from './lane.ts';
import { HeldMemory } from './memory.ts';

const now = 1_000;

test('a delivery that was cancelled while a load was under way is not attempted', () => {
  const lane = laneWithStored('dlv_cancelled', 'dlv_other');
  lane.beginLoad(now);
  lane.forget('dlv_cancelled');
  lane.endLoad({ due: [queued('dlv_cancelled'), queued('dlv_other')], nextDueAt: null });
  expect(attempted(lane)).toEqual(['dlv_other']);
});

test('what ended in the store is not attempted, whether it was held or a load was bringing it', () => {
  const holding = laneWithStored('dlv_exhausted', 'dlv_other');
  holding.beginLoad(now);
  holding.endLoad({ due: [queued('dlv_exhausted'), queued('dlv_other')], nextDueAt: null });
  holding.reload(now);

  const loading = laneWithStored('dlv_exhausted', 'dlv_other');
  loading.beginLoad(now);
  loading.reload(now);
  loading.endLoad({ due: [queued('dlv_exhausted'), queued('dlv_other')], nextDueAt: null });

  for (const lane of [holding, loading]) {
    expect(lane.readiness(now)).toEqual({ kind: 'load' });
    lane.beginLoad(now);
    lane.endLoad({ due: [queued('dlv_other')], nextDueAt: null });
    expect(attempted(lane)).toEqual(['dlv_other']);
  }
});

test('a lane takes into memory no more than its share of what is free, and the rest stays in the store', () => {
  const memory = new HeldMemory(100_000);
  const standing = laneOf(memory);
  const moving = laneOf(memory);
  for (let count = 0; count < 100; count++) standing.offer(queued(`dlv_s${count}`));
  expect(standing.storedDueAt).toBe(now);

  const held = memory.deliveries;
  moving.offer(queued('dlv_m'));
  expect(moving.storedDueAt).toBeNull();
  expect(held).toBeLessThan(50);
  expect(memory.deliveries).toBe(held + 1);

  standing.letGoOfQueue();
  expect(memory.deliveries).toBe(1);
});

function laneOf(memory: HeldMemory): Lane {
  const lane = new Lane(webhook, durableRules(webhook, [1_000]), memory);
  lane.hold = { shard: 0, epoch: null, ready: true };
  return lane;
}

function laneWithStored(...ids: string[]): Lane {
  const lane = laneOf(new HeldMemory(1_000_000));
  for (const id of ids) lane.noteStored(queued(id).delivery.state.dueAt);
  expect(lane.readiness(now)).toEqual({ kind: 'load' });
  return lane;
}

/** What the lane attempts before it needs anything else. */
function attempted(lane: Lane): string[] {
  const ids: string[] = [];
  while (lane.readiness(now).kind === 'attempt') ids.push(lane.begin(false).delivery.id);
  return ids;
}

function queued(id: string): QueuedDelivery {
  const delivery: ScheduledDelivery = {
    id,
    tenantId: webhook.tenantId,
    webhookId: webhook.id,
    eventId: `evt_of_${id}`,
    eventType: 'invoice.paid',
    attempts: 0,
    state: { kind: 'scheduled', dueAt: now },
    createdAt: now,
    purpose: 'event',
    redeliveryOf: null,
  };
  const event = {
    id: delivery.eventId,
    tenantId: webhook.tenantId,
    type: delivery.eventType,
    occurredAt: now,
    acceptedAt: now,
    data: new TextEncoder().encode('{}'),
    context: {},
  };
  return { delivery, event };
}

const webhook = sampleWebhook();
