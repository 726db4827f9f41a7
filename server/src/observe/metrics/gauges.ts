// How things stand at the moment somebody asks.

import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../domain/clock.ts';

/** Where the gauges look. */
export type Gauged = {
  backlog(): Promise<{ readonly pending: number; readonly oldestDueAt: number | null }>;
  sizeBytes(): Promise<number>;
  engine(): { readonly inFlight: number; readonly lanes: number; readonly held: number };
  logLinesLost(): number;
};

/** Registers the gauges; the answer reads them all anew. */
export function makeGauges(registry: Registry, gauged: Gauged, clock: Clock): () => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `posthorn_${name}`, help, registers: [registry] });

  const oldestPendingAge = gauge(
    'oldest_pending_age_seconds',
    'How long the longest overdue delivery has been due, whatever holds it back.',
  );
  const pending = gauge('pending_deliveries', 'Deliveries that wait for an attempt.');
  const inFlight = gauge('in_flight_requests', 'Requests to receivers that have not ended yet.');
  const lanes = gauge('lanes', 'Webhooks that have a lane in memory.');
  const held = gauge('held_deliveries', 'Deliveries held in memory.');
  const storeSize = gauge('store_size_bytes', 'Size of the database on disk.');
  const clockOffset = gauge(
    'clock_offset_seconds',
    'System clock minus the steady clock; other than 0 after it was set.',
  );
  const logLinesLost = gauge('log_lines_lost', 'Log lines that could not be written since the start.');

  return async () => {
    const [backlog, sizeBytes] = await Promise.all([gauged.backlog(), gauged.sizeBytes()]);
    const engine = gauged.engine();
    const overdueMs = backlog.oldestDueAt === null ? 0 : Math.max(0, clock.now() - backlog.oldestDueAt);
    oldestPendingAge.set(overdueMs / 1_000);
    pending.set(backlog.pending);
    inFlight.set(engine.inFlight);
    lanes.set(engine.lanes);
    held.set(engine.held);
    storeSize.set(sizeBytes);
    clockOffset.set((clock.wall() - clock.now()) / 1_000);
    logLinesLost.set(gauged.logLinesLost());
  };
}
