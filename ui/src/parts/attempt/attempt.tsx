// One attempt in the timeline: how it ended in a line, and, unfolded, what to do about it and all that is known of it.

import { Tabs } from '@base-ui/react/tabs';
import { ChevronRight, Lightbulb } from 'lucide-react';
import { useId, useState } from 'react';
import type { Attempt, DeliveryDetail } from '../../api/types.ts';
import { classNames } from '../class-names.ts';
import { OutcomeBadge } from '../states.tsx';
import { Ago } from '../time.tsx';
import * as texts from '../../texts/texts.ts';
import { RequestView, ResponseView } from './exchange.tsx';
import { Signature } from './signature.tsx';
import type { Scheme } from './signature-facts.ts';
import { Timing } from './timing.tsx';

const words = texts.attempts;
const tabs = ['response', 'request', 'timing', 'signature'] as const;

export function AttemptView({
  attempt,
  body,
  scheme,
  opened,
}: {
  readonly attempt: Attempt;
  readonly body: DeliveryDetail['requestBody'];
  readonly scheme: Scheme | undefined;
  readonly opened: boolean;
}) {
  const [open, setOpen] = useState(opened);
  const details = useId();
  return (
    <article className="min-w-0 rounded-lg border border-line bg-surface">
      <h3>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={details}
          onClick={() => setOpen(!open)}
          className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-lg px-3 py-2.5 text-left hover:bg-sunken"
        >
          <ChevronRight
            aria-hidden
            size={14}
            className={classNames('shrink-0 text-quiet transition-transform', open && 'rotate-90')}
          />
          <span className="font-medium">{words.number(attempt.number)}</span>
          <OutcomeBadge attempt={attempt} />
          <span className="ml-auto inline-flex gap-3 text-quiet tabular-nums">
            <span>{texts.numbers.ms(attempt.durationMs)}</span>
            <Ago at={attempt.startedAt} toMs />
          </span>
        </button>
      </h3>
      {open && (
        <div id={details} className="flex min-w-0 flex-col gap-3 border-t border-line p-3">
          <Explained attempt={attempt} />
          <Tabs.Root defaultValue={attempt.response === null ? 'request' : 'response'}>
            <Tabs.List
              aria-label={words.tabsLabel(words.number(attempt.number))}
              className="mb-3 flex gap-1 overflow-x-auto border-b border-line"
            >
              {tabs.map((tab) => (
                <Tabs.Tab
                  key={tab}
                  value={tab}
                  className="border-b-2 border-transparent px-3 py-1.5 font-medium whitespace-nowrap text-quiet hover:text-ink data-[active]:border-accent data-[active]:text-ink"
                >
                  {words.tabs[tab]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="response">
              <ResponseView attempt={attempt} />
            </Tabs.Panel>
            <Tabs.Panel value="request">
              <RequestView attempt={attempt} body={body} scheme={scheme} />
            </Tabs.Panel>
            <Tabs.Panel value="timing">
              <Timing attempt={attempt} />
            </Tabs.Panel>
            <Tabs.Panel value="signature">
              <Signature request={attempt.request} scheme={scheme} bodyBytes={bytesIn(body)} />
            </Tabs.Panel>
          </Tabs.Root>
        </div>
      )}
    </article>
  );
}

function Explained({ attempt: { explanation, detail, error, status } }: { readonly attempt: Attempt }) {
  if (explanation === null) return null;
  const hint = error === null ? (status === null ? undefined : texts.statusHint(status)) : hintOf(error);
  return (
    <div className="flex flex-col gap-2 rounded-md bg-sunken px-3 py-2.5">
      <p className="font-medium">{explanation}</p>
      {detail !== null && detail !== '' && (
        <p className="font-mono text-xs break-words text-quiet">
          <span className="sr-only">{words.details}: </span>
          {detail}
        </p>
      )}
      {hint !== undefined && (
        <p className="flex gap-2">
          <Lightbulb aria-label={words.hint} role="img" size={15} className="mt-0.5 shrink-0 text-warn" />
          {hint}
        </p>
      )}
    </div>
  );
}

/** A newer server may tell of errors that are not known here. */
function hintOf(error: string): string | undefined {
  return (texts.attemptErrors as Readonly<Record<string, { readonly hint: string } | undefined>>)[error]
    ?.hint;
}

function bytesIn(body: DeliveryDetail['requestBody']): number | undefined {
  if (body === null) return undefined;
  const { bodyBase64 } = body;
  return (bodyBase64.length / 4) * 3 - (/=*$/.exec(bodyBase64)?.[0].length ?? 0);
}
