// A list of any length: only the rows in sight are in the page, more are asked for near the end, and the keyboard walks it.

import { rowSelectionFeature, tableFeatures, useTable, type RowSelectionState } from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useKeys } from '../app/keys.tsx';
import * as texts from '../texts/texts.ts';
import { Spinner } from './button.tsx';
import { classNames } from './class-names.ts';

export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Width and alignment; `max-md:hidden` leaves the column out on a phone. */
  readonly className?: string;
};

type DataTableProps<Row> = {
  /** What the list is, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  /** What a click or Enter on a row does. */
  readonly open?: (row: Row) => void;
  readonly openedId?: string | undefined;
  /** Rows can be chosen when given. */
  readonly chosen?: ReadonlySet<string>;
  readonly choose?: (ids: ReadonlySet<string>) => void;
  readonly more?: { readonly load: () => void; readonly loading: boolean } | undefined;
  /** For lists of which only the rows around the sight are kept: how many are known beyond `rows`, and who follows the sight. */
  readonly beyond?:
    | {
        readonly before: number;
        readonly after: number;
        readonly see: (first: number, last: number) => void;
      }
    | undefined;
};

const features = tableFeatures({ rowSelectionFeature });
const rowHeightPx = 45;

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, idOf, open, openedId, chosen, choose, more, beyond } = props;
  const rowsBefore = beyond?.before ?? 0;
  const [cursor, setCursor] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);
  const offset = useOffsetTop(body);
  const table = useTable({
    features,
    data: rows,
    columns: columns.map(({ id, header }) => ({ id, header })),
    getRowId: idOf,
    state: { rowSelection: selectionOf(chosen) },
    onRowSelectionChange: (update) => {
      const next = typeof update === 'function' ? update(selectionOf(chosen)) : update;
      choose?.(new Set(Object.keys(next).filter((id) => next[id] === true)));
    },
  });
  const shown = table.getRowModel().rows;
  const count = rowsBefore + shown.length + (beyond?.after ?? 0);
  const rowAt = (index: number) => shown[index - rowsBefore];
  // Another function means another look at all rows; in a list whose rows come and go, their places stay.
  const keyByRow = useCallback((index: number) => shown[index]?.id ?? index, [shown]);
  const keyOf = beyond === undefined ? keyByRow : itself;
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    scrollMargin: offset,
    getItemKey: keyOf,
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  const before = first === undefined ? 0 : first.start - offset;
  const after = last === undefined ? 0 : virtual.getTotalSize() - (last.end - offset);
  const selecting = choose !== undefined;

  const nearEnd = last !== undefined && last.index >= shown.length - 15;
  const load = more !== undefined && !more.loading ? more.load : undefined;
  useEffect(() => {
    if (nearEnd) load?.();
  }, [nearEnd, load, shown.length]);

  const see = beyond?.see;
  const [firstSeen, lastSeen] = [first?.index ?? 0, last?.index ?? 0];
  useEffect(() => see?.(firstSeen, lastSeen), [see, firstSeen, lastSeen]);

  const move = (step: 1 | -1) => {
    const next = Math.min(Math.max(cursor + step, 0), count - 1);
    setCursor(next);
    virtual.scrollToIndex(next, { align: 'auto' });
    const row = () =>
      body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(rowAt(next)?.id ?? '')}"]`);
    // What is drawn takes the focus at once, so that Enter opens it; what is out of sight, once it is drawn.
    const drawn = row();
    if (drawn) drawn.focus();
    else requestAnimationFrame(() => row()?.focus());
  };
  useKeys([
    { key: 'j', label: texts.table.next, act: () => move(1) },
    { key: 'k', label: texts.table.previous, act: () => move(-1) },
    ...(selecting
      ? [
          {
            key: 'x',
            label: texts.table.choose,
            act: () => rowAt(cursor)?.toggleSelected(),
          },
        ]
      : []),
  ]);

  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface">
      <table
        aria-label={label}
        aria-rowcount={more === undefined && beyond === undefined ? shown.length + 1 : -1}
        className="w-full table-fixed border-collapse"
      >
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b border-line text-left text-xs text-quiet">
              {selecting && (
                <th scope="col" className="w-10 px-3 py-2">
                  <input
                    type="checkbox"
                    aria-label={texts.table.chooseAll}
                    className="size-4 align-middle accent-accent"
                    checked={shown.length > 0 && table.getIsAllRowsSelected()}
                    ref={(box) => {
                      if (box !== null) box.indeterminate = table.getIsSomeRowsSelected();
                    }}
                    onChange={table.getToggleAllRowsSelectedHandler()}
                  />
                </th>
              )}
              {group.headers.map((header, index) => (
                <th
                  key={header.id}
                  scope="col"
                  className={classNames('px-3 py-2 font-medium', columns[index]?.className)}
                >
                  {columns[index]?.header}
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody ref={body}>
          <Gap heightPx={before} />
          {items.map(({ index }) => {
            const row = rowAt(index);
            if (row === undefined) return <Absent key={index} index={index} />;
            return (
              <tr
                key={row.id}
                ref={virtual.measureElement}
                data-index={index}
                data-row={row.id}
                aria-rowindex={index + 2}
                tabIndex={0}
                onFocus={() => setCursor(index)}
                onClick={(event) => {
                  if (!isOwnControl(event.target)) open?.(row.original);
                }}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && event.target === event.currentTarget) open?.(row.original);
                }}
                className={classNames(
                  'h-11 border-b border-line -outline-offset-2 last:border-0',
                  open !== undefined && 'cursor-pointer hover:bg-sunken',
                  row.id === openedId && 'bg-accent-soft',
                )}
              >
                {selecting && (
                  <td className="px-3">
                    <input
                      type="checkbox"
                      aria-label={texts.table.chooseRow(row.id)}
                      className="size-4 align-middle accent-accent"
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </td>
                )}
                {row.getAllCells().map((cell, column) => (
                  <td key={cell.id} className={classNames('truncate px-3 py-2', columns[column]?.className)}>
                    {/* Called, not made a component: that would be another one at each drawing, and lose clicks. */}
                    {columns[column]?.cell(row.original)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Gap heightPx={after} />
        </tbody>
      </table>
      {more?.loading === true && (
        <p
          role="status"
          className="flex items-center justify-center gap-2 border-t border-line py-3 text-quiet"
        >
          <Spinner /> {texts.common.loading}
        </p>
      )}
    </div>
  );
}

/** A row that is on its way. */
function Absent({ index }: { readonly index: number }) {
  return (
    <tr aria-hidden data-index={index} className="h-11 border-b border-line">
      <td />
      <td className="px-3">
        <div className="h-3 animate-pulse rounded bg-sunken" />
      </td>
    </tr>
  );
}

/** The place of the rows that are not there. One cell, since more than are shown on a phone would be columns there. */
function Gap({ heightPx }: { readonly heightPx: number }) {
  if (heightPx <= 0) return null;
  return (
    <tr aria-hidden>
      <td style={{ height: heightPx, padding: 0 }} />
    </tr>
  );
}

const itself = (index: number) => index;

function selectionOf(chosen: ReadonlySet<string> = new Set()): RowSelectionState {
  return Object.fromEntries([...chosen].map((id) => [id, true] as const));
}

/** Links, buttons and boxes in a row do their own thing. */
function isOwnControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, label, select') !== null;
}

/** Where the rows begin in the document; what stands above may grow. */
function useOffsetTop(element: { readonly current: HTMLElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const rectangle = element.current?.getBoundingClientRect();
      if (rectangle !== undefined) setTop(Math.round(rectangle.top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
