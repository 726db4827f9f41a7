// The Store port: all that Posthorn asks of a database. Features ask for the part they use.

import type { AccessStore } from './port/access-store.ts';
import type { DeliveryStore } from './port/delivery-store.ts';
import type { HistoryStore } from './port/history-store.ts';
import type { MaintenanceStore } from './port/maintenance-store.ts';
import type { PolicyStore } from './port/policy-store.ts';
import type { PortalStore } from './port/portal-store.ts';
import type { PublishStore } from './port/publish-store.ts';
import type { StatisticsStore } from './port/statistics-store.ts';
import type { ReplayStore } from './port/replay-store.ts';
import type { WebhookStore } from './port/webhook-store.ts';

export type * from './port/access-store.ts';
export type * from './port/change.ts';
export type * from './port/delivery-store.ts';
export type * from './port/history-store.ts';
export type * from './port/live-link.ts';
export type * from './port/maintenance-store.ts';
export type * from './port/page.ts';
export type * from './port/policy-store.ts';
export type * from './port/portal-store.ts';
export type * from './port/publish-store.ts';
export type * from './port/replay-store.ts';
export type * from './port/shard-store.ts';
export type * from './port/statistics-store.ts';
export type * from './port/webhook-store.ts';
export * from './port/store-errors.ts';

export interface Store
  extends
    PublishStore,
    DeliveryStore,
    WebhookStore,
    PolicyStore,
    HistoryStore,
    StatisticsStore,
    AccessStore,
    PortalStore,
    ReplayStore,
    MaintenanceStore {
  /** Whether the database answers and can write; the text says why not. */
  check(): Promise<{ readonly ok: true } | { readonly ok: false; readonly problem: string }>;
  /** Finishes what was given, then lets go of the database. Complete when it resolves; may be called twice. */
  close(): Promise<void>;
}
