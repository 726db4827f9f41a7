// The first page: how the tenant does over a span of time, what fails, and what is busy; the first steps until they are done.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { tenantStatisticsQuery } from '../../api/statistics.ts';
import { windows } from '../../api/webhooks.ts';
import { Loading, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { WindowChoice } from '../../parts/window-choice.tsx';
import * as texts from '../../texts/texts.ts';
import { AttemptsCard } from './attempts-card.tsx';
import { BusiestTypes, BusiestWebhooks } from './busiest.tsx';
import { FailingWebhooks } from './failing-webhooks.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps } from './first-steps.tsx';
import { useFirstSteps } from './use-first-steps.ts';

const route = getRouteApi('/shell/');
const words = texts.overview;

export function OverviewPage() {
  const { window: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const window = windows.find((one) => one === asked) ?? '24h';
  const { data, error, refetch } = useQuery(tenantStatisticsQuery(window));
  const steps = useFirstSteps();
  // Until there is something to draw, the steps have the page for themselves.
  const isBlank = steps !== undefined && data?.totals.attempts === 0;

  return (
    <Page
      title={texts.shell.pages.overview}
      actions={
        !isBlank && (
          <WindowChoice
            label={words.window}
            windows={windows}
            value={window}
            choose={(next) => void navigate({ search: { window: next }, replace: true })}
            name={(one) => words.windows[one]}
          />
        )
      }
    >
      {steps !== undefined && <FirstSteps steps={steps} />}
      {error !== null && <ProblemNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading lines={8} />}
      {data !== undefined && !isBlank && (
        <>
          <Figures statistics={data} />
          <AttemptsCard statistics={data} window={window} />
          <FailingWebhooks failing={data.webhooks.failing} window={window} />
          <div className="grid items-start gap-5 xl:grid-cols-2">
            <BusiestWebhooks window={window} />
            <BusiestTypes statistics={data} window={window} />
          </div>
        </>
      )}
    </Page>
  );
}
