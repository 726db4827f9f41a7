// The store's part with replays, and with what people do to many deliveries at once.

import type { ReplayPart } from '../../domain/replay.ts';
import type { Executor } from '../executor.ts';
import type { ReplayStore } from '../port/replay-store.ts';
import { changeRows } from '../rows/change-row.ts';
import { freshDeliveryRow } from '../rows/delivery-row.ts';
import { mapPage } from '../rows/map-page.ts';
import { eventOf } from '../rows/event-row.ts';
import {
  replayableOf,
  replayOf,
  replayPartOf,
  replayRow,
  replayStateColumns,
  replayStepRows,
} from '../rows/replay-row.ts';

export function makeReplays(executor: Executor): ReplayStore {
  return {
    async countReplay(tenantId, plan, max) {
      const counts = await executor.read('countReplay', tenantId, plan, max);
      const total = counts.reduce((sum, { count }) => sum + count, 0);
      return {
        byWebhook: new Map(counts.map(({ webhookId, count }) => [webhookId, count])),
        exact: total <= max,
      };
    },
    async deliveriesToReplay({ tenantId, webhookId, plan, cursor }: ReplayPart, limit) {
      const found = await executor.read('deliveriesToReplay', tenantId, webhookId, plan, cursor, limit);
      return { ...found, rows: found.rows.map(replayableOf) };
    },
    async missedEvents(plan, { id, tenantId, subscription: { eventTypes } }, cursor, limit, withData) {
      const webhook = { id, tenantId, eventTypes };
      const found = await executor.read('missedEvents', plan, webhook, cursor, limit, withData);
      return { ...found, rows: found.rows.map(eventOf) };
    },
    countWaiting: (webhookId, now, max) => executor.read('countWaiting', webhookId, now, max),
    createReplay: (replay, parts, change) =>
      executor.write(
        'createReplay',
        replayRow(replay),
        Array.from(parts, ([webhookId, counted]) => ({ webhookId, counted })),
        changeRows(change),
      ),
    async getReplay(tenantId, id) {
      const row = await executor.read('getReplay', tenantId, id);
      return row === undefined ? undefined : replayOf(row);
    },
    async listReplays(tenantId, filter, page) {
      return mapPage(await executor.read('listReplays', tenantId, filter, page), replayOf);
    },
    async changeReplay(tenantId, id, from, to, change) {
      const columns = replayStateColumns(to);
      const row = await executor.write('changeReplay', tenantId, id, from, columns, changeRows(change));
      return row === undefined ? undefined : replayOf(row);
    },
    runningParts: async (after, limit) =>
      (await executor.read('runningParts', after, limit)).map(replayPartOf),
    stepReplay: ({ replayId, webhookId, steps }, step, now) =>
      executor.write('stepReplay', { replayId, webhookId, steps }, replayStepRows(step), now),
    async cancelScheduled(tenantId, ids, now, change) {
      const rows = await executor.write('cancelScheduled', tenantId, ids, now, changeRows(change));
      return rows.map(({ id, webhook_id }) => ({ id, webhookId: webhook_id }));
    },
    async retryNow(tenantId, ids, again, now, change) {
      const rows = again.map(freshDeliveryRow);
      const done = await executor.write('retryNow', tenantId, ids, rows, now, changeRows(change));
      return {
        hastened: done.hastened.map(({ id, webhook_id }) => ({ id, webhookId: webhook_id })),
        added: done.added,
      };
    },
  };
}
