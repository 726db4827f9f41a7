// Pages of collections: by cursor or by number, with the headers that tell clients where they are (specification §2.6).

import { badParameter } from './refusals.ts';
import type { Query } from './filters.ts';

/** What orders rows: the value of each sort key, and the id where they are equal. */
export type SortValue = number | string;
export type Order<Row> = {
  readonly keys: readonly { readonly of: (row: Row) => SortValue; readonly descending: boolean }[];
};

export type Page<Row> = {
  readonly rows: readonly Row[];
  readonly headers: Readonly<Record<string, string>>;
};

const perPageDefault = 20;
const perPageMax = 100;

/** `?sort=name,-id` over the named keys, unknown ones ignored; the id decides where they leave it open. */
export function orderOf<Row>(
  query: Query,
  sorts: Readonly<Record<string, (row: Row) => SortValue>>,
  standard: string,
): Order<Row> {
  const asked = namesIn(first(query, 'sort') ?? '', sorts);
  const names = [...(asked.length > 0 ? asked : namesIn(standard, sorts)), 'id'];
  return {
    keys: names.map((name) => ({ of: sorts[name.replace(/^-/, '')]!, descending: name.startsWith('-') })),
  };
}

/**
 * The page that the query asks for. `linkBase` is the collection's absolute URL: links repeat the query's other
 * parameters, with `,` and `;` percent-encoded, since clients split the header there.
 */
export function pageOf<Row>(
  unordered: readonly Row[],
  order: Order<Row>,
  query: Query,
  linkBase: string,
): Page<Row> {
  const rows = unordered.toSorted((a, b) => compare(keysOf(order, a), keysOf(order, b), order));
  const perPage = Math.min(integer(query, 'per_page', 1) ?? perPageDefault, perPageMax);
  const { start, end } = rangeOf(rows, order, query, perPage);
  const shown = rows.slice(start, end);
  const cursorAt = (index: number): string => cursorOf(index, keysOf(order, rows[index]!));
  const [startCursor, endCursor] =
    shown.length === 0 ? ['', ''] : [cursorAt(start), cursorAt(start + shown.length - 1)];

  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  // Behind the last row there is no cursor to go back from.
  const back = shown.length > 0 ? { search_before: startCursor } : { page: String(pages) };
  const links = [
    ...(start > 0 ? [link('first', {}), link('prev', back)] : []),
    ...(end < rows.length && shown.length > 0 ? [link('next', { search_after: endCursor })] : []),
  ];
  return {
    rows: shown,
    headers: {
      'x-pagination-per-page': String(perPage),
      'x-pagination-current-page': String(Math.ceil(start / perPage) + 1),
      'x-pagination-total-pages': String(pages),
      'x-pagination-total-entries': String(rows.length),
      'x-pagination-start-cursor': startCursor,
      'x-pagination-end-cursor': endCursor,
      ...(links.length > 0 && { link: links.join(', ') }),
    },
  };

  function link(rel: string, place: Readonly<Record<string, string>>): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (!/^(page|search_after|search_before|predefined_filter)$/.test(name))
        for (const each of [value ?? []].flat()) search.append(name, each);
    }
    if (!search.has('per_page')) search.set('per_page', String(perPage));
    for (const [name, value] of Object.entries(place)) search.set(name, value);
    return `<${linkBase}?${search.toString()}>; rel="${rel}"`;
  }
}

type Range = { readonly start: number; readonly end: number };

function rangeOf<Row>(rows: readonly Row[], order: Order<Row>, query: Query, perPage: number): Range {
  const [after, before] = [first(query, 'search_after'), first(query, 'search_before')];
  const page = integer(query, 'page', 1) ?? 1;
  if (after !== undefined) {
    const cursor = keysIn('search_after', after, order);
    const next = rows.findIndex((row) => compare(keysOf(order, row), cursor, order) > 0);
    const start = next === -1 ? rows.length : next;
    return { start, end: start + perPage };
  }
  if (before !== undefined) {
    const cursor = keysIn('search_before', before, order);
    const found = rows.findIndex((row) => compare(keysOf(order, row), cursor, order) >= 0);
    const end = found === -1 ? rows.length : found;
    return { start: Math.max(0, end - perPage), end };
  }
  return { start: (page - 1) * perPage, end: page * perPage };
}

function keysOf<Row>({ keys }: Order<Row>, row: Row): readonly SortValue[] {
  return keys.map(({ of }) => of(row));
}

function compare<Row>(a: readonly SortValue[], b: readonly SortValue[], { keys }: Order<Row>): number {
  for (const [index, { descending }] of keys.entries()) {
    const [left, right] = [a[index]!, b[index]!];
    if (left !== right) return (left < right ? -1 : 1) * (descending ? -1 : 1);
  }
  return 0;
}

/** As the original's: base64 of the offset and the sort keys. */
function cursorOf(offset: number, cursor: readonly SortValue[]): string {
  return Buffer.from(JSON.stringify({ offset, cursor })).toString('base64');
}

function keysIn<Row>(name: string, text: string, { keys }: Order<Row>): readonly SortValue[] {
  try {
    const { cursor } = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as { cursor: unknown };
    const isGood = (value: unknown) => typeof value === 'string' || typeof value === 'number';
    if (Array.isArray(cursor) && cursor.length === keys.length && cursor.every(isGood)) return cursor;
  } catch {
    // Refused below, as every other text that is no cursor of this list.
  }
  throw badParameter(name, 'is not a cursor of this collection');
}

function namesIn(list: string, sorts: Readonly<Record<string, unknown>>): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => Object.hasOwn(sorts, name.replace(/^-/, '')));
}

function integer(query: Query, name: string, least: number): number | undefined {
  const text = first(query, name);
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw badParameter(name, 'is not an integer');
  if (Number(text) < least) throw badParameter(name, `cannot be less than ${least}`);
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

function first(query: Query, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' ? value : value?.[0];
}
