// The way to the first delivered event, step by step; each ticks off by itself once it is done.

import { Check, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { createPublishingKey } from '../../api/first-steps.ts';
import { useMay } from '../../api/session.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { classNames } from '../../parts/class-names.ts';
import { Code } from '../../parts/copy.tsx';
import { DeliveryLink } from '../../parts/links.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import * as texts from '../../texts/texts.ts';
import { publishCommand } from './publish-command.ts';
import type { FirstStepsSoFar } from './use-first-steps.ts';

const words = texts.overview.steps;

export function FirstSteps({ steps }: { readonly steps: FirstStepsSoFar }) {
  const { webhook, publishedType, delivery, delivered } = steps;
  const [token, setToken] = useState<string | undefined>(undefined);
  const isPublished = publishedType !== undefined || delivery !== undefined;
  return (
    <Card title={words.title}>
      <p className="mb-4 text-quiet">{words.lead}</p>
      <ol className="flex flex-col">
        <Step number={1} title={words.webhook} isDone={webhook !== undefined}>
          {webhook === undefined ? <FirstWebhook /> : words.webhookDone(webhook.name)}
        </Step>
        <Step number={2} title={words.key} isDone={token !== undefined || isPublished}>
          <FirstKey token={token} made={setToken} />
        </Step>
        <Step number={3} title={words.publish} isDone={isPublished}>
          <div className="flex flex-col gap-2">
            {publishedType !== undefined && <p>{words.publishDone(publishedType)}</p>}
            {delivered === undefined && (
              <>
                <p>{token === undefined ? words.publishKey : words.publishLead}</p>
                <Code
                  label={words.command}
                  text={publishCommand({
                    origin: location.origin,
                    token,
                    patterns: webhook?.eventTypes ?? [],
                  })}
                />
              </>
            )}
          </div>
        </Step>
        <Step number={4} title={words.delivered} isDone={delivered !== undefined} isLast>
          <Outcome steps={steps} />
        </Step>
      </ol>
    </Card>
  );
}

function Step({
  number,
  title,
  isDone,
  isLast = false,
  children,
}: {
  readonly number: number;
  readonly title: string;
  readonly isDone: boolean;
  readonly isLast?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <li aria-label={`${title}: ${isDone ? words.done : words.open}`} className="flex min-w-0 gap-3">
      <div aria-hidden className="flex flex-col items-center">
        <span
          className={classNames(
            'flex size-6 shrink-0 items-center justify-center rounded-full text-xs font-semibold',
            isDone ? 'bg-good-soft text-good' : 'border border-line-strong/60 text-quiet',
          )}
        >
          {isDone ? <Check size={14} strokeWidth={3} /> : number}
        </span>
        {!isLast && <span className={classNames('w-px grow', isDone ? 'bg-good/40' : 'bg-line')} />}
      </div>
      <div className={classNames('min-w-0 grow', !isLast && 'pb-5')}>
        <h3 className="font-semibold">{title}</h3>
        <div className="mt-1 text-quiet">{children}</div>
      </div>
    </li>
  );
}

function FirstWebhook() {
  const may = useMay();
  return (
    <div className="flex flex-col items-start gap-2">
      <p>
        {words.webhookLead} {words.noReceiver}
      </p>
      {may('WEBHOOKS:ADD') && (
        <LinkButton to="/webhooks/new" kind="primary" icon={<Plus aria-hidden size={14} />}>
          {words.create}
        </LinkButton>
      )}
    </div>
  );
}

function FirstKey({
  token,
  made,
}: {
  readonly token: string | undefined;
  readonly made: (token: string | undefined) => void;
}) {
  const may = useMay();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  if (token !== undefined) return <p>{words.keyDone}</p>;
  if (!may('APIKEYS:ADD', 'EVENTS:ADD')) return <p>{words.mayNot}</p>;
  const make = async () => {
    setBusy(true);
    setError(undefined);
    try {
      made((await createPublishingKey(words.keyName)).token);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col items-start gap-2">
      <p>{words.keyLead}</p>
      <Button busy={busy} onClick={() => void make()}>
        {words.makeKey}
      </Button>
      {error !== undefined && <ProblemNote error={error} />}
    </div>
  );
}

/** What became of the newest event, in a sentence. */
function Outcome({ steps: { publishedType, delivery, delivered } }: { readonly steps: FirstStepsSoFar }) {
  if (delivered !== undefined)
    return (
      <p>
        {words.deliveredDone} <DeliveryLink id={delivered.id}>{words.look}</DeliveryLink>
      </p>
    );
  if (delivery !== undefined && delivery.lastAttempt !== null)
    return (
      <p className="text-warn">
        {words.failed} {delivery.lastAttempt.explanation}{' '}
        <DeliveryLink id={delivery.id}>{words.look}</DeliveryLink>
      </p>
    );
  if (publishedType !== undefined && delivery === undefined) return <p>{words.noMatch}</p>;
  return <p>{words.deliveredLead}</p>;
}
