// Removes finished events, their deliveries and attempts once they are older than the retention time.

import { dayMs, hourMs, type Clock } from '../domain/clock.ts';
import type { Emit } from '../domain/signal.ts';
import type { MaintenanceStore } from '../storage/store.ts';
import type { Chore } from './chores.ts';
import { inSteps } from './steps.ts';

const eventsPerStep = 200;
const stepsMax = 2_000;

export function retention(
  store: Pick<MaintenanceStore, 'purge'>,
  retentionDays: number,
  clock: Clock,
  emit: Emit,
): Chore {
  return {
    name: 'retention',
    everyMs: hourMs,
    async run(stopped) {
      const total = { events: 0, deliveries: 0, attempts: 0 };
      const step = async () => {
        const now = clock.now();
        const purged = await store.purge(now - retentionDays * dayMs, now, eventsPerStep);
        total.events += purged.events;
        total.deliveries += purged.deliveries;
        total.attempts += purged.attempts;
        return purged;
      };
      try {
        await inSteps(step, stepsMax, clock, stopped);
      } finally {
        if (total.events + total.deliveries + total.attempts > 0)
          emit({ kind: 'retention.purged', ...total });
      }
    },
  };
}
