// Every event type that may be published: searched at once, looked into at the side, added to by who may.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { catalogueQuery, type EventTypeSummary } from '../../api/event-types.ts';
import { useMay } from '../../api/session.ts';
import { useKeys } from '../../app/keys.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { FilterSelect, SearchField } from '../../parts/field.tsx';
import { Empty, Loading, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { DialectBadge } from '../../parts/states.tsx';
import * as texts from '../../texts/texts.ts';
import { EventTypeDrawer } from './event-type-drawer.tsx';
import { NewEventType } from './new-event-type.tsx';

const route = getRouteApi('/shell/catalogue');
const words = texts.catalogue;

const columns: readonly Column<EventTypeSummary>[] = [
  {
    id: 'name',
    header: words.name,
    className: 'w-[45%] max-md:w-[65%]',
    cell: ({ name, archivedAt }) => (
      <span className="flex items-center gap-2">
        <code className="truncate text-xs font-semibold" title={name}>
          {name}
        </code>
        {archivedAt !== null && <Badge>{words.archived}</Badge>}
      </span>
    ),
  },
  {
    id: 'description',
    header: words.description,
    className: 'max-md:hidden',
    cell: ({ description }) => <span className="text-quiet">{description}</span>,
  },
  {
    id: 'group',
    header: words.group,
    className: 'w-40 max-lg:hidden',
    cell: ({ group }) => group,
  },
  {
    id: 'schema',
    header: words.schema,
    className: 'w-24 max-lg:hidden',
    cell: ({ schemaVersion }) => (schemaVersion === null ? null : words.version(schemaVersion)),
  },
  {
    id: 'dialect',
    header: words.dialect,
    className: 'w-32',
    cell: ({ dialect }) => <DialectBadge dialect={dialect} />,
  },
];

export function CataloguePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const [creating, setCreating] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { data, error, refetch } = useQuery(catalogueQuery);
  useKeys([{ key: '/', label: texts.common.search, act: () => field.current?.focus() }]);

  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  const shown = (data ?? []).filter((type) => isFound(type, search));
  const mayAdd = may('EVENTTYPES:ADD');
  const create = (
    <Button kind="primary" icon={<Plus aria-hidden size={14} />} onClick={() => setCreating(true)}>
      {words.create}
    </Button>
  );

  return (
    <Page title={texts.shell.pages.catalogue} lead={words.lead} actions={mayAdd ? create : undefined}>
      <div className="flex flex-wrap gap-2">
        <SearchField
          ref={field}
          label={words.search}
          value={search.q ?? ''}
          onChange={({ target }) => change({ q: target.value })}
        />
        <FilterSelect
          label={words.dialect}
          value={search.dialect ?? ''}
          onChange={({ target }) => change({ dialect: target.value })}
          choices={[
            { value: '', label: words.anyDialect },
            ...Object.entries(texts.states.dialect).map(([value, label]) => ({ value, label })),
          ]}
        />
      </div>
      {error !== null && <ProblemNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading lines={8} />}
      {data !== undefined && shown.length === 0 && (
        <Empty title={words.empty} action={mayAdd ? create : undefined}>
          {words.emptyLead}
        </Empty>
      )}
      {shown.length > 0 && (
        <DataTable
          label={texts.shell.pages.catalogue}
          columns={columns}
          rows={shown}
          idOf={({ name, dialect }) => `${dialect} ${name}`}
          open={({ name }) => change({ open: name })}
        />
      )}
      {search.open !== undefined && <EventTypeDrawer name={search.open} close={() => change({ open: '' })} />}
      <NewEventType
        open={creating}
        close={() => setCreating(false)}
        created={(name) => change({ open: name })}
      />
    </Page>
  );
}

/** By any part of the name, the description or the group. */
function isFound(
  { name, description, group, dialect }: EventTypeSummary,
  search: { readonly q?: string; readonly dialect?: string },
): boolean {
  const text = search.q?.trim().toLowerCase() ?? '';
  return (
    (search.dialect === undefined || search.dialect === dialect) &&
    `${name} ${description} ${group ?? ''}`.toLowerCase().includes(text)
  );
}
