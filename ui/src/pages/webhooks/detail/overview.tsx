// How a webhook does: what is wrong, its figures and outcomes over a window, and the same for each event type.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMay } from '../../../api/session.ts';
import type { Webhook, WebhookStatistics } from '../../../api/types.ts';
import { webhookStatisticsQuery, windows } from '../../../api/webhooks.ts';
import { Card, Loading } from '../../../parts/page.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { OutcomeBars } from '../../../parts/outcome-bars.tsx';
import { WindowChoice } from '../../../parts/window-choice.tsx';
import * as texts from '../../../texts/texts.ts';
import { About } from './about.tsx';
import { Conditions } from './conditions.tsx';
import { deliveriesOf } from './deliveries-of.ts';
import { LastInvocations } from './last-invocations.tsx';
import { useWebhook } from './use-webhook.ts';

const route = getRouteApi('/shell/webhooks/$id/');
const words = texts.webhook.overview;

export function OverviewTab() {
  const { webhook } = useWebhook();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const window = windows.find((one) => one === search.window) ?? '24h';
  const statistics = useQuery(webhookStatisticsQuery(webhook.id, window));
  return (
    <div className="flex flex-col gap-5">
      <Conditions webhook={webhook} />
      {statistics.isError && <ProblemNote error={statistics.error} retry={() => void statistics.refetch()} />}
      <Card
        title={words.attempts}
        actions={
          <WindowChoice
            label={words.window}
            windows={windows}
            value={window}
            choose={(next) => void navigate({ search: { window: next }, replace: true })}
            name={(one) => words.windows[one]}
          />
        }
      >
        {statistics.isPending && <Loading lines={6} />}
        {statistics.isSuccess && <Figures webhook={webhook} statistics={statistics.data} />}
      </Card>
      <div className="grid items-start gap-5 xl:grid-cols-2">
        {statistics.isSuccess && <EventTypes statistics={statistics.data} />}
        <About webhook={webhook} />
      </div>
      {webhook.dialect === 'confluence' && <LastInvocations id={webhook.id} />}
    </div>
  );
}

function Figures({
  webhook: { id, name },
  statistics: { totals, series, bucketMs },
}: {
  readonly webhook: Webhook;
  readonly statistics: WebhookStatistics;
}) {
  const navigate = useNavigate();
  const may = useMay();
  const { successRate, latencyMsP50, latencyMsP95, attempts } = totals;
  const ms = (value: number | null) => (value === null ? '–' : texts.numbers.ms(value));
  const open = (from: string, to: string) => void navigate(deliveriesOf(id, { from, to }));
  return (
    <div className="flex flex-col gap-5">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Figure name={words.successRate}>
          {successRate === null ? '–' : texts.numbers.percent(successRate)}
        </Figure>
        <Figure name={words.count}>{texts.numbers.count(attempts)}</Figure>
        <Figure name={words.p50}>{ms(latencyMsP50)}</Figure>
        <Figure name={words.p95}>{ms(latencyMsP95)}</Figure>
      </dl>
      {attempts === 0 ? (
        <p className="py-6 text-center text-quiet">{words.quiet}</p>
      ) : (
        <OutcomeBars
          label={words.chartOf(name)}
          points={series}
          bucketMs={bucketMs}
          {...(may('DELIVERIES:VIEW') && { open })}
        />
      )}
    </div>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt className="text-xs text-quiet">{name}</dt>
      <dd className="text-xl font-semibold tabular-nums">{children}</dd>
    </div>
  );
}

function EventTypes({ statistics: { eventTypes } }: { readonly statistics: WebhookStatistics }) {
  return (
    <Card title={words.byType}>
      {eventTypes.length === 0 ? (
        <p className="text-quiet">{words.noTypes}</p>
      ) : (
        <div className="max-h-96 overflow-auto" tabIndex={0} role="region" aria-label={words.byType}>
          <table className="w-full text-right tabular-nums">
            <thead className="text-xs text-quiet">
              <tr>
                <th scope="col" className="pb-2 text-left font-medium">
                  {words.type}
                </th>
                <th scope="col" className="pb-2 pl-4 font-medium">
                  {words.count}
                </th>
                <th scope="col" className="pb-2 pl-4 font-medium">
                  {words.success}
                </th>
                <th scope="col" className="pb-2 pl-4 font-medium">
                  {words.p95}
                </th>
              </tr>
            </thead>
            <tbody>
              {eventTypes.map(({ eventType, attempts, successRate, latencyMsP95 }) => (
                <tr key={eventType} className="border-t border-line">
                  <th scope="row" className="py-1.5 text-left font-normal">
                    <code className="text-xs break-all">{eventType}</code>
                  </th>
                  <td className="py-1.5 pl-4">{texts.numbers.count(attempts)}</td>
                  <td
                    className={
                      successRate !== null && successRate < 0.95 ? 'py-1.5 pl-4 text-bad' : 'py-1.5 pl-4'
                    }
                  >
                    {successRate === null ? '–' : texts.numbers.percent(successRate)}
                  </td>
                  <td className="py-1.5 pl-4 whitespace-nowrap">
                    {latencyMsP95 === null ? '–' : texts.numbers.ms(latencyMsP95)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
