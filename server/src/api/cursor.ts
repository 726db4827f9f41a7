// Pages of lists: opaque, authenticated cursors on the wire, positions inside.

import type { Clock } from '../domain/clock.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest } from '../storage/store.ts';

/** Which list a cursor belongs to: it is good for no other tenant and no other list. */
export type ListName = { readonly tenantId: TenantId; readonly list: string };

export const pageLimitDefault = 50;
export const pageLimitMax = 250;

export interface Cursors {
  /** From the query's `limit` (1 to 250, more is capped) and `cursor`. Refuses a tampered, foreign or old cursor with `bad_request`. */
  pageRequest(
    list: ListName,
    query: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  ): PageRequest;
  /** `{data, next, previous}`: the cursors of the neighbours, null where there are none. */
  page<Row, Wire>(list: ListName, page: Page<Row>, show: (row: Row) => Wire): WirePage<Wire>;
}

export type WirePage<Wire> = {
  readonly data: readonly Wire[];
  readonly next: string | null;
  readonly previous: string | null;
};

/** `key`: 32 bytes that stay the same for the life of an installation, so that a restart keeps cursors good. They last a day. */
export declare function makeCursors(parts: { readonly key: Uint8Array; readonly clock: Clock }): Cursors;
