// Cancels what is still scheduled for webhooks that are gone, and removes the data of deleted tenants.

import { minuteMs, type Clock } from '../domain/clock.ts';
import type { MaintenanceStore } from '../storage/store.ts';
import type { Chore } from './chores.ts';
import { inSteps } from './steps.ts';

const rowsPerStep = 500;
const stepsMax = 2_000;

export function orphans(store: Pick<MaintenanceStore, 'cancelOrphans'>, clock: Clock): Chore {
  return {
    name: 'orphans',
    everyMs: minuteMs,
    run: (stopped) =>
      inSteps(() => untilFewer(store.cancelOrphans(clock.now(), rowsPerStep)), stepsMax, clock, stopped),
  };
}

export function deletedTenants(store: Pick<MaintenanceStore, 'purgeTenants'>, clock: Clock): Chore {
  return {
    name: 'deleted-tenants',
    everyMs: minuteMs,
    run: (stopped) => inSteps(() => untilFewer(store.purgeTenants(rowsPerStep)), stepsMax, clock, stopped),
  };
}

async function untilFewer(removed: Promise<number>): Promise<{ more: boolean }> {
  return { more: (await removed) >= rowsPerStep };
}
