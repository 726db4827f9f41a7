import { expect, test } from 'vitest';
import {
  nothingRead,
  pageToRead,
  rowsOf,
  runAround,
  withNewer,
  withoutFarRows,
  withPage,
  type LongListPages,
} from './long-list-pages.ts';

type Row = { readonly key: string; readonly state: string };

const keyOf = ({ key }: Row) => key;
const rowsMax = 5_000;
const size = 100;

/** A list of `rowsMax` rows, the newest first, by pages whose cursor is the key before them. */
function read(cursor: string | null, limit: number, isListed: (row: Row) => boolean = () => true) {
  const all = Array.from({ length: rowsMax }, (_, n) => ({
    key: String(rowsMax - n).padStart(6, '0'),
    state: 'new',
  }));
  const rest = all.filter((row) => isListed(row) && (cursor === null || row.key < cursor));
  const data = rest.slice(0, limit);
  return { data, next: rest.length > limit ? data.at(-1)!.key : null, previous: null };
}

/** Reads all that is wanted while the reader sees these rows. */
function seeing(list: LongListPages<Row>, first: number) {
  let seen = list;
  const sight = { first, last: first + 20 };
  for (let reads = 0; reads < 100; reads++) {
    const wanted = pageToRead(seen, sight);
    if (wanted === undefined) return seen;
    seen = withoutFarRows(withPage(seen, wanted.at, read(wanted.cursor, wanted.count ?? size), keyOf), sight);
  }
  throw new Error('it reads without end');
}

function rowsAround(list: LongListPages<Row>, sight: { readonly first: number; readonly last: number }) {
  const run = runAround(list, sight);
  return { ...run, rows: rowsOf(list.pages, run) };
}

const keptRows = (list: LongListPages<Row>) =>
  list.pages.reduce((sum, { rows }) => sum + (rows?.length ?? 0), 0);

test('scrolling down and up again keeps few rows, and finds each where it was', () => {
  let list = seeing(nothingRead, 0);
  for (let first = 0; first < rowsMax; first += 150) {
    list = seeing(list, first);
    expect(keptRows(list)).toBeLessThan(2_400);
    const { rows, before } = rowsAround(list, { first, last: first + 20 });
    expect(rows[first - before]?.key).toBe(String(rowsMax - first).padStart(6, '0'));
  }
  expect(list.next).toBeNull();
  for (let first = rowsMax - 150; first >= 0; first -= 150) {
    list = seeing(list, first);
    const { rows, before, after } = rowsAround(list, { first, last: first + 20 });
    expect(rows[first - before]?.key).toBe(String(rowsMax - first).padStart(6, '0'));
    expect(before + rows.length + after).toBe(rowsMax);
  }
});

test('a page that is read again takes no rows of the next one, when some of its own are no longer listed', () => {
  let list = seeing(nothingRead, 0);
  list = seeing(list, 3_000);
  const far = list.pages.findIndex(({ rows }) => rows === null);
  const { cursor, count, last } = list.pages[far]!;
  const fewer = read(cursor, count, ({ key }) => Number(key) % 2 === 0);
  const again = withPage(list, far, fewer, keyOf).pages[far]!;
  expect(again.count).toBe(50);
  expect(again.rows!.every(({ key }) => key >= last!)).toBe(true);
});

test('newer versions of rows take the place of those that are there, and no other', () => {
  const list = seeing(nothingRead, 0);
  const [first] = list.pages[0]!.rows!;
  const newer = new Map([
    [first!.key, { key: first!.key, state: 'changed' }],
    ['unknown', { key: 'unknown', state: 'changed' }],
  ]);
  const { rows } = rowsAround(withNewer(list, newer, keyOf), { first: 0, last: 20 });
  expect(rows.filter(({ state }) => state === 'changed').map(keyOf)).toEqual([first!.key]);
});
