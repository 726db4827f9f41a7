// An immutable fact published once; its id is the same in every delivery.

import type { Instant } from './clock.ts';
import type { DeliveryPurpose } from './delivery.ts';
import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';

export type EventId = Id;

export type Event = {
  readonly id: EventId;
  readonly tenantId: TenantId;
  readonly type: string;
  /** When it happened, as the publisher says; the time of acceptance when it says nothing. */
  readonly occurredAt: Instant;
  readonly acceptedAt: Instant;
  /** The JSON object `data`, byte for byte as published. */
  readonly data: Uint8Array;
  readonly context: EventContext;
};

/** What a publisher may say around the data; each dialect's envelope takes what it has a place for. */
export type EventContext = {
  readonly actor?: { readonly id?: string; readonly key?: string; readonly name?: string };
  readonly object?: {
    readonly type?: string;
    readonly id?: string;
    readonly url?: string;
    readonly nodeId?: string;
    readonly related?: readonly string[];
  };
  readonly scope?: { readonly type: string; readonly id: string };
  readonly channels?: readonly string[];
  readonly orderingKey?: string;
  /** The publisher's own id for the event and the source within which that id is unique. */
  readonly publisherId?: string;
  readonly source?: string;
  readonly instanceName?: string;
  /** What a webhook's own administration sends it for; absent where the event was published. */
  readonly purpose?: Exclude<DeliveryPurpose, 'event'>;
};
