// Who changed this webhook, when, from where, and how.

import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useMay } from '../../../api/session.ts';
import type { AuditEntry } from '../../../api/types.ts';
import { webhookAuditQuery } from '../../../api/webhooks.ts';
import { Button } from '../../../parts/button.tsx';
import { ChangeTable } from '../../../parts/change-table.tsx';
import { Empty, Loading } from '../../../parts/page.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { Ago } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';
import { useWebhook } from './use-webhook.ts';

const words = texts.webhook.audit;

export function AuditTab() {
  const { webhook } = useWebhook();
  const may = useMay();
  const mayView = may('AUDIT:VIEW');
  const list = useInfiniteQuery({ ...webhookAuditQuery(webhook.id), enabled: mayView });
  if (!mayView) {
    return <Empty title={texts.shell.forbidden}>{texts.shell.forbiddenLead('AUDIT:VIEW')}</Empty>;
  }
  const entries = list.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <div className="flex flex-col gap-3">
      {list.isPending && <Loading />}
      {list.isError && <ProblemNote error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && <Empty title={words.none}>{words.noneLead}</Empty>}
      {entries.length > 0 && (
        <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
          {entries.map((entry) => (
            <li key={entry.id} className="px-4 py-3">
              <Entry entry={entry} />
            </li>
          ))}
        </ol>
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {texts.common.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function Entry({ entry: { at, actor, address, action, before, after } }: { readonly entry: AuditEntry }) {
  return (
    <details className="group">
      <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-0.5">
        <ChevronRight aria-hidden size={14} className="shrink-0 text-quiet group-open:rotate-90" />
        <span className="font-medium">{words.actions[action] ?? action}</span>
        <span className="min-w-0 break-words">{actor.name}</span>
        {address !== null && <span className="text-quiet">{address}</span>}
        <span className="ml-auto text-quiet">
          <Ago at={at} />
        </span>
      </summary>
      <div className="mt-2">
        <ChangeTable before={before} after={after} />
      </div>
    </details>
  );
}
