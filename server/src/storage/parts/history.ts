// The store's part with what people ask about the past.

import type { Executor } from '../executor.ts';
import type { HistoryStore, LastExchange } from '../port/history-store.ts';
import { attemptOf } from '../rows/attempt-row.ts';
import { plainBytes } from '../rows/bytes.ts';
import { auditEntryOf } from '../rows/change-row.ts';
import { listedDeliveryOf } from '../rows/delivery-row.ts';
import { eventOf, routingOf } from '../rows/event-row.ts';
import { mapPage } from '../rows/map-page.ts';
import type { AttemptRow, LastExchangeRow } from '../schema.ts';

export function makeHistory(executor: Executor): HistoryStore {
  return {
    async listEvents(tenantId, filter, page) {
      const rows = await executor.read('listEvents', tenantId, filter, page);
      return mapPage(rows, (row) => ({ ...eventOf(row), deliveries: row.deliveries }));
    },
    async getEvent(tenantId, id) {
      const found = await executor.read('getEvent', tenantId, id);
      return found === undefined
        ? undefined
        : { event: eventOf(found.event), routing: routingOf(found.routing, found.event) };
    },
    async listDeliveries(tenantId, filter, page) {
      return mapPage(await executor.read('listDeliveries', tenantId, filter, page), listedDeliveryOf);
    },
    async getDelivery(tenantId, id) {
      const row = await executor.read('getDelivery', tenantId, id);
      return row === undefined ? undefined : listedDeliveryOf(row);
    },
    firstInLine: (...line) => executor.read('firstInLine', ...line),
    async listAttempts(tenantId, deliveryId) {
      const rows = await executor.read('listAttempts', tenantId, deliveryId);
      return rows.map((row) =>
        attemptOf(row, { tenantId: row.tenant_id, webhookId: row.webhook_id, eventType: row.event_type }),
      );
    },
    async lastExchanges(webhookId) {
      return (await executor.read('lastExchanges', webhookId)).map(lastExchangeOf);
    },
    backlog: () => executor.read('backlog'),
    holdings: () => executor.read('holdings'),
    async listAudit(tenantId, filter, page) {
      return mapPage(await executor.read('listAudit', tenantId, filter, page), auditEntryOf);
    },
    auditProblem: () => executor.read('auditProblem'),
  };
}

function lastExchangeOf(row: LastExchangeRow): LastExchange {
  const attempt = JSON.parse(row.attempt) as Omit<AttemptRow, 'response_body'>;
  return {
    attempt: attemptOf(
      { ...attempt, response_body: row.response_body },
      { tenantId: row.tenant_id, webhookId: row.webhook_id, eventType: row.event_type },
    ),
    attemptNumber: row.attempt_number,
    requestBody: plainBytes(row.request_body),
  };
}
