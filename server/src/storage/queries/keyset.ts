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
  { limit, after, before }: PageRequest,
): Promise<Page<Row>> {
  const backwards = before !== null;
  const descending = key.newestFirst !== backwards;
  const from = before ?? after;
  const columns = (key.at === null ? [key.id] : [key.at, key.id]).map((column) => sql.ref(column));

  let page = query.limit(limit + 1);
  if (from !== null) {
    const start = sql.join(key.at === null ? [from.id] : [from.at, from.id]);
    page = page.where(sql<boolean>`(${sql.join(columns)}) ${sql.raw(descending ? '<' : '>')} (${start})`);
  }
  for (const column of columns) page = page.orderBy(column, descending ? 'desc' : 'asc');

  const found = await page.execute();
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

function positionOf(row: object, key: SortKey): Position {
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
