// The list of deliveries: live, filtered by the URL, with one of them open at the side.

import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { listDeliveries, type DeliveryFilter } from '../../api/deliveries.ts';
import { useMay } from '../../api/session.ts';
import type { DeliverySummary } from '../../api/types.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FreshRows } from '../../parts/fresh-rows.tsx';
import { useLongList } from '../../parts/long-list.ts';
import { Empty, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { exact } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { AllThatMatch } from './all-that-match.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { deliveryColumns } from './columns.tsx';
import { DeliveryDrawer } from './drawer.tsx';
import { countOf, DeliveryFilters, filterNow, type DeliverySearch } from './filters.tsx';

const route = getRouteApi('/shell/deliveries');
const words = texts.deliveries;
const idOf = ({ id }: DeliverySummary) => id;
const keyOf = ({ createdAt, id }: DeliverySummary) => `${createdAt} ${id}`;

export function DeliveriesPage() {
  const { open, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const go = (next: DeliverySearch & { readonly open?: string }) =>
    void navigate({ search: next, resetScroll: false });
  return (
    <Page title={words.title} lead={words.lead} actions={<AllThatMatch search={search} />}>
      <DeliveryFilters search={search} choose={go} />
      <DeliveryList
        key={JSON.stringify(search)}
        search={search}
        openedId={open}
        open={(id) => go(id === undefined ? search : { ...search, open: id })}
        clear={() => go({})}
      />
    </Page>
  );
}

function DeliveryList({
  search,
  openedId,
  open,
  clear,
}: {
  readonly search: DeliverySearch;
  readonly openedId: string | undefined;
  readonly open: (id: string | undefined) => void;
  readonly clear: () => void;
}) {
  const may = useMay();
  const [filter] = useState(() => filterNow(search, Date.now()));
  const list = useLongList<DeliverySummary>({
    key: ['deliveries', 'list', filter],
    read: (page, signal) => listDeliveries(filter, page, signal),
    idOf,
    keyOf,
    topics: ['deliveries', 'webhooks'],
    readAgain,
  });
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const mayAct = may('DELIVERIES:EDIT') || may('DELIVERIES:ADD');
  const step = (by: 1 | -1) => {
    const next = list.rows[list.rows.findIndex(({ id }) => id === openedId) + by];
    return next === undefined ? undefined : () => open(next.id);
  };

  return (
    <>
      {list.error !== undefined && <ProblemNote error={list.error} retry={list.retry} />}
      <FreshRows waiting={list.waiting} show={list.showWaiting} />
      {list.empty ? (
        <Nothing isFiltered={isFiltered(search)} clear={clear} />
      ) : (
        <DataTable
          label={words.title}
          columns={deliveryColumns}
          rows={list.rows}
          idOf={idOf}
          open={({ id }) => open(id)}
          openedId={openedId}
          beyond={list.beyond}
          {...(mayAct ? { chosen, choose } : {})}
          more={{ load: nothing, loading: list.loading }}
        />
      )}
      {list.lookFurther !== undefined && (
        <div className="flex flex-wrap items-center justify-center gap-3 text-quiet">
          {further(list.rows)}
          <Button onClick={list.lookFurther}>{words.further.action}</Button>
        </div>
      )}
      <BulkBar chosen={chosen} clear={() => choose(new Set())} done={() => void list.refresh()} />
      {openedId !== undefined && (
        <DeliveryDrawer
          id={openedId}
          close={() => open(undefined)}
          open={open}
          next={step(1)}
          previous={step(-1)}
          changed={() => void list.refresh()}
        />
      )}
    </>
  );
}

const nothing = () => {};

/** Only what is scheduled can still change. */
async function readAgain(rows: readonly DeliverySummary[]): Promise<readonly DeliverySummary[]> {
  const ids = rows.filter(({ state }) => state === 'scheduled').map(({ id }) => id);
  if (ids.length === 0) return [];
  const filter: DeliveryFilter = { id: ids };
  return (await listDeliveries(filter, { cursor: null, limit: ids.length })).data;
}

function isFiltered(search: DeliverySearch): boolean {
  return countOf(search) > 0 || search.id !== undefined || search.eventId !== undefined;
}

function further(rows: readonly DeliverySummary[]): string {
  const last = rows.at(-1);
  return last === undefined ? words.further.leadNothing : words.further.lead(exact(last.createdAt));
}

function Nothing({
  isFiltered: filtered,
  clear,
}: {
  readonly isFiltered: boolean;
  readonly clear: () => void;
}) {
  const may = useMay();
  if (filtered) {
    return (
      <Empty title={words.noMatch.title} action={<Button onClick={clear}>{words.filters.clear}</Button>}>
        {words.noMatch.lead}
      </Empty>
    );
  }
  return (
    <Empty
      title={words.empty.title}
      {...(may('EVENTS:ADD')
        ? {
            action: (
              <LinkButton kind="primary" to="/events" search={{ publish: 'yes' }}>
                {words.empty.action}
              </LinkButton>
            ),
          }
        : {})}
    >
      {words.empty.lead}
    </Empty>
  );
}
