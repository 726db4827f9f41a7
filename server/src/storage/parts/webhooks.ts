// The store's part with webhooks and event types.

import type { Webhook, WireIdSource } from '../../domain/webhook.ts';
import type { Executor } from '../executor.ts';
import type { WebhookListener, WebhookStore } from '../port/webhook-store.ts';
import { changeRows } from '../rows/change-row.ts';
import { eventTypeOf, eventTypeRow } from '../rows/event-type-row.ts';
import { mapPage } from '../rows/map-page.ts';
import { publishedEventRows } from '../rows/publish-rows.ts';
import { webhookOf, webhookRow } from '../rows/webhook-row.ts';
import type { WebhookRow } from '../schema.ts';
import type { Sealer } from '../seal.ts';
import type { Listeners } from './listeners.ts';

const batchSize = 500;

export function makeWebhooks(
  executor: Executor,
  sealer: Sealer,
  listeners: Listeners<WebhookListener>,
): WebhookStore {
  return {
    async createWebhook(webhook, wireId, change, message, limits) {
      const given = wireId.kind === 'given' ? { ...webhook, wireId: wireId.value } : webhook;
      const row = webhookRow({ ...given, version: 1 }, sealer);
      const created = await executor.write(
        'createWebhook',
        row,
        sequenceOf(webhook, wireId),
        changeRows(change),
        message && publishedEventRows(message),
        limits,
      );
      return told(created);
    },
    async updateWebhook(webhook, expectedVersion, change, message, limits) {
      const row = webhookRow(webhook, sealer);
      const updated = await executor.write(
        'updateWebhook',
        row,
        expectedVersion,
        changeRows(change),
        message && publishedEventRows(message),
        limits,
      );
      return updated === undefined ? undefined : told(updated);
    },
    async deleteWebhook(tenantId, id, now, change, expectedVersion) {
      const rows = changeRows(change);
      const deleted = await executor.write('deleteWebhook', tenantId, id, now, rows, expectedVersion);
      if (deleted) listeners.tell({ id, tenantId, webhook: null });
      return deleted;
    },
    async getWebhook(tenantId, id) {
      const row = await executor.read('getWebhook', tenantId, id);
      return row === undefined ? undefined : webhookOf(row, sealer);
    },
    async getWebhookByWireId(tenantId, dialect, wireId) {
      const row = await executor.read('getWebhookByWireId', tenantId, dialect, wireId);
      return row === undefined ? undefined : webhookOf(row, sealer);
    },
    async getWebhookByNumber(dialect, number) {
      const row = await executor.read('getWebhookByNumber', dialect, number);
      return row === undefined ? undefined : webhookOf(row, sealer);
    },
    async listWebhooks(tenantId, filter, page) {
      const rows = await executor.read('listWebhooks', tenantId, filter, page);
      return mapPage(rows, (row) => webhookOf(row, sealer));
    },
    async *allWebhooks() {
      let afterId = '';
      for (;;) {
        const rows = await executor.read('webhooksAfter', afterId, batchSize);
        if (rows.length > 0) yield rows.map((row) => webhookOf(row, sealer));
        if (rows.length < batchSize) return;
        afterId = rows[rows.length - 1]!.id;
      }
    },
    countWebhooks: (tenantId, now) => executor.read('countWebhooks', tenantId, now),
    onWebhookChange: (listener) => listeners.add(listener),

    createEventType: (type, change) =>
      executor.write('createEventType', eventTypeRow(type), changeRows(change)),
    updateEventType: (type, change) =>
      executor.write('updateEventType', eventTypeRow(type), changeRows(change)),
    deleteEventType: (tenantId, name, change) =>
      executor.write('deleteEventType', tenantId, name, changeRows(change)),
    async getEventType(tenantId, name) {
      const row = await executor.read('getEventType', tenantId, name);
      return row === undefined ? undefined : eventTypeOf(row);
    },
    async listEventTypes(tenantId, filter, page) {
      return mapPage(await executor.read('listEventTypes', tenantId, filter, page), eventTypeOf);
    },
  };

  function told(row: WebhookRow): Webhook {
    const webhook = webhookOf(row, sealer);
    listeners.tell({ id: webhook.id, tenantId: webhook.tenantId, webhook });
    return webhook;
  }
}

/** The sequence that the webhook's number on its dialect's wire comes from, or null when it needs none. */
function sequenceOf(webhook: Webhook, wireId: WireIdSource): string | null {
  if (wireId.kind === 'next_in_tenant') return `${webhook.dialect} ${webhook.tenantId}`;
  if (wireId.kind === 'next_in_installation') return webhook.dialect;
  return null;
}
