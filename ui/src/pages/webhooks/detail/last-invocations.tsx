// Confluence's own view of a webhook: for each event the last success, failure and error, with request and response.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LastExchange } from '../../../api/types.ts';
import { lastExchangesQuery } from '../../../api/webhooks.ts';
import { Drawer } from '../../../parts/dialog.tsx';
import { AttemptView } from '../../../parts/attempt/attempt.tsx';
import { Card, Loading } from '../../../parts/page.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { OutcomeBadge } from '../../../parts/states.tsx';
import { Ago } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.webhook.invocations;
const outcomes = ['success', 'failure', 'error'] as const;

export function LastInvocations({ id }: { readonly id: string }) {
  const list = useQuery(lastExchangesQuery(id));
  const [open, setOpen] = useState<LastExchange | undefined>(undefined);
  const exchanges = list.data?.data ?? [];
  const [latest] = exchanges;
  const byEvent = Map.groupBy(exchanges, ({ eventType }) => eventType);
  return (
    <Card title={words.title}>
      {list.isPending && <Loading />}
      {list.isError && <ProblemNote error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && latest === undefined && <p className="text-quiet">{words.none}</p>}
      {latest !== undefined && (
        <div className="flex flex-col gap-4">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="text-quiet">{words.latest}</span>
            <code className="text-xs">{latest.eventType}</code>
            <Cell exchange={latest} open={setOpen} />
          </p>
          <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={words.title}>
            <table className="w-full min-w-xl">
              <thead className="text-left text-xs text-quiet">
                <tr>
                  <th scope="col" className="pb-2 font-medium">
                    {words.event}
                  </th>
                  {outcomes.map((outcome) => (
                    <th key={outcome} scope="col" className="pb-2 pl-4 font-medium">
                      {words.outcomes[outcome]}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {[...byEvent].map(([eventType, kept]) => (
                  <tr key={eventType} className="border-t border-line">
                    <th scope="row" className="py-1.5 text-left font-normal">
                      <code className="text-xs break-all">{eventType}</code>
                    </th>
                    {outcomes.map((outcome) => (
                      <td key={outcome} className="py-1.5 pl-4">
                        <Cell exchange={kept.find((one) => one.outcome === outcome)} open={setOpen} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
      <Drawer
        open={open !== undefined}
        close={() => setOpen(undefined)}
        title={open === undefined ? '' : words.exchangeOf(open.eventType)}
      >
        {open !== undefined && (
          <AttemptView attempt={open} body={open.requestBody} scheme="hub-signature" opened />
        )}
      </Drawer>
    </Card>
  );
}

function Cell({
  exchange,
  open,
}: {
  readonly exchange: LastExchange | undefined;
  readonly open: (exchange: LastExchange) => void;
}) {
  if (exchange === undefined) return <span className="text-quiet">–</span>;
  return (
    <button
      type="button"
      aria-label={words.show(exchange.eventType, texts.states.outcome[exchange.outcome])}
      onClick={() => open(exchange)}
      className="inline-flex min-h-6 items-center gap-2 rounded hover:underline"
    >
      <OutcomeBadge attempt={exchange} />
      <span className="text-quiet">
        <Ago at={exchange.startedAt} />
      </span>
    </button>
  );
}
