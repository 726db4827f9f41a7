// Plans a replay: what it takes stands in the URL, how much that is beside it, and nothing is sent before both are seen.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useState } from 'react';
import { createReplay, replayCountQuery } from '../../api/replays.ts';
import type { ReplayCount } from '../../api/types.ts';
import { useMay } from '../../api/session.ts';
import { webhookChoicesQuery } from '../../api/webhook-names.ts';
import { Button, LinkButton, Spinner } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/dialog.tsx';
import { Card, Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import * as texts from '../../texts/texts.ts';
import { WhatItDoes } from './does.tsx';
import { isMissed, missingIn, planOf, statesOf, type Draft } from './draft.ts';
import { PlanFields, placesOf } from './plan-fields.tsx';

const route = getRouteApi('/shell/replays/new');
const words = texts.replays.form;
const calmMs = 300;

export function NewReplayPage() {
  const draft = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const { data: webhooks } = useQuery({ ...webhookChoicesQuery, enabled: may('WEBHOOKS:VIEW') });
  const plan = usePlan(draft);
  const missing = missingIn(draft);
  const counted = useQuery(replayCountQuery(plan, missing === undefined));
  const [confirming, setConfirming] = useState(false);
  const queries = useQueryClient();
  const leave = useNavigate();
  const found = counted.data;
  const number = texts.numbers.count(found?.count ?? 0);
  const isReady = missing === undefined && found !== undefined && found.count > 0 && !counted.isFetching;

  return (
    <Page title={words.title} lead={words.lead} actions={<LinkButton to="/replays">{words.back}</LinkButton>}>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <Card>
          <PlanFields
            draft={draft}
            webhooks={webhooks?.data ?? []}
            error={counted.error}
            change={(next) =>
              void navigate({ search: (current) => ({ ...current, ...next }), replace: true })
            }
          />
        </Card>
        <div className="flex flex-col gap-5 lg:sticky lg:top-5">
          <Card title={words.count}>
            <div className="flex flex-col gap-3">
              {missing !== undefined ? (
                <p className="text-quiet">{missing === 'webhook' ? words.incomplete : words.noStates}</p>
              ) : (
                <Counted counted={counted} />
              )}
              {counted.error !== null && missing === undefined && (
                <ProblemNote error={counted.error} places={placesOf(draft)} />
              )}
              <Button kind="primary" disabled={!isReady} onClick={() => setConfirming(true)}>
                {isReady ? words.start(number, found.atLeast) : words.title}
              </Button>
            </div>
          </Card>
          <WhatItDoes />
        </div>
      </div>
      <ConfirmDialog
        open={confirming}
        close={() => setConfirming(false)}
        danger={false}
        title={words.confirmTitle(number, found?.atLeast ?? false)}
        confirm={words.start(number, found?.atLeast ?? false)}
        act={async () => {
          const { id } = await createReplay(plan);
          await queries.invalidateQueries({ queryKey: ['replays', 'list'] });
          await leave({ to: '/replays/$id', params: { id } });
        }}
      >
        <p>{texts.replays.does.items[0]}</p>
        {!isMissed(draft) && statesOf(draft).includes('delivered') && (
          <p className="mt-2 font-medium text-warn">{words.delivered}</p>
        )}
      </ConfirmDialog>
    </Page>
  );
}

/** The same plan while nothing changes, made anew a moment after somebody has stopped typing. */
function usePlan(draft: Draft) {
  const text = useDeferredValue(JSON.stringify(draft));
  const [plan, setPlan] = useState(() => planOf(draft, Date.now()));
  useEffect(() => {
    const timer = setTimeout(() => setPlan(planOf(JSON.parse(text) as Draft, Date.now())), calmMs);
    return () => clearTimeout(timer);
  }, [text]);
  return plan;
}

function Counted({
  counted: { data, isFetching },
}: {
  readonly counted: { readonly data: ReplayCount | undefined; readonly isFetching: boolean };
}) {
  if (isFetching)
    return (
      <p role="status" className="flex items-center gap-2 text-quiet">
        <Spinner /> {words.counting}
      </p>
    );
  if (data === undefined) return null;
  return (
    <p role="status">
      <span className="block text-2xl font-semibold tracking-tight tabular-nums">
        {words.deliveries(texts.numbers.count(data.count), data.atLeast)}
      </span>
      {data.count === 0 && <span className="mt-1 block text-quiet">{words.nothing}</span>}
    </p>
  );
}
