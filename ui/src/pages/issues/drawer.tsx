// One issue: what it is, what to do about it, what it affects, and the ways to deliver again.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Repeat, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { Problem } from '../../api/call.ts';
import { issueCountMax, issueQuery, retryWaiting, type Issue } from '../../api/issues.ts';
import { useMay } from '../../api/session.ts';
import type { Webhook } from '../../api/types.ts';
import { versionedWebhookQuery } from '../../api/webhooks.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog, Drawer } from '../../parts/dialog.tsx';
import { failureHint, failureName } from '../../parts/failure.ts';
import { DeliveriesLink, DeliveryLink, WebhookLink } from '../../parts/links.tsx';
import { Card, Empty, Facts, Loading } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { tell } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';
import { FailureBadge } from './failure-badge.tsx';
import { ReplayAffected } from './replay-affected.tsx';

const words = texts.issues;
const { count } = texts.numbers;

export function IssueDrawer({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { data, error, refetch } = useQuery(issueQuery(id));
  const isOver = error instanceof Problem && error.status === 404;
  return (
    <Drawer
      open
      close={close}
      title={
        isOver || data === undefined ? words.problem : `${failureName(data.error)} · ${data.webhookName}`
      }
    >
      {isOver && <Empty title={words.gone}>{words.goneLead}</Empty>}
      {error !== null && !isOver && <ProblemNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && !isOver && <IssueFacts issue={data} />}
    </Drawer>
  );
}

function IssueFacts({ issue }: { readonly issue: Issue }) {
  const { webhookId, webhookName, error, firstSeenAt, lastSeenAt, exampleDeliveryId } = issue;
  const hint = failureHint(error);
  return (
    <div className="flex flex-col gap-4">
      <Card title={words.what}>
        <p className="flex flex-wrap items-center gap-2">
          <FailureBadge failure={error} />
          {error.explanation}
        </p>
        {hint !== undefined && (
          <div className="mt-3">
            <h3 className="font-semibold">{words.todo}</h3>
            <p className="mt-0.5 text-quiet">{hint}</p>
          </div>
        )}
        <Acts issue={issue} />
      </Card>
      <Card
        title={words.affected}
        actions={<DeliveriesLink search={filterOf(issue)}>{words.seeDeliveries}</DeliveriesLink>}
      >
        <Facts
          facts={[
            [words.webhook, <WebhookLink key="webhook" id={webhookId} name={webhookName} />],
            [words.deliveries, <Counts key="counts" issue={issue} />],
            [words.types, <Types key="types" issue={issue} />],
            [words.firstSeen, <Ago key="first" at={firstSeenAt} />],
            [words.lastSeen, <Ago key="last" at={lastSeenAt} />],
            [
              words.example,
              <DeliveryLink key="example" id={exampleDeliveryId}>
                <code className="text-xs break-all">{exampleDeliveryId}</code>
              </DeliveryLink>,
            ],
          ]}
        />
      </Card>
    </div>
  );
}

function Counts({ issue: { deliveries, scheduled, exhausted } }: { readonly issue: Issue }) {
  return (
    <>
      {words.count(count(deliveries), deliveries >= issueCountMax)}: {words.givenUp(count(exhausted))},{' '}
      {words.waiting(count(scheduled))}
    </>
  );
}

/** The API names two of them, the first and the last. */
function Types({ issue: { eventTypes, eventTypeCount } }: { readonly issue: Issue }) {
  const [first = '', last = first] = eventTypes;
  if (eventTypeCount > 2)
    return <code className="text-xs">{words.moreTypes(first, last, eventTypeCount)}</code>;
  return (
    <span className="flex flex-wrap gap-2">
      {[...new Set(eventTypes)].map((type) => (
        <code key={type} className="text-xs break-all">
          {type}
        </code>
      ))}
    </span>
  );
}

function Acts({ issue }: { readonly issue: Issue }) {
  const may = useMay();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<'replay' | 'retry' | undefined>(undefined);
  const { scheduled, exhausted, webhookId, webhookName, error } = issue;
  const { data } = useQuery({ ...versionedWebhookQuery(webhookId), enabled: may('WEBHOOKS:VIEW') });
  const state = data?.webhook.state;
  const close = () => setAsked(undefined);
  const mayReplay = may('DELIVERIES:ADD') && exhausted > 0;
  // Nothing goes out while the webhook is paused or disabled.
  const isHeldBack = state === 'paused' || state === 'disabled';
  const mayRetry = may('DELIVERIES:ADD', 'DELIVERIES:EDIT') && scheduled > 0 && !isHeldBack;
  return (
    <>
      {scheduled > 0 && data !== undefined && (
        <p className="mt-3 text-quiet">{words.waitingNote[waitsFor(data.webhook)](count(scheduled))}</p>
      )}
      {(mayReplay || mayRetry) && (
        <div className="mt-4 flex flex-wrap items-center gap-2">
          {mayReplay && (
            <Button kind="primary" icon={<Repeat aria-hidden size={14} />} onClick={() => setAsked('replay')}>
              {words.replay}
            </Button>
          )}
          {mayRetry && (
            <Button icon={<RotateCw aria-hidden size={14} />} onClick={() => setAsked('retry')}>
              {words.retry}
            </Button>
          )}
          {mayReplay && <span className="text-xs text-quiet">{words.replayHint}</span>}
        </div>
      )}
      {asked === 'replay' && <ReplayAffected issue={issue} close={close} />}
      <ConfirmDialog
        open={asked === 'retry'}
        close={close}
        danger={false}
        title={words.retryTitle(webhookName)}
        confirm={words.retry}
        act={async () => {
          const { retried } = await retryWaiting(issue);
          tell(words.retried(retried));
          await queries.invalidateQueries({ queryKey: ['issues'] });
        }}
      >
        {words.retryEffect(failureName(error))}
      </ConfirmDialog>
    </>
  );
}

function waitsFor({ state, verification }: Webhook): keyof typeof words.waitingNote {
  return state === 'active' && verification?.meanwhile === 'wait' ? 'unverified' : state;
}

/** The list of deliveries knows classes of statuses, not the single ones. */
function filterOf({ webhookId, error: { status, code } }: Issue) {
  return code === null
    ? { webhookId, outcome: 'failure', statusClass: `${String(status).slice(0, 1)}xx` }
    : { webhookId, error: code };
}
