// Who changed what, when and from where: filtered in the URL, looked into at the side.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { auditQuery } from '../../../api/audit.ts';
import type { AuditEntry } from '../../../api/types.ts';
import { useKeys } from '../../../app/keys.tsx';
import { Asked } from '../../../parts/asked.tsx';
import { DataTable, type Column } from '../../../parts/data-table.tsx';
import { FilterSelect, SearchField } from '../../../parts/field.tsx';
import { Empty } from '../../../parts/page.tsx';
import { TimeWindowFilter, windowNow, type TimeWindow } from '../../../parts/time-window.tsx';
import { Ago } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';
import { Tab } from '../tab.tsx';
import { knownActions } from './actions.ts';
import { AuditDrawer } from './audit-drawer.tsx';

const route = getRouteApi('/shell/settings/audit');
const words = texts.audit;

const columns: readonly Column<AuditEntry>[] = [
  {
    id: 'action',
    header: words.action,
    className: 'w-56 max-md:w-auto',
    cell: (entry) => (
      <>
        <span className="font-medium" title={entry.action}>
          {words.actionOf(entry.action)}
        </span>
        <span className="block truncate text-xs text-quiet md:hidden">
          {nameIn(entry) ?? entry.subject.id}
        </span>
      </>
    ),
  },
  {
    id: 'subject',
    header: words.subject,
    className: 'max-md:hidden',
    cell: (entry) => (
      <span className="flex gap-2">
        {nameIn(entry) !== undefined && <span className="truncate">{nameIn(entry)}</span>}
        <code className="truncate text-xs leading-5 text-quiet">{entry.subject.id}</code>
      </span>
    ),
  },
  {
    id: 'actor',
    header: words.actor,
    className: 'w-48 max-sm:w-28',
    cell: ({ actor }) => <span title={actor.name}>{actor.name}</span>,
  },
  {
    id: 'address',
    header: words.address,
    className: 'w-36 max-lg:hidden',
    cell: ({ address }) => <span className="text-quiet">{address}</span>,
  },
  { id: 'at', header: words.at, className: 'w-28 max-sm:w-24', cell: ({ at }) => <Ago at={at} /> },
];

type Filter = TimeWindow & { readonly action?: string; readonly subject?: string };

/** What the API is asked for at the moment. */
function queryNow({ action, subject, ...window }: Filter) {
  return { action, subjectId: subject, ...windowNow(window, Date.now()) };
}

export function AuditTab() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState<AuditEntry>();
  const { action, subject } = search;
  const entries = useInfiniteQuery(auditQuery(search, () => queryNow(search)));
  useKeys([{ key: '/', label: texts.common.search, act: () => field.current?.focus() }]);
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = entries;
  return (
    <Tab name="audit" lead={words.lead}>
      <div className="flex flex-wrap gap-2">
        <FilterSelect
          label={words.action}
          value={action ?? ''}
          onChange={({ target }) => change({ action: target.value })}
          choices={[
            { value: '', label: words.anyAction },
            ...[...new Set([...knownActions, ...(action === undefined ? [] : [action])])].map((one) => ({
              value: one,
              label: words.actionOf(one),
            })),
          ]}
        />
        <SearchField
          ref={field}
          label={words.subjectSearch}
          value={subject ?? ''}
          onChange={({ target }) => change({ subject: target.value.trim() })}
        />
        <TimeWindowFilter
          value={search}
          choose={(window) => change({ within: '', from: '', to: '', ...window })}
        />
      </div>
      <Asked query={entries}>
        {({ pages }) => {
          const rows = pages.flatMap(({ data }) => data);
          return rows.length === 0 ? (
            <Empty title={words.empty}>{words.emptyLead}</Empty>
          ) : (
            <DataTable
              label={texts.settings.tabs.audit}
              columns={columns}
              rows={rows}
              idOf={({ id }) => id}
              open={setOpened}
              openedId={opened?.id}
              more={
                hasNextPage ? { load: () => void fetchNextPage(), loading: isFetchingNextPage } : undefined
              }
            />
          );
        }}
      </Asked>
      {opened !== undefined && (
        <AuditDrawer
          entry={opened}
          close={() => setOpened(undefined)}
          onlySubject={(id) => {
            setOpened(undefined);
            change({ subject: id, action: '' });
          }}
        />
      )}
    </Tab>
  );
}

/** What the subject is called, where the entry tells it. */
function nameIn({ before, after }: AuditEntry): string | undefined {
  for (const side of [after, before]) {
    if (typeof side !== 'object' || side === null) continue;
    const { name, displayName, title } = side as Readonly<Record<string, unknown>>;
    const found = [name, displayName, title].find((one) => typeof one === 'string' && one !== '');
    if (typeof found === 'string') return found;
  }
  return undefined;
}
