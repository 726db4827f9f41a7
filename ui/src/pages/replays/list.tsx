// All replays, the newest first, with how far each has come.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { replaysQuery, replayStates } from '../../api/replays.ts';
import type { Replay } from '../../api/types.ts';
import { useMay } from '../../api/session.ts';
import { webhookChoicesQuery } from '../../api/webhook-names.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { FilterSelect } from '../../parts/field.tsx';
import { Empty, Loading, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { planInWords } from './plan-words.ts';
import { ReplayProgress, ReplayStateBadge } from './replay-state.tsx';

const route = getRouteApi('/shell/replays');
const words = texts.replays;
const { count } = texts.numbers;

export function ReplaysPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const list = useInfiniteQuery(replaysQuery(search));
  const { data: webhooks } = useQuery({ ...webhookChoicesQuery, enabled: may('WEBHOOKS:VIEW') });
  const names = useMemo(() => new Map(webhooks?.data.map(({ id, name }) => [id, name] as const)), [webhooks]);
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const isFiltered = search.webhookId !== undefined || search.state !== undefined;
  const isBlank = list.isSuccess && rows.length === 0 && !isFiltered;
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  const create = may('DELIVERIES:ADD') ? (
    <LinkButton to="/replays/new" kind="primary" icon={<Plus aria-hidden size={14} />}>
      {words.create}
    </LinkButton>
  ) : undefined;

  return (
    <Page title={texts.shell.pages.replays} lead={words.lead} actions={isBlank ? undefined : create}>
      {!isBlank && (
        <div className="flex flex-wrap gap-2">
          <FilterSelect
            label={words.state}
            value={search.state ?? ''}
            onChange={({ target }) => change({ state: target.value })}
            choices={[
              { value: '', label: words.anyState },
              ...replayStates.map((value) => ({ value, label: words.states[value] })),
            ]}
          />
          <FilterSelect
            label={words.webhook}
            value={search.webhookId ?? ''}
            onChange={({ target }) => change({ webhookId: target.value })}
            choices={[
              { value: '', label: words.anyWebhook },
              ...[...names].map(([value, label]) => ({ value, label })),
            ]}
          />
        </div>
      )}
      {list.error !== null && <ProblemNote error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading lines={6} />}
      {isBlank && (
        <Empty title={words.empty} action={create}>
          {words.emptyLead}
        </Empty>
      )}
      {list.isSuccess && rows.length === 0 && isFiltered && (
        <Empty
          title={words.emptyFilter}
          action={<Button onClick={() => change({ state: '', webhookId: '' })}>{words.clear}</Button>}
        >
          {words.emptyFilterLead}
        </Empty>
      )}
      {rows.length > 0 && (
        <DataTable
          label={texts.shell.pages.replays}
          columns={columnsWith(names)}
          rows={rows}
          idOf={({ id }) => id}
          open={({ id }) => void navigate({ to: '/replays/$id', params: { id } })}
          more={
            list.hasNextPage
              ? { load: () => void list.fetchNextPage(), loading: list.isFetchingNextPage }
              : undefined
          }
        />
      )}
    </Page>
  );
}

function columnsWith(names: ReadonlyMap<string, string>): readonly Column<Replay>[] {
  return [
    {
      id: 'what',
      header: words.what,
      cell: ({ plan }) => {
        const text = planInWords(plan, names);
        return (
          <span className="block truncate font-medium" title={text}>
            {text}
          </span>
        );
      },
    },
    {
      id: 'state',
      header: words.state,
      className: 'w-32 max-md:w-28',
      cell: ({ state }) => <ReplayStateBadge state={state} />,
    },
    {
      id: 'progress',
      header: words.progress,
      className: 'w-56 max-md:hidden',
      cell: (replay) => (
        <span className="flex flex-col gap-1">
          <ReplayProgress replay={replay} thin />
          <span className="text-xs text-quiet tabular-nums">
            {words.made(count(replay.done), count(replay.count), replay.atLeast)}
          </span>
        </span>
      ),
    },
    {
      id: 'by',
      header: words.by,
      className: 'w-40 max-lg:hidden',
      cell: ({ createdBy }) => <span title={createdBy.name}>{createdBy.name}</span>,
    },
    {
      id: 'started',
      header: words.started,
      className: 'w-32 max-md:w-24',
      cell: ({ startedAt }) => <Ago at={startedAt} />,
    },
  ];
}
