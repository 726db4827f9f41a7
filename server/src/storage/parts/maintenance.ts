// The store's part that the chores use. What has to be searched for is searched by a reader; the writer gets only ids.

import type { Executor } from '../executor.ts';
import type { MaintenanceStore } from '../port/maintenance-store.ts';
import type { KnownRoutings } from './publishing.ts';

export function makeMaintenance(executor: Executor, knownRoutings: KnownRoutings): MaintenanceStore {
  return {
    async purge(before, now, limit) {
      // Publishes from now on bring their routings along, since the purge may remove them.
      knownRoutings.clear();
      const purged = await executor.write('purge', before, now, limit);
      knownRoutings.clear();
      return purged;
    },
    async cancelOrphans(now, limit) {
      let cancelled = 0;
      for (const webhookId of await executor.read('orphanedWebhooks')) {
        if (cancelled >= limit) break;
        cancelled += await executor.write('cancelDeliveries', webhookId, now, limit - cancelled);
      }
      return cancelled;
    },
    async exhaustOld(webhookId, createdBefore, now, limit) {
      const ids = await executor.read('waitingSince', webhookId, createdBefore, limit);
      return ids.length === 0 ? 0 : executor.write('exhaustByAge', ids, now);
    },
    purgeTenants: (limit) => executor.write('purgeTenants', limit),
    sizeBytes: async () => executor.sizeBytes(),
  };
}
