// The list of events: live, filtered by the URL; from here one is published.

import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { listEvents } from '../../api/events.ts';
import { useMay } from '../../api/session.ts';
import type { EventSummary } from '../../api/types.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { FreshRows } from '../../parts/fresh-rows.tsx';
import { useLongList } from '../../parts/long-list.ts';
import { Empty, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { windowNow } from '../../parts/time-window.tsx';
import * as texts from '../../texts/texts.ts';
import { EventFilters, type EventSearch } from './filters.tsx';
import { PublishDialog } from './publish.tsx';

const route = getRouteApi('/shell/events');
const words = texts.events;
const idOf = ({ id }: EventSummary) => id;
const keyOf = ({ acceptedAt, id }: EventSummary) => `${acceptedAt} ${id}`;

const columns: readonly Column<EventSummary>[] = [
  {
    id: 'type',
    header: words.columns.type,
    cell: ({ type, purpose }) => (
      <span className="inline-flex max-w-full items-center gap-2">
        <span className="truncate font-medium" title={type}>
          {type}
        </span>
        {purpose !== 'event' && <Badge>{words.message[purpose]}</Badge>}
      </span>
    ),
  },
  {
    id: 'object',
    header: words.columns.object,
    cell: ({ object }) => <span title={aboutOf(object)}>{aboutOf(object)}</span>,
    className: 'max-lg:hidden',
  },
  {
    id: 'id',
    header: words.columns.id,
    cell: ({ id }) => <code className="text-xs text-quiet">{id}</code>,
    className: 'w-72 max-lg:hidden',
  },
  {
    id: 'deliveries',
    header: words.columns.deliveries,
    cell: ({ deliveries }) => (
      <span className={deliveries === 0 ? 'text-quiet' : undefined}>{words.owed(deliveries)}</span>
    ),
    className: 'w-32 max-md:hidden',
  },
  {
    id: 'accepted',
    header: words.columns.accepted,
    cell: ({ acceptedAt }) => <Ago at={acceptedAt} />,
    className: 'w-28 text-right text-quiet',
  },
];

function aboutOf(object: EventSummary['object']): string {
  return [object?.type, object?.id].filter(Boolean).join(' ');
}

export function EventsPage() {
  const { publish, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const go = (next: EventSearch & { readonly publish?: string }) =>
    void navigate({ search: next, resetScroll: false });
  const openDialog = () => go({ ...search, publish: 'yes' });
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        may('EVENTS:ADD') && (
          <Button kind="primary" icon={<Plus aria-hidden size={15} />} onClick={openDialog}>
            {words.publish.button}
          </Button>
        )
      }
    >
      <EventFilters search={search} choose={go} />
      <EventList
        key={JSON.stringify(search)}
        search={search}
        clear={() => go({})}
        publish={may('EVENTS:ADD') ? openDialog : undefined}
      />
      {publish !== undefined && may('EVENTS:ADD') && <PublishDialog close={() => go(search)} />}
    </Page>
  );
}

function EventList({
  search,
  clear,
  publish,
}: {
  readonly search: EventSearch;
  readonly clear: () => void;
  readonly publish: (() => void) | undefined;
}) {
  const navigate = route.useNavigate();
  const [filter] = useState(() => ({
    ...(search.type === undefined ? {} : { type: search.type }),
    ...windowNow(search, Date.now()),
  }));
  const list = useLongList<EventSummary>({
    key: ['events', 'list', filter],
    read: (page, signal) => listEvents(filter, page, signal),
    idOf,
    keyOf,
    topics: ['events'],
  });
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      {list.error !== undefined && <ProblemNote error={list.error} retry={list.retry} />}
      <FreshRows waiting={list.waiting} show={list.showWaiting} />
      {!list.empty ? (
        <DataTable
          label={words.title}
          columns={columns}
          rows={list.rows}
          idOf={idOf}
          open={({ id }) => void navigate({ to: '/events/$id', params: { id } })}
          beyond={list.beyond}
          more={{ load: () => {}, loading: list.loading }}
        />
      ) : isFiltered ? (
        <Empty title={words.noMatch.title} action={<Button onClick={clear}>{words.filters.clear}</Button>}>
          {words.noMatch.lead}
        </Empty>
      ) : (
        <Empty
          title={words.empty.title}
          {...(publish === undefined
            ? {}
            : {
                action: (
                  <Button kind="primary" onClick={publish}>
                    {words.empty.action}
                  </Button>
                ),
              })}
        >
          {words.empty.lead}
        </Empty>
      )}
    </>
  );
}
