// All webhooks of the tenant: how each does, found by text and narrowed by filters that stand in the URL.

import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useMay } from '../../api/session.ts';
import type { Webhook, WebhooksStatistics } from '../../api/types.ts';
import { activityQuery, webhooksQuery } from '../../api/webhooks.ts';
import { LinkButton } from '../../parts/button.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { Empty, Loading, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { DialectBadge, OutcomeBadge, WebhookStateBadge } from '../../parts/states.tsx';
import { Ago } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { WebhookFilters } from './filters.tsx';
import { FirstWebhook } from './first-webhook.tsx';

type Activity = WebhooksStatistics['data'][number];
type Row = { readonly webhook: Webhook; readonly activity: Activity | undefined };

const route = getRouteApi('/shell/webhooks');
const words = texts.webhooks;

export function WebhooksPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const filtered = Object.keys(filter).length > 0;
  const list = useInfiniteQuery(webhooksQuery(filter));
  const pages = useMemo(() => list.data?.pages ?? [], [list.data]);
  const activities = useQueries({
    queries: pages.map(({ data }) => activityQuery(data.map(({ id }) => id))),
    combine: (results) =>
      new Map(results.flatMap(({ data = [] }) => data.map((one) => [one.webhookId, one]))),
  });
  const rows = useMemo(
    () =>
      pages.flatMap(({ data }) =>
        data.map((webhook): Row => ({ webhook, activity: activities.get(webhook.id) })),
      ),
    [pages, activities],
  );
  const none = list.isSuccess && rows.length === 0;
  const create = may('WEBHOOKS:ADD') && !(none && !filtered) && (
    <LinkButton to="/webhooks/new" kind="primary" icon={<Plus aria-hidden size={16} />}>
      {words.create}
    </LinkButton>
  );
  return (
    <Page title={words.title} actions={create}>
      {none && !filtered ? (
        <FirstWebhook />
      ) : (
        <>
          <WebhookFilters />
          {list.isError && <ProblemNote error={list.error} retry={() => void list.refetch()} />}
          {list.isPending && <Loading lines={8} />}
          {none && <Empty title={words.noneFound}>{words.noneFoundLead}</Empty>}
          {rows.length > 0 && (
            <DataTable
              label={words.title}
              columns={columns}
              rows={rows}
              idOf={({ webhook }) => webhook.id}
              open={({ webhook: { id } }) => void navigate({ to: '/webhooks/$id', params: { id } })}
              more={
                list.hasNextPage
                  ? { load: () => void list.fetchNextPage(), loading: list.isFetchingNextPage }
                  : undefined
              }
            />
          )}
        </>
      )}
    </Page>
  );
}

const columns: readonly Column<Row>[] = [
  {
    id: 'state',
    header: words.columns.state,
    className: 'w-44 max-md:w-32',
    cell: ({ webhook }) => <WebhookStateBadge webhook={webhook} />,
  },
  {
    id: 'name',
    header: words.columns.name,
    cell: ({ webhook: { name, url } }) => (
      <div className="min-w-0">
        <div className="truncate font-medium">{name}</div>
        <div className="truncate text-xs text-quiet" title={url}>
          {url}
        </div>
      </div>
    ),
  },
  {
    id: 'dialect',
    header: words.columns.dialect,
    className: 'w-28 max-md:hidden',
    cell: ({ webhook }) => <DialectBadge dialect={webhook.dialect} />,
  },
  {
    id: 'last',
    header: words.columns.last,
    className: 'w-52 max-lg:hidden',
    cell: ({ activity }) => <LastOutcome activity={activity} />,
  },
  {
    id: 'day',
    header: words.columns.day,
    className: 'w-56 max-xl:hidden',
    cell: ({ webhook, activity }) =>
      activity === undefined ? null : (
        <Sparkline points={activity.series} label={words.dayOf(webhook.name)} />
      ),
  },
  {
    id: 'rate',
    header: words.columns.rate,
    className: 'w-24 text-right tabular-nums max-md:hidden',
    cell: ({ activity }) => <Rate rate={activity?.totals.successRate ?? null} />,
  },
];

function LastOutcome({ activity }: { readonly activity: Activity | undefined }) {
  if (activity === undefined) return null;
  const { lastAttempt } = activity;
  if (lastAttempt === null) return <span className="text-quiet">{words.noAttempt}</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-quiet">
      <OutcomeBadge attempt={lastAttempt} />
      {lastAttempt.at !== null && <Ago at={lastAttempt.at} />}
    </span>
  );
}

function Rate({ rate }: { readonly rate: number | null }) {
  if (rate === null) return <span className="text-quiet">–</span>;
  return <span className={rate < 0.95 ? 'text-bad' : undefined}>{texts.numbers.percent(rate)}</span>;
}
