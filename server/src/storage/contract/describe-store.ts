// The contract of the Store port as tests: a database joins with one line and must pass them all.

import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { Store } from '../store.ts';
import { accessContract } from './access.ts';
import { controlPlaneContract } from './control-plane.ts';
import { deliveringContract } from './delivering.ts';
import { newTenant } from './given.ts';
import { historyContract } from './history.ts';
import { maintenanceContract } from './maintenance.ts';
import { orderingContract } from './ordering.ts';
import { policiesContract } from './policies.ts';
import { portalLinksContract } from './portal-links.ts';
import { publishingContract } from './publishing.ts';
import { statisticsContract } from './statistics.ts';
import { replaysContract } from './replays.ts';
import { webhooksContract } from './webhooks.ts';

/** `open` answers an empty store, where nodes share the database with another one beside it; the suite closes them. */
export function describeStore(name: string, open: () => Promise<readonly [Store, Store?]>): void {
  describe(`the store on ${name}`, () => {
    let store: Store;
    let beside: Store | undefined;
    beforeAll(async () => {
      [store, beside] = await open();
    });
    beforeEach(newTenant);
    afterAll(async () => {
      await beside?.close();
      await store.close();
    });

    const current = () => store;
    publishingContract(current);
    deliveringContract(current);
    orderingContract(current, () => beside ?? store);
    webhooksContract(current);
    policiesContract(current);
    accessContract(current, () => beside ?? store);
    portalLinksContract(current);
    controlPlaneContract(current);
    historyContract(current);
    statisticsContract(current);
    maintenanceContract(current);
    replaysContract(current);
  });
}
