import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Query } from './filters.ts';
import { orderOf, pageOf } from './pages.ts';

type Row = { id: number; name: string };
const sorts = { id: ({ id }: Row) => id, name: ({ name }: Row) => name };
const base = 'https://api.xurrent.example/v1/webhooks';

function page(rows: readonly Row[], query: Query) {
  return pageOf(rows, orderOf(query, sorts, 'name'), query, base);
}

/** As the Python client reads it: split at every comma, then at exactly one semicolon. */
function linksIn(header: string | undefined): Readonly<Record<string, string>> {
  if (header === undefined) return {};
  return Object.fromEntries(
    header.split(',').map((link) => {
      const parts = link.split(';');
      expect(parts).toHaveLength(2);
      return [/^ rel="(\w+)"$/.exec(parts[1]!)![1]!, /^\s*<(.*)>$/.exec(parts[0]!)![1]!];
    }),
  );
}

function queryOf(url: string): Query {
  expect(url.startsWith(`${base}?`)).toBe(true);
  return Object.fromEntries(new URL(url).searchParams);
}

const some = Array.from({ length: 45 }, (_, index) => ({ id: index + 1, name: `n${(index * 7) % 10}` }));

test('following next visits every row once in order, and prev goes all the way back', () => {
  const row = fc.record({ id: fc.nat(), name: fc.string({ maxLength: 3 }) });
  fc.assert(
    fc.property(
      fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('', 'name', '-name', '-id', 'name,-id'),
      (rows, perPage, sort) => {
        const visited: Row[][] = [];
        let query: Query | undefined = { per_page: String(perPage), ...(sort && { sort }) };
        let last: ReturnType<typeof page> | undefined;
        while (query !== undefined) {
          last = page(rows, query);
          visited.push([...last.rows]);
          const { next } = linksIn(last.headers['link']);
          query = next === undefined ? undefined : queryOf(next);
        }
        expect(
          visited
            .flat()
            .map(({ id }) => id)
            .toSorted((a, b) => a - b),
        ).toEqual(rows.map(({ id }) => id).toSorted((a, b) => a - b));

        const back: Row[][] = [[...last!.rows]];
        for (let { prev } = linksIn(last!.headers['link']); prev !== undefined;) {
          const before = page(rows, queryOf(prev));
          back.unshift([...before.rows]);
          prev = linksIn(before.headers['link'])['prev']!;
        }
        expect(back.flat()).toEqual(visited.flat());
      },
    ),
  );
});

test('a row that comes or goes between two pages repeats and hides no other', () => {
  const first = page(some, { per_page: '20', sort: 'id' });
  const { next } = linksIn(first.headers['link']);
  const changed = some.filter(({ id }) => id !== 3).concat({ id: 0, name: 'new' });
  const second = page(changed, queryOf(next!));
  expect(second.rows.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 21));
});

test('what was asked before a row never repeats it, though fewer rows are there than a page holds', () => {
  const second = page(some, { per_page: '20', sort: 'id', page: '2' });
  const { prev } = linksIn(second.headers['link']);
  const fewer = some.filter(({ id }) => id > 15);
  expect(page(fewer, queryOf(prev!)).rows.map(({ id }) => id)).toEqual([16, 17, 18, 19, 20]);
});

test('the headers tell where a client is: on one page, on several, and of nothing', () => {
  expect(page(some, { per_page: '20', page: '2' }).headers).toMatchObject({
    'x-pagination-per-page': '20',
    'x-pagination-current-page': '2',
    'x-pagination-total-pages': '3',
    'x-pagination-total-entries': '45',
    'x-pagination-start-cursor': expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) as string,
  });
  const empty = page([], {});
  expect(empty.headers).toMatchObject({
    'x-pagination-total-pages': '1',
    'x-pagination-total-entries': '0',
    'x-pagination-current-page': '1',
  });
  expect(empty.headers).not.toHaveProperty('link');
});

test('page one has next alone, the last page first and prev, and one page no links at all', () => {
  expect(Object.keys(linksIn(page(some, {}).headers['link']))).toEqual(['next']);
  expect(Object.keys(linksIn(page(some, { page: '2' }).headers['link']))).toEqual(['first', 'prev', 'next']);
  expect(Object.keys(linksIn(page(some, { page: '3' }).headers['link']))).toEqual(['first', 'prev']);
  expect(page(some, { per_page: '100' }).headers).not.toHaveProperty('link');
});

test('behind the last page there is nothing, and a way back to it', () => {
  for (const query of [
    { page: '9' },
    { search_after: page(some, { page: '3' }).headers['x-pagination-end-cursor']! },
  ]) {
    const behind = page(some, query);
    expect(behind.rows).toEqual([]);
    const links = linksIn(behind.headers['link']);
    expect(Object.keys(links)).toEqual(['first', 'prev']);
    expect(page(some, queryOf(links['prev']!)).rows).toEqual(page(some, { page: '3' }).rows);
  }
});

test('commas and semicolons in a link are percent-encoded, and the query is kept', () => {
  const query = { fields: 'id,name', sort: 'name,-id', name: '!a;b', per_page: '10', predefined_filter: 'x' };
  const { next } = linksIn(page(some, query).headers['link']);
  expect(queryOf(next!)).toMatchObject({
    fields: 'id,name',
    sort: 'name,-id',
    name: '!a;b',
    per_page: '10',
  });
  expect(next).not.toContain('predefined_filter');
});

test('per_page is 20 by default and 100 at most', () => {
  expect(page(some, {}).rows).toHaveLength(20);
  for (const many of ['1000', '99999999999', '9'.repeat(30)])
    expect(page(some, { per_page: many }).headers['x-pagination-per-page']).toBe('100');
  expect(page(some, { page: '99999999999' }).rows).toEqual([]);
});

test.each([
  [{ per_page: '-99999999999' }, "Parameter 'per_page' cannot be less than 1"],
  [{ per_page: '0' }, "Parameter 'per_page' cannot be less than 1"],
  [{ per_page: '-3' }, "Parameter 'per_page' cannot be less than 1"],
  [{ per_page: 'many' }, "Parameter 'per_page' is not an integer"],
  [{ page: '0' }, "Parameter 'page' cannot be less than 1"],
  [{ search_after: 'x' }, "Parameter 'search_after' is not a cursor of this collection"],
  [{ search_before: btoa('{"cursor":[1]}') }, "Parameter 'search_before' is not a cursor of this collection"],
  [
    { search_after: btoa('{"cursor":[{},1]}') },
    "Parameter 'search_after' is not a cursor of this collection",
  ],
])('%o is refused: %s', (query, message) => {
  expect(() => page(some, query)).toThrow(message);
});
