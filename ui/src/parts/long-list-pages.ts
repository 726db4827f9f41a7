// What a long list knows of its pages: where each begins, how many rows it has, and the rows of those near the reader.
// Pure, so that scrolling up and down through any length keeps a bounded number of rows.

import type { Page } from '../api/types.ts';

/** A page that was read once. `rows` is null while it is too far from sight to be kept. */
type KeptPage<Row> = {
  readonly cursor: string | null;
  readonly count: number;
  readonly rows: readonly Row[] | null;
  /** The sort key of its last row, beyond which a later reading of the page does not go. */
  readonly last: string | null;
};

export type LongListPages<Row> = {
  readonly pages: readonly KeptPage<Row>[];
  /** Where the page after the last begins; null at the end of the list, undefined before the first was read. */
  readonly next: string | null | undefined;
};

/** The rows in sight, counted from the start of the list. */
export type Sight = { readonly first: number; readonly last: number };

export const nothingRead: LongListPages<never> = { pages: [], next: undefined };

/** Rows beyond the sight that are kept, and asked for before they come into it. */
const nearRows = 300;

/** A sort key that falls from row to row, since lists have the newest first. */
export type KeyOf<Row> = (row: Row) => string;

/** The list with one more page read, `at` its index. */
export function withPage<Row>(
  list: LongListPages<Row>,
  at: number,
  read: Page<Row>,
  keyOf: KeyOf<Row>,
): LongListPages<Row> {
  const before = list.pages[at];
  if (before === undefined) {
    const cursor = list.next ?? null;
    return { pages: [...list.pages, keptPage(cursor, read.data, keyOf)], next: read.next };
  }
  // Some of its rows may not meet the filter any more, and then rows of the next page follow.
  const own = before.last === null ? [] : read.data.filter((row) => keyOf(row) >= before.last!);
  const page = { ...before, rows: own, count: own.length };
  return { ...list, pages: list.pages.with(at, page) };
}

function keptPage<Row>(cursor: string | null, rows: readonly Row[], keyOf: KeyOf<Row>): KeptPage<Row> {
  const last = rows.at(-1);
  return { cursor, count: rows.length, rows, last: last === undefined ? null : keyOf(last) };
}

/** Which page to read next, by its index and where it begins; undefined when all that is near is there. */
export function pageToRead<Row>(
  { pages, next }: LongListPages<Row>,
  { first, last }: Sight,
): { readonly at: number; readonly cursor: string | null; readonly count: number | null } | undefined {
  let start = 0;
  for (const [at, { cursor, count, rows }] of pages.entries()) {
    if (rows === null && isNear(start, count, { first, last })) return { at, cursor, count };
    start += count;
  }
  if (next === null || start > last + nearRows) return undefined;
  return { at: pages.length, cursor: next ?? null, count: null };
}

/** Lets go of the rows far from sight, but for the first page's: its beginning has no cursor to read it again by. */
export function withoutFarRows<Row>(list: LongListPages<Row>, sight: Sight): LongListPages<Row> {
  let start = 0;
  let changed = false;
  const pages = list.pages.map((page, at) => {
    const isKept = at === 0 || page.rows === null || isNear(start, page.count, sight, 3);
    start += page.count;
    if (isKept) return page;
    changed = true;
    return { ...page, rows: null };
  });
  return changed ? { ...list, pages } : list;
}

function isNear(start: number, count: number, { first, last }: Sight, times = 1): boolean {
  return start + count > first - nearRows * times && start < last + nearRows * times;
}

/** Pages around the sight without a gap, from one to before another, and how many rows are known before and after. */
export type Run = {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
};

export function runAround<Row>({ pages }: LongListPages<Row>, { first }: Sight): Run {
  let start = 0;
  let run = { from: 0, before: 0 };
  let to: number | undefined;
  let after = 0;
  for (const [at, { rows, count }] of pages.entries()) {
    if (to !== undefined) after += count;
    else if (rows === null) {
      if (start + count <= first) run = { from: at + 1, before: start + count };
      else {
        to = at;
        after += count;
      }
    }
    start += count;
  }
  return { ...run, to: to ?? pages.length, after };
}

export function rowsOf<Row>(
  pages: LongListPages<Row>['pages'],
  { from, to }: Pick<Run, 'from' | 'to'>,
): readonly Row[] {
  return pages.slice(from, to).flatMap(({ rows }) => rows ?? []);
}

/** The list with newer versions of rows that it has. */
export function withNewer<Row>(
  list: LongListPages<Row>,
  newer: ReadonlyMap<string, Row>,
  idOf: (row: Row) => string,
): LongListPages<Row> {
  const pages = list.pages.map((page) =>
    page.rows?.some((row) => newer.has(idOf(row))) === true
      ? { ...page, rows: page.rows.map((row) => newer.get(idOf(row)) ?? row) }
      : page,
  );
  return { ...list, pages };
}
