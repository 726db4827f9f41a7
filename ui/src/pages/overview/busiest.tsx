// Which webhooks and event types there is most to do for.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMay } from '../../api/session.ts';
import type { TenantStatistics } from '../../api/statistics.ts';
import { webhookChoicesQuery } from '../../api/webhook-names.ts';
import { activityQuery, type Window } from '../../api/webhooks.ts';
import { classNames } from '../../parts/class-names.ts';
import { DeliveriesLink, WebhookLink } from '../../parts/links.tsx';
import { Card, Loading } from '../../parts/page.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.overview.busiest;
const { count, percent } = texts.numbers;
const shownMax = 6;
/** The statistics of so many webhooks are told at once. */
const comparedMax = 100;

export function BusiestWebhooks({ window }: { readonly window: Window }) {
  const may = useMay();
  const { data: webhooks } = useQuery({ ...webhookChoicesQuery, enabled: may('WEBHOOKS:VIEW') });
  const compared = webhooks?.data.slice(0, comparedMax) ?? [];
  const { data } = useQuery(
    activityQuery(
      compared.map(({ id }) => id),
      window,
    ),
  );
  if (!may('WEBHOOKS:VIEW')) return null;
  const names = new Map(compared.map(({ id, name }) => [id, name]));
  const rows = (data ?? [])
    .filter(({ webhookId, totals }) => names.has(webhookId) && totals.attempts > 0)
    .toSorted((one, other) => other.totals.attempts - one.totals.attempts)
    .slice(0, shownMax)
    .map(({ webhookId, totals, series }) => {
      const name = names.get(webhookId) ?? webhookId;
      const curve = <Sparkline label={name} points={series} />;
      return { key: webhookId, name: <WebhookLink id={webhookId} name={name} />, curve, ...totals };
    });
  const isPartial = webhooks !== undefined && (webhooks.next !== null || webhooks.data.length > comparedMax);
  const isPending = webhooks === undefined || (data === undefined && compared.length > 0);
  return (
    <Card title={words.webhooks}>
      {isPending ? <Loading /> : <Busy head={words.webhook} rows={rows} window={window} />}
      {isPartial && <p className="mt-3 text-xs text-quiet">{words.newest(comparedMax)}</p>}
    </Card>
  );
}

export function BusiestTypes({
  statistics: { eventTypes, from, to },
  window,
}: {
  readonly statistics: TenantStatistics;
  readonly window: Window;
}) {
  const rows = eventTypes
    .toSorted((one, other) => other.attempts - one.attempts)
    .slice(0, shownMax)
    .map(({ eventType, ...counts }) => ({
      key: eventType,
      name: (
        <span className="block truncate" title={eventType}>
          <DeliveriesLink search={{ eventType, from, to }}>
            <code className="text-xs">{eventType}</code>
          </DeliveriesLink>
        </span>
      ),
      ...counts,
    }));
  return (
    <Card title={words.types}>
      <Busy head={words.type} rows={rows} window={window} />
    </Card>
  );
}

type Row = {
  readonly key: string;
  readonly name: ReactNode;
  readonly curve?: ReactNode;
  readonly attempts: number;
  readonly successRate: number | null;
};

function Busy({
  head,
  rows,
  window,
}: {
  readonly head: string;
  readonly rows: readonly Row[];
  readonly window: Window;
}) {
  if (rows.length === 0)
    return <p className="text-quiet">{words.none(texts.overview.windowsLong[window])}</p>;
  const hasCurves = rows.some(({ curve }) => curve !== undefined);
  return (
    <table className="-my-2 w-full table-fixed">
      <thead>
        <tr className="text-left text-xs text-quiet">
          <th scope="col" className="py-2 pr-3 font-medium">
            {head}
          </th>
          {hasCurves && (
            <th scope="col" className="w-36 py-2 pr-3 font-medium max-sm:hidden">
              {words.curve}
            </th>
          )}
          <th scope="col" className="w-20 py-2 text-right font-medium">
            {words.attempts}
          </th>
          <th scope="col" className="w-20 py-2 text-right font-medium">
            {words.rate}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, curve, attempts, successRate }) => (
          <tr key={key} className="border-t border-line">
            <td className="py-2 pr-3">{name}</td>
            {hasCurves && <td className="py-1 pr-3 max-sm:hidden">{curve}</td>}
            <td className="py-2 text-right tabular-nums">{count(attempts)}</td>
            <td
              className={classNames(
                'py-2 text-right tabular-nums',
                successRate !== null && successRate < 0.9 && 'text-bad',
              )}
            >
              {successRate === null ? '–' : percent(successRate)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
