// A tenant's catalogue of event types, beside the dialects' built-in ones.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { CataloguedType, EventType } from '../domain/event-type.ts';
import type { Ids } from '../domain/id.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, Store } from '../storage/store.ts';
import type { Audit } from './audit.ts';
import type { Remember } from './remember.ts';

export type EventTypeDraft = {
  readonly name: string;
  readonly description: string;
  readonly group: string | null;
  /** A JSON Schema (2020-12), the first version; null without one. */
  readonly schema: unknown;
  readonly examples: readonly unknown[];
};

/** Absent members stay as they are. A schema becomes a new version. */
export type EventTypeChange = {
  readonly description?: string;
  readonly group?: string | null;
  readonly schema?: unknown;
  readonly examples?: readonly unknown[];
  readonly archived?: boolean;
};

export interface EventTypes {
  /** `conflict` when the name is in the tenant's or a built-in catalogue. */
  create(caller: Caller, draft: EventTypeDraft, remember?: Remember<EventType>): Promise<EventType>;
  update(
    caller: Caller,
    name: string,
    change: EventTypeChange,
    remember?: Remember<EventType>,
  ): Promise<EventType>;
  remove(caller: Caller, name: string): Promise<void>;
  get(tenantId: TenantId, name: string): Promise<EventType>;
  list(tenantId: TenantId, page: PageRequest): Promise<Page<EventType>>;
}

export type EventTypesParts = {
  readonly store: Pick<
    Store,
    'createEventType' | 'updateEventType' | 'deleteEventType' | 'getEventType' | 'listEventTypes'
  >;
  readonly builtIn: readonly CataloguedType[];
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
};

export declare function makeEventTypes(parts: EventTypesParts): EventTypes;
