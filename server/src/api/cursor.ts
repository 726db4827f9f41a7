// Pages of lists: opaque, authenticated cursors on the wire, positions inside.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { dayMs, type Clock } from '../domain/clock.ts';
import { Refusal } from '../domain/refusal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, Position } from '../storage/store.ts';

/** Which list a cursor belongs to: it is good for no other tenant and no other list. */
type ListName = { readonly tenantId: TenantId; readonly list: string };

export const pageLimitDefault = 50;
export const pageLimitMax = 250;

export interface Cursors {
  /** From the query's `limit` (more than 250 is capped) and `cursor`. Refuses a tampered, foreign or old cursor with `bad_request`. */
  pageRequest(
    list: ListName,
    query: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  ): PageRequest;
  /** `{data, next, previous}`: the cursors of the neighbours, null where there are none. */
  page<Row, Wire>(list: ListName, page: Page<Row>, show: (row: Row) => Wire): WirePage<Wire>;
}

type WirePage<Wire> = {
  readonly data: readonly Wire[];
  readonly next: string | null;
  readonly previous: string | null;
};

type Direction = 'after' | 'before';

const macBytes = 16;
const cursorMs = dayMs;

/** `key`: 32 bytes that stay the same for the life of an installation, so that a restart keeps cursors good. They last a day. */
export function makeCursors(parts: { readonly key: Uint8Array; readonly clock: Clock }): Cursors {
  const { key, clock } = parts;

  return {
    pageRequest(list, { limit = pageLimitDefault, cursor }) {
      const request = { limit: Math.min(limit, pageLimitMax), after: null, before: null };
      if (cursor === undefined) return request;
      const { direction, position } = read(list, cursor);
      return { ...request, [direction]: position };
    },

    page(list, { rows, next, previous }, show) {
      return {
        data: rows.map(show),
        next: next === null ? null : write(list, 'after', next),
        previous: previous === null ? null : write(list, 'before', previous),
      };
    },
  };

  function write(list: ListName, direction: Direction, { at, id }: Position): string {
    const content = Buffer.from(JSON.stringify([direction, at, id, clock.wall()]));
    return Buffer.concat([macOf(list, content), content]).toString('base64url');
  }

  function read(
    list: ListName,
    cursor: string,
  ): { readonly direction: Direction; readonly position: Position } {
    const bytes = Buffer.from(cursor, 'base64url');
    const [mac, content] = [bytes.subarray(0, macBytes), bytes.subarray(macBytes)];
    // Base64 has several spellings of the same bytes; only ours is a cursor.
    const ours = bytes.toString('base64url') === cursor && mac.length === macBytes;
    if (!ours || !timingSafeEqual(mac, macOf(list, content))) throw refused('This is no cursor of this list');
    const [direction, at, id, writtenAt] = JSON.parse(content.toString()) as [
      Direction,
      number,
      string,
      number,
    ];
    if (clock.wall() - writtenAt > cursorMs) throw refused('This cursor is too old; begin the list again');
    return { direction, position: { at, id } };
  }

  function macOf({ tenantId, list }: ListName, content: Uint8Array): Buffer {
    const mac = createHmac('sha256', key)
      .update(JSON.stringify([tenantId, list]))
      .update('\0')
      .update(content);
    return mac.digest().subarray(0, macBytes);
  }
}

function refused(message: string): Refusal {
  return new Refusal('bad_request', message, {
    problems: [{ pointer: 'query/cursor', rule: 'cursor', message }],
  });
}
