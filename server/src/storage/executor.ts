// How the store runs its operations: the port between what is the same for every database and what each one does itself.

import type { Kysely } from 'kysely';
import type { BegunAttempt } from '../domain/in-flight-marks.ts';
import type { Purged } from './port/maintenance-store.ts';
import type { LoadLimit, PassedOver, Recorded } from './port/delivery-store.ts';
import type { PublishResult } from './port/publish-store.ts';
import type { sharedLookUps, sharedSearches, sharedWrites } from './queries/operations.ts';
import type { FreshDeliveryRow } from './rows/delivery-row.ts';
import type { PublishRows } from './rows/publish-rows.ts';
import type { HealthOf, RecordRows } from './rows/record-rows.ts';
import type { DeliveredEventRow, HealthRow, Schema } from './schema.ts';

export interface Executor {
  /**
   * Runs one operation in a transaction that survives power loss before the promise resolves; neighbours may share it.
   * Rejects with the errors of the Store port.
   */
  write<Name extends keyof Writes>(
    name: Name,
    ...args: Parameters<Writes[Name]>
  ): Promise<Awaited<ReturnType<Writes[Name]>>>;
  /** Runs one question on a snapshot that has every write that was answered before. */
  read<Name extends keyof Reads>(
    name: Name,
    ...args: Parameters<Reads[Name]>
  ): Promise<Awaited<ReturnType<Reads[Name]>>>;
  /** On disk. */
  sizeBytes(): number | Promise<number>;
  close(): Promise<void>;
}

export type Writes = OnDatabase<typeof sharedWrites> & {
  /** Null stands for the usual: stored now, every event fresh. */
  publish(rows: PublishRows): PublishResult | null;
  record(rows: RecordRows): Recorded[];
  saveHealth(health: HealthOf): void;
  purge(before: number, now: number, limit: number): Purged;
  purgeTenants(limit: number): number;
  /** Writes something that means nothing: whether the database can. */
  touch(): void;
};

export type Reads = OnDatabase<typeof sharedLookUps & typeof sharedSearches> & {
  loadDue(webhookId: string, now: number, limit: LoadLimit, passing: PassedOver): DueRows;
  loadEvent(id: string): DeliveredEventRow | undefined;
  loadHealth(): HealthRow[];
  waitingWebhooks(): WaitingWebhook[];
  waitingExpress(): QueuedRows[];
  unrecordedAttempts(begun: readonly BegunAttempt[]): BegunAttempt[];
  backlog(): { pending: number; oldestDueAt: number | null };
};

/** A waiting delivery with its event. */
export type QueuedRows = { readonly delivery: FreshDeliveryRow; readonly event: DeliveredEventRow };
export type DueRows = { readonly due: readonly QueuedRows[]; readonly nextDueAt: number | null };
export type WaitingWebhook = { readonly webhookId: string; readonly nextDueAt: number };

/** The same functions without their first parameter: each database puts its own in. */
type OnDatabase<Functions> = {
  [Name in keyof Functions]: Functions[Name] extends (db: Kysely<Schema>, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};
