// One page of a list by keyset: rows after (or before) a position, never an offset, so that a deep page costs what the
// first one does.

import { sql, type SelectQueryBuilder } from 'kysely';
import type { CreatedBetween, Page, PageRequest, Position } from '../port/page.ts';

/** What a list is sorted by; `at: null` where the id alone orders. */
export type SortKey = { readonly at: string | null; readonly id: string; readonly newestFirst: boolean };

export const emptyPage: Page<never> = { rows: [], next: null, previous: null };

/** The rows of `query`, whose table has a `created_at`, that were created in the window. */
export function createdIn<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  { createdFrom, createdTo }: CreatedBetween,
): SelectQueryBuilder<Tables, Table, Row> {
  let within = query;
  if (createdFrom !== undefined) within = within.where(sql<boolean>`created_at >= ${createdFrom}`);
  if (createdTo !== undefined) within = within.where(sql<boolean>`created_at < ${createdTo}`);
  return within;
}

/** Runs `query`, which must select the columns of the sort key, for one page. */
export async function pageOf<Tables, Table extends keyof Tables, Row extends object>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  key: SortKey,
  request: PageRequest,
): Promise<Page<Row>> {
  const found = await fromThere(query, key, request)
    .limit(request.limit + 1)
    .execute();
  return cutPage(found, key, request);
}

/** A page of what was found in the direction in which it was read: one row more than the limit tells that there are more. */
function cutPage<Row extends object>(
  found: readonly Row[],
  key: SortKey,
  { limit, after, before }: PageRequest,
): Page<Row> {
  const backwards = before !== null;
  const rows = found.slice(0, limit);
  if (backwards) rows.reverse();
  const more = found.length > limit;
  const first = rows[0] === undefined ? null : positionOf(rows[0], key);
  const last = rows.length === 0 ? null : positionOf(rows[rows.length - 1]!, key);
  return {
    rows,
    next: backwards || more ? last : null,
    previous: (backwards ? more : after !== null) ? first : null,
  };
}

/** The rows from where the page starts on, in the direction in which it is read. */
export function fromThere<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  key: SortKey,
  { after, before }: Pick<PageRequest, 'after' | 'before'>,
): SelectQueryBuilder<Tables, Table, Row> {
  const descending = key.newestFirst !== (before !== null);
  const from = before ?? after;
  const columns = (key.at === null ? [key.id] : [key.at, key.id]).map((column) => sql.ref(column));
  let rows = query;
  if (from !== null) {
    const start = sql.join(key.at === null ? [from.id] : [from.at, from.id]);
    rows = rows.where(sql<boolean>`(${sql.join(columns)}) ${sql.raw(descending ? '<' : '>')} (${start})`);
  }
  for (const column of columns) rows = rows.orderBy(column, descending ? 'desc' : 'asc');
  return rows;
}

/**
 * The same page of only those rows that match, where the database can't tell: reads on, batch by batch, until there are
 * enough. For lists that are short enough to be read whole.
 */
export async function pageOfMatching<Tables, Table extends keyof Tables, Row extends object>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  key: SortKey,
  request: PageRequest,
  matches: (row: Row) => boolean,
): Promise<Page<Row>> {
  const { limit, after, before } = request;
  const backwards = before !== null;
  const found: Row[] = [];
  let from = before ?? after;
  do {
    const part = { limit: batchSize, after: backwards ? null : from, before: backwards ? from : null };
    const batch = await pageOf(query, key, part);
    const rows = batch.rows.filter(matches);
    found.push(...(backwards ? rows.toReversed() : rows));
    from = backwards ? batch.previous : batch.next;
  } while (from !== null && found.length <= limit);
  return cutPage(found, key, request);
}

const batchSize = 500;

export function positionOf(row: object, key: SortKey): Position {
  const columns = row as Record<string, unknown>;
  return {
    at: key.at === null ? 0 : (columns[plain(key.at)] as number),
    id: columns[plain(key.id)] as string,
  };
}

/** `deliveries.created_at` is the row's `created_at`. */
function plain(column: string): string {
  return column.slice(column.indexOf('.') + 1);
}
