// What fails now, one row for each webhook and way of failing; one is looked into at the side.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { issueCountMax, issuesQuery, issueWindows, type Issue, type IssueWindow } from '../../api/issues.ts';
import { useMay } from '../../api/session.ts';
import { webhookChoicesQuery } from '../../api/webhook-names.ts';
import { activityQuery } from '../../api/webhooks.ts';
import { Button } from '../../parts/button.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { failureName } from '../../parts/failure.ts';
import { FilterSelect } from '../../parts/field.tsx';
import { WebhookLink } from '../../parts/links.tsx';
import { Empty, Loading, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Ago } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { FailureBadge } from './failure-badge.tsx';
import { IssueDrawer } from './drawer.tsx';

const route = getRouteApi('/shell/issues');
const words = texts.issues;
const { count } = texts.numbers;
const windowNames = Object.keys(issueWindows) as IssueWindow[];
const usual: IssueWindow = '7d';
/** The statistics of so many webhooks are told at once. */
const comparedMax = 100;

export function IssuesPage() {
  const { webhookId, within: asked, open } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const within = windowNames.find((one) => one === asked) ?? usual;
  const list = useInfiniteQuery(issuesQuery({ webhookId, within }));
  const { data: webhooks } = useQuery({ ...webhookChoicesQuery, enabled: may('WEBHOOKS:VIEW') });
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const columns = useColumns(rows);

  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  const isFiltered = webhookId !== undefined || within !== usual;
  const isBlank = list.isSuccess && rows.length === 0 && !isFiltered;

  return (
    <Page title={texts.shell.pages.issues} lead={words.lead}>
      {!isBlank && (
        <div className="flex flex-wrap gap-2">
          <FilterSelect
            label={words.webhook}
            value={webhookId ?? ''}
            onChange={({ target }) => change({ webhookId: target.value })}
            choices={[
              { value: '', label: words.anyWebhook },
              ...webhookChoices(webhookId, webhooks?.data ?? [], rows),
            ]}
          />
          <FilterSelect
            label={words.within}
            value={within}
            onChange={({ target }) => change({ within: target.value })}
            choices={windowNames.map((value) => ({ value, label: words.windows[value] }))}
          />
        </div>
      )}
      {list.error !== null && <ProblemNote error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading lines={6} />}
      {isBlank && <Empty title={words.empty}>{words.emptyLead}</Empty>}
      {list.isSuccess && rows.length === 0 && isFiltered && (
        <Empty
          title={words.emptyFilter}
          action={<Button onClick={() => change({ webhookId: '', within: '' })}>{words.clear}</Button>}
        >
          {words.emptyFilterLead}
        </Empty>
      )}
      {rows.length > 0 && (
        <DataTable
          label={texts.shell.pages.issues}
          columns={columns}
          rows={rows}
          idOf={({ id }) => id}
          open={({ id }) => change({ open: id })}
          openedId={open}
          more={
            list.hasNextPage
              ? { load: () => void list.fetchNextPage(), loading: list.isFetchingNextPage }
              : undefined
          }
        />
      )}
      {open !== undefined && <IssueDrawer id={open} close={() => change({ open: '' })} />}
    </Page>
  );
}

function useColumns(rows: readonly Issue[]): readonly Column<Issue>[] {
  const may = useMay();
  const ids = useMemo(
    () => [...new Set(rows.map(({ webhookId }) => webhookId))].slice(0, comparedMax).toSorted(),
    [rows],
  );
  const { data } = useQuery({
    ...activityQuery(ids),
    enabled: ids.length > 0 && may('WEBHOOKS:VIEW'),
  });
  const curves = new Map(data?.map(({ webhookId, series }) => [webhookId, series]));
  return [
    {
      id: 'problem',
      header: words.problem,
      className: 'max-md:w-[62%]',
      cell: ({ error }) => (
        <span className="flex flex-col gap-0.5 py-0.5">
          <span className="flex items-center gap-2">
            <FailureBadge failure={error} />
            <span className="truncate font-medium">{failureName(error)}</span>
          </span>
          <span className="truncate text-xs text-quiet" title={error.explanation}>
            {error.explanation}
          </span>
        </span>
      ),
    },
    {
      id: 'webhook',
      header: words.webhook,
      className: 'w-[22%] max-md:w-[38%]',
      cell: (issue) => (
        <>
          <WebhookLink id={issue.webhookId} name={issue.webhookName} />
          <span className="block truncate text-xs text-quiet md:hidden">{split(issue)}</span>
        </>
      ),
    },
    {
      id: 'deliveries',
      header: words.deliveries,
      className: 'w-36 max-md:hidden',
      cell: (issue) => (
        <span className="flex flex-col">
          <span className="font-semibold tabular-nums">
            {words.count(count(issue.deliveries), issue.deliveries >= issueCountMax)}
          </span>
          <span className="truncate text-xs text-quiet">{split(issue)}</span>
        </span>
      ),
    },
    {
      id: 'curve',
      header: words.lastDay,
      className: 'w-52 max-xl:hidden',
      cell: ({ webhookId, webhookName }) => {
        const points = curves.get(webhookId);
        return points === undefined ? null : <Sparkline label={words.curveOf(webhookName)} points={points} />;
      },
    },
    {
      id: 'first',
      header: words.firstSeen,
      className: 'w-32 max-lg:hidden',
      cell: ({ firstSeenAt }) => <Ago at={firstSeenAt} />,
    },
    {
      id: 'last',
      header: words.lastSeen,
      className: 'w-32 max-md:hidden',
      cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
    },
  ];
}

/** What waits, and what was given up. */
function split({ scheduled, exhausted }: Issue): string {
  return [
    scheduled > 0 ? words.waiting(count(scheduled)) : '',
    exhausted > 0 ? words.givenUp(count(exhausted)) : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Those that there are; the chosen one may be none of them. */
function webhookChoices(
  chosen: string | undefined,
  known: readonly { readonly id: string; readonly name: string }[],
  issues: readonly Issue[],
) {
  const names = new Map([
    ...issues.map(({ webhookId, webhookName }) => [webhookId, webhookName] as const),
    ...known.map(({ id, name }) => [id, name] as const),
  ]);
  if (chosen !== undefined && !names.has(chosen)) names.set(chosen, chosen);
  return [...names].map(([value, label]) => ({ value, label }));
}
