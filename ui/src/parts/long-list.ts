// A list without end, newest first, read page by page around the reader's sight. What is new waits until it is wanted.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useMemo, useReducer, useRef, useState } from 'react';
import { useLiveState, useNewsOf } from '../app/live.tsx';
import { isUnreachable } from '../api/call.ts';
import type { Page } from '../api/types.ts';
import {
  nothingRead,
  pageToRead,
  rowsOf,
  runAround,
  withNewer,
  withoutFarRows,
  withPage,
  type KeyOf,
  type LongListPages,
  type Sight,
} from './long-list-pages.ts';

/** The first page is to be there soon; the others are to be few. */
export const pageRows = 100;
const nextPageRows = 250;
/** How many pages without a row are read by themselves before the reader is asked whether to go on. */
const emptyPagesMax = 10;
/** The sight is followed in steps of so many rows, not row by row. */
const sightStep = 20;
const calmMs = 1_500;
/** How often is asked while no news can come. */
const pollMs = 5_000;

export type LongListSource<Row> = {
  /** The key of its queries. */
  readonly key: readonly unknown[];
  readonly read: (
    page: { readonly cursor: string | null; readonly limit: number },
    signal?: AbortSignal,
  ) => Promise<Page<Row>>;
  readonly idOf: (row: Row) => string;
  readonly keyOf: KeyOf<Row>;
  /** Whose news concern it. */
  readonly topics: readonly string[];
  /** Newer versions of those of these rows that may have changed. */
  readonly readAgain?: (rows: readonly Row[]) => Promise<readonly Row[]>;
};

export type LongList<Row> = {
  readonly rows: readonly Row[];
  /** How many rows are known before and after `rows`, and not kept. */
  readonly beyond: {
    readonly before: number;
    readonly after: number;
    readonly see: (first: number, last: number) => void;
  };
  readonly loading: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  /** Long stretches without a match end the reading; this goes on. */
  readonly lookFurther: (() => void) | undefined;
  /** Whether everything that there is was read, and there is no row. */
  readonly empty: boolean;
  /** How many new rows wait; `pageRows` stands for as many or more. */
  readonly waiting: number;
  readonly showWaiting: () => Promise<void>;
  /** Asks now for what is new and what has changed. */
  readonly refresh: () => Promise<void>;
};

type Change<Row> =
  | { readonly kind: 'read'; readonly at: number; readonly page: Page<Row>; readonly sight: Sight }
  | { readonly kind: 'begin'; readonly page: Page<Row> }
  | { readonly kind: 'newer'; readonly rows: readonly Row[] };

/** To be mounted anew for another filter: the list belongs to one source. */
export function useLongList<Row>(source: LongListSource<Row>): LongList<Row> {
  const { key, idOf, keyOf } = source;
  const queries = useQueryClient();
  const [list, change] = useReducer((before: LongListPages<Row>, next: Change<Row>): LongListPages<Row> => {
    switch (next.kind) {
      case 'read':
        return withoutFarRows(withPage(before, next.at, next.page, keyOf), next.sight);
      case 'begin':
        return withPage(nothingRead, 0, next.page, keyOf);
      case 'newer':
        return withNewer(before, new Map(next.rows.map((row) => [idOf(row), row])), idOf);
    }
  }, nothingRead);
  const [sight, setSight] = useState<Sight>({ first: 0, last: 0 });
  const [failure, setFailure] = useState<{ readonly error: unknown } | undefined>();
  const [waiting, setWaiting] = useState(0);
  const [patience, setPatience] = useState(emptyPagesMax);

  const read = (cursor: string | null, limit: number) =>
    queries.fetchQuery({
      queryKey: [...key, cursor, limit],
      queryFn: ({ signal }) => source.read({ cursor, limit }, signal),
      staleTime: 0,
      gcTime: 0,
    });

  const wanted = pageToRead(list, sight);
  const isImpatient = wanted?.count === null && emptyAtEnd(list) >= patience;
  const at = isImpatient || failure !== undefined ? undefined : wanted?.at;
  const cursor = wanted?.cursor ?? null;
  const limit = Math.max(wanted?.count ?? (at === 0 ? pageRows : nextPageRows), 1);
  const took = useEffectEvent((index: number, page: Page<Row>) =>
    change({ kind: 'read', at: index, page, sight }),
  );
  const readFor = useEffectEvent(read);
  useEffect(() => {
    if (at === undefined) return undefined;
    let isWanted = true;
    readFor(cursor, limit).then(
      (page) => isWanted && took(at, page),
      (error: unknown) => isWanted && setFailure({ error }),
    );
    return () => {
      isWanted = false;
    };
  }, [at, cursor, limit]);

  const { from, to, before, after } = runAround(list, sight);
  const rows = useMemo(() => rowsOf(list.pages, { from, to }), [list.pages, from, to]);
  const isEmpty = list.next === null && list.pages.every(({ count }) => count === 0);

  const showWaiting = async () => {
    const page = await read(null, pageRows);
    change({ kind: 'begin', page });
    setWaiting(0);
    setPatience(emptyPagesMax);
    window.scrollTo({ top: 0 });
  };

  const state = useLiveState();
  const refresh = async () => {
    // What could not be read while the server was away can be now.
    if (state === 'open' && isUnreachable(failure?.error)) setFailure(undefined);
    const newest = list.pages[0]?.rows?.[0];
    if (list.next === undefined) return;
    const head = await read(null, pageRows);
    if (newest === undefined) {
      if (head.data.length > 0) change({ kind: 'begin', page: head });
      return;
    }
    const key0 = keyOf(newest);
    setWaiting(head.data.filter((row) => keyOf(row) > key0).length);
    const seen = rows.slice(Math.max(sight.first - before, 0), Math.max(sight.last - before + 1, 0));
    const again = (await source.readAgain?.(seen)) ?? [];
    if (again.length > 0) change({ kind: 'newer', rows: again });
  };

  useCalmly(source.topics, refresh);
  const see = useCallback((firstRow: number, lastRow: number) => {
    const first = firstRow - (firstRow % sightStep);
    const last = lastRow - (lastRow % sightStep) + sightStep - 1;
    setSight((seen) => (seen.first === first && seen.last === last ? seen : { first, last }));
  }, []);

  return {
    rows,
    beyond: { before, after, see },
    loading: at !== undefined,
    error: failure?.error,
    retry: () => setFailure(undefined),
    lookFurther: isImpatient ? () => setPatience((most) => most + emptyPagesMax) : undefined,
    empty: isEmpty,
    waiting,
    showWaiting,
    refresh,
  };
}

/** How many pages at the end have no row. */
function emptyAtEnd({ pages }: LongListPages<unknown>): number {
  const last = pages.findLastIndex(({ count }) => count > 0);
  return pages.length - 1 - last;
}

/** Acts after news of the topics, once in a while however many there are; without news to be had, every few seconds. */
function useCalmly(topics: readonly string[], act: () => Promise<void>): void {
  const state = useLiveState();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  }, [act]);
  // What fails now is asked again at the next news.
  const run = useCallback(() => void latest.current().catch(() => undefined), []);
  useNewsOf(topics, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      run();
    }, calmMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (state === 'open') {
      // What happened while nobody listened.
      run();
      return undefined;
    }
    const poll = setInterval(run, pollMs);
    return () => clearInterval(poll);
  }, [state, run]);
}
