// The Store port on top of an executor: everything that is the same for every database.

import type { Executor } from './executor.ts';
import { makeAccess } from './parts/access.ts';
import { makeDelivering } from './parts/delivering.ts';
import { makeHistory } from './parts/history.ts';
import { makeListeners, type StoreListeners } from './parts/listeners.ts';
import { makeMaintenance } from './parts/maintenance.ts';
import { makeStatistics } from './parts/statistics.ts';
import { makePortalLinks } from './parts/portal-links.ts';
import { makeReplays } from './parts/replays.ts';
import { makePublishing, type KnownRoutings } from './parts/publishing.ts';
import { makePolicies } from './parts/webhook-policies.ts';
import { makeWebhooks } from './parts/webhooks.ts';
import type { Sealer } from './seal.ts';
import type { Store } from './store.ts';

export function makeStore(
  executor: Executor,
  sealer: Sealer,
  listeners: StoreListeners = makeListeners(),
): Store {
  const knownRoutings: KnownRoutings = new Set();
  return {
    ...makePublishing(executor, knownRoutings),
    ...makeDelivering(executor, listeners.waiting),
    ...makeWebhooks(executor, sealer, listeners.webhooks),
    ...makePolicies(executor, sealer, listeners.policies),
    ...makeHistory(executor),
    ...makeStatistics(executor),
    ...makeAccess(executor, listeners),
    ...makePortalLinks(executor),
    ...makeMaintenance(executor, knownRoutings),
    ...makeReplays(executor),
    async check() {
      try {
        await executor.write('touch');
        return { ok: true };
      } catch (error) {
        return { ok: false, problem: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => executor.close(),
  };
}
