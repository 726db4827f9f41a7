// `/storage`: which database it is, how much it holds, and for how long.

import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, nullable, oneOf } from '../wire/schemas.ts';
import { showTimeOrNull } from '../wire/times.ts';

const TimeOrNull = (description: string) => nullable(Type.String({ format: 'date-time', description }));

export const StorageOut = closed(
  {
    database: oneOf(['sqlite', 'postgres']),
    sizeBytes: Type.Integer({ description: 'On disk, indexes included.' }),
    retentionDays: Type.Integer({
      description: 'For so long finished events are kept, with their deliveries and attempts.',
    }),
    oldestEventAt: TimeOrNull('When the oldest event that is kept was accepted.'),
    pendingDeliveries: Type.Integer(),
    oldestDueAt: TimeOrNull('When the first of the pending deliveries is or was due.'),
    webhooks: Type.Integer(),
    tenants: Type.Integer(),
  },
  { $id: 'Storage' },
);

export function storageRoutes(
  app: FastifyInstance,
  { store, database, retentionDays }: Pick<NativeParts, 'store' | 'database' | 'retentionDays'>,
): void {
  app.get(
    '/storage',
    operation('getStorage', {
      summary: 'How much the database holds',
      description: 'Of the whole installation.',
      tags: ['System'],
      response: { 200: named('Storage', 'As of now') },
    }),
    async () => {
      const [sizeBytes, backlog, { tenants, webhooks, oldestEventAt }] = await Promise.all([
        store.sizeBytes(),
        store.backlog(),
        store.holdings(),
      ]);
      return {
        database,
        sizeBytes,
        retentionDays,
        oldestEventAt: showTimeOrNull(oldestEventAt),
        pendingDeliveries: backlog.pending,
        oldestDueAt: showTimeOrNull(backlog.oldestDueAt),
        webhooks,
        tenants,
      };
    },
  );
}
