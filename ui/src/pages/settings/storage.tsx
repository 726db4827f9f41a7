// What the database holds, how much waits, and for how long what is finished is kept.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { storageQuery, type Storage } from '../../api/system.ts';
import { Asked } from '../../parts/asked.tsx';
import { Ago, useNow } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { Tab } from './tab.tsx';

const words = texts.storage;
const { bytes, count } = texts.numbers;

export function StorageTab() {
  const storage = useQuery(storageQuery);
  return (
    <Tab name="storage" lead={words.lead}>
      <Asked query={storage}>
        {(held) => (
          <>
            <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-2 xl:grid-cols-4">
              <Figure name={words.size} value={bytes(held.sizeBytes)} hint={words.sizeHint} />
              <Figure name={words.pending} value={count(held.pendingDeliveries)} hint={<Due held={held} />} />
              <Figure
                name={words.oldest}
                value={held.oldestEventAt === null ? words.noEvents : <Ago at={held.oldestEventAt} />}
              />
              <Figure
                name={words.retention}
                value={words.days(held.retentionDays)}
                hint={words.retentionHint}
              />
              <Figure name={words.webhooks} value={count(held.webhooks)} />
              <Figure name={words.tenants} value={count(held.tenants)} />
              <Figure name={words.database} value={words.databases[held.database]} wide />
            </dl>
            <p className="text-xs text-quiet">{words.change}</p>
          </>
        )}
      </Asked>
    </Tab>
  );
}

function Figure({
  name,
  value,
  hint,
  wide = false,
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly hint?: ReactNode;
  readonly wide?: boolean;
}) {
  return (
    <div className={`bg-surface px-4 py-3 ${wide ? 'sm:col-span-2' : ''}`}>
      <dt className="text-quiet">{name}</dt>
      <dd>
        <div className="mt-0.5 text-lg font-semibold tracking-tight tabular-nums">{value}</div>
        {hint !== undefined && <div className="text-xs text-quiet">{hint}</div>}
      </dd>
    </div>
  );
}

function Due({ held: { pendingDeliveries, oldestDueAt } }: { readonly held: Storage }) {
  const now = useNow(10_000);
  if (pendingDeliveries === 0 || oldestDueAt === null) return words.noneWaits;
  const lateMs = now - Date.parse(oldestDueAt);
  return lateMs < 0 ? words.dueLater : words.due(texts.time.ago(lateMs));
}
