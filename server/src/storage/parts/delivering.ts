// The store's part that delivering uses.

import type { Executor, QueuedRows } from '../executor.ts';
import type { DeliveryStore, PassedOver, QueuedDelivery, WaitingListener } from '../port/delivery-store.ts';
import { changeRows } from '../rows/change-row.ts';
import { freshDeliveryRow, scheduledDeliveryOf } from '../rows/delivery-row.ts';
import { eventOf } from '../rows/event-row.ts';
import { healthOf } from '../rows/health-row.ts';
import { recordRows } from '../rows/record-rows.ts';
import type { Listeners } from './listeners.ts';

export function makeDelivering(executor: Executor, listeners: Listeners<WaitingListener>): DeliveryStore {
  return {
    waitingWebhooks: () => executor.read('waitingWebhooks'),
    waitingExpress: async () => (await executor.read('waitingExpress')).map(queuedDeliveryOf),
    async loadDue(webhookId, now, limit, passing = nothingPassedOver) {
      const { due, nextDueAt } = await executor.read('loadDue', webhookId, now, limit, passing);
      return {
        due: due.map(queuedDeliveryOf),
        nextDueAt,
      };
    },
    record: (batch) => executor.write('record', recordRows(batch)),
    unrecordedAttempts: (begun) => executor.read('unrecordedAttempts', begun),
    async loadHealth() {
      const rows = await executor.read('loadHealth');
      return new Map(rows.map((row) => [row.webhook_id, healthOf(row.health)]));
    },
    saveHealth: (webhookId, health) => executor.write('saveHealth', [webhookId, JSON.stringify(health)]),
    addDeliveries: (deliveries, change) =>
      executor.write('addDeliveries', deliveries.map(freshDeliveryRow), changeRows(change)),
    cancelDelivery: (tenantId, deliveryId, now, change) =>
      executor.write('cancelDelivery', tenantId, deliveryId, now, changeRows(change)),
    dropDeliveries: (webhookId, reason, createdUpTo, now, limit) =>
      executor.write('dropDeliveries', webhookId, reason, createdUpTo, now, limit),
    async loadEvent(eventId) {
      const row = await executor.read('loadEvent', eventId);
      return row === undefined ? undefined : eventOf(row);
    },
    onWaiting: (listener) => listeners.add(listener),
  };
}

const nothingPassedOver: PassedOver = { dueBefore: 0, held: [] };

function queuedDeliveryOf({ delivery, event }: QueuedRows): QueuedDelivery {
  return { delivery: scheduledDeliveryOf(delivery), event: eventOf(event) };
}
