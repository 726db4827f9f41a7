// All attempts over time, by outcome; a bar leads to its deliveries.

import { useNavigate } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { TenantStatistics } from '../../api/statistics.ts';
import type { Window } from '../../api/webhooks.ts';
import { lazyPart } from '../../app/fetched-code.ts';
import { DeliveriesLink } from '../../parts/links.tsx';
import { Card, Empty, Loading } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.overview;
/** What draws is as large as the rest of the page, which need not wait for it. */
const OutcomeBars = lazyPart(async () => (await import('../../parts/outcome-bars.tsx')).OutcomeBars);

export function AttemptsCard({
  statistics: { totals, series, bucketMs, from, to },
  window,
}: {
  readonly statistics: TenantStatistics;
  readonly window: Window;
}) {
  const navigate = useNavigate();
  return (
    <Card
      title={words.attempts}
      actions={<DeliveriesLink search={{ from, to }}>{words.seeDeliveries}</DeliveriesLink>}
    >
      {totals.attempts === 0 ? (
        <Empty title={words.nothing(words.windowsLong[window])}>{words.nothingLead}</Empty>
      ) : (
        <>
          <Suspense fallback={<Loading lines={9} />}>
            <OutcomeBars
              label={`${words.attempts}, ${words.windowsLong[window]}`}
              points={series}
              bucketMs={bucketMs}
              open={(begin, end) => void navigate({ to: '/deliveries', search: { from: begin, to: end } })}
            />
          </Suspense>
          <p className="mt-1 text-xs text-quiet">{words.attemptsHint}</p>
        </>
      )}
    </Card>
  );
}
