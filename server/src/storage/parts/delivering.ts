// The store's part that delivering uses.

import type { WebhookHealth } from '../../domain/webhook-health.ts';
import type { Executor } from '../executor.ts';
import type { DeliveryStore } from '../port/delivery-store.ts';
import { changeRows } from '../rows/change-row.ts';
import { freshDeliveryRow, scheduledDeliveryOf } from '../rows/delivery-row.ts';
import { eventOf } from '../rows/event-row.ts';
import { recordRows } from '../rows/record-rows.ts';

export function makeDelivering(executor: Executor): DeliveryStore {
  return {
    waitingWebhooks: () => executor.read('waitingWebhooks'),
    async loadDue(webhookId, now, limit, held = []) {
      const { due, nextDueAt } = await executor.read('loadDue', webhookId, now, limit, held);
      return {
        due: due.map(({ delivery, event }) => ({
          delivery: scheduledDeliveryOf(delivery),
          event: eventOf(event),
        })),
        nextDueAt,
      };
    },
    record: (batch) => executor.write('record', recordRows(batch)),
    unrecordedAttempts: (begun) => executor.read('unrecordedAttempts', begun),
    async loadHealth() {
      const rows = await executor.read('loadHealth');
      return new Map(rows.map((row) => [row.webhook_id, JSON.parse(row.health) as WebhookHealth]));
    },
    saveHealth: (webhookId, health) => executor.write('saveHealth', [webhookId, JSON.stringify(health)]),
    addDeliveries: (deliveries, change) =>
      executor.write('addDeliveries', deliveries.map(freshDeliveryRow), changeRows(change)),
    cancelDelivery: (tenantId, deliveryId, now, change) =>
      executor.write('cancelDelivery', tenantId, deliveryId, now, changeRows(change)),
    async loadEvent(eventId) {
      const row = await executor.read('loadEvent', eventId);
      return row === undefined ? undefined : eventOf(row);
    },
  };
}
