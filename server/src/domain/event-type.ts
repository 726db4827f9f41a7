// Names of event types and the patterns that subscribe to them. Linear matching, whatever a user writes.

import type { Instant } from './clock.ts';
import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';

export const eventTypeLengthMax = 128;

/** One to 128 of `A-Z a-z 0-9 _ . -`, with no empty segment between or beside dots. */
export function isEventType(text: string): boolean {
  return text.length <= eventTypeLengthMax && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(text);
}

/** An event type, `*`, or a beginning of an event type followed by a final `*` (`invoice.*`, `page_*`). */
export function isEventTypePattern(text: string): boolean {
  if (isEventType(text)) return true;
  if (!text.endsWith('*') || text.length > eventTypeLengthMax) return false;
  const beginning = text.slice(0, -1);
  return beginning === '' || /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/.test(beginning);
}

/** Whether a pattern takes an event type: equal, or, with a final `*`, any rest, dots included. */
export function matchesType(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** A catalogued name. Vendors' catalogues are built in; a tenant adds its own. */
export type EventType = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly description: string;
  readonly group: string | null;
  readonly schemas: readonly EventTypeSchema[];
  readonly examples: readonly unknown[];
  readonly archivedAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

export type EventTypeSchema = {
  readonly version: number;
  readonly schema: unknown;
  readonly createdAt: Instant;
};

/** An entry of a dialect's built-in catalogue. */
export type CataloguedType = { readonly name: string; readonly description: string; readonly group: string };
