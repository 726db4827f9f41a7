// The figures that tell at a glance whether all is well.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { issueCountQuery } from '../../api/issues.ts';
import type { TenantStatistics } from '../../api/statistics.ts';
import { classNames } from '../../parts/class-names.ts';
import { DeliveriesLink } from '../../parts/links.tsx';
import { useNow } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.overview;
const { count, percent, ms } = texts.numbers;
/** From so many on the queue's depth stands for as many or more. */
const queueCountMax = 100_000;

export function Figures({
  statistics: { totals, queue, webhooks },
}: {
  readonly statistics: TenantStatistics;
}) {
  const { data: issues } = useQuery(issueCountQuery);
  const { successRate, latencyMsP50, latencyMsP95 } = totals;
  return (
    <section
      aria-label={words.figures}
      className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3 xl:grid-cols-5"
    >
      <Figure
        name={words.success}
        tone={successRate === null || successRate >= 0.99 ? 'plain' : successRate >= 0.9 ? 'warn' : 'bad'}
        value={successRate === null ? '–' : percent(successRate)}
        note={totals.attempts === 0 ? words.noAttempts : words.ofAttempts(count(totals.attempts))}
      />
      <Figure
        name={words.latency}
        title={words.latencyHint}
        value={latencyMsP50 === null ? '–' : ms(latencyMsP50)}
        note={latencyMsP95 === null ? words.noAttempts : words.p95(ms(latencyMsP95))}
      />
      <Figure
        name={words.waiting}
        value={
          <DeliveriesLink search={{ state: 'scheduled' }}>
            {queue.scheduled >= queueCountMax ? words.orMore(count(queue.scheduled)) : count(queue.scheduled)}
          </DeliveriesLink>
        }
        note={<NextAttempt queue={queue} />}
      />
      <Figure
        name={words.webhooks}
        value={count(webhooks.active)}
        note={words.others(webhooks.paused, webhooks.disabled) || words.noOthers}
      />
      <Figure
        name={words.issues}
        tone={issues !== undefined && issues.count > 0 ? 'bad' : 'plain'}
        value={
          issues === undefined ? (
            '–'
          ) : (
            <Link to="/issues" className="underline-offset-2 hover:underline">
              {issues.more ? words.orMore(count(issues.count)) : count(issues.count)}
            </Link>
          )
        }
        note={
          issues === undefined || issues.count === 0 ? (
            words.noIssues
          ) : (
            <Link to="/issues" className="text-accent underline-offset-2 hover:underline">
              {words.seeIssues}
            </Link>
          )
        }
      />
    </section>
  );
}

function Figure({
  name,
  value,
  note,
  title,
  tone = 'plain',
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly note: ReactNode;
  readonly title?: string;
  readonly tone?: 'plain' | 'warn' | 'bad';
}) {
  return (
    <div
      className="flex min-w-0 flex-col gap-1 bg-surface px-4 py-3.5 last:max-xl:col-span-full"
      title={title}
    >
      <h2 className="truncate text-xs font-medium text-quiet">{name}</h2>
      <p
        className={classNames(
          'truncate text-2xl font-semibold tracking-tight tabular-nums',
          tone === 'warn' && 'text-warn',
          tone === 'bad' && 'text-bad',
        )}
      >
        {value}
      </p>
      <p className="truncate text-xs text-quiet">{note}</p>
    </div>
  );
}

/** By how much the next attempt is late, or when it comes; what a webhook's state holds back is not late. */
function NextAttempt({
  queue: { oldestDueAt, nextAttemptAt },
}: {
  readonly queue: TenantStatistics['queue'];
}) {
  const now = useNow(1_000);
  if (oldestDueAt === null) return words.noneWaits;
  if (nextAttemptAt === null) return words.heldBack;
  const lateMs = now - Date.parse(nextAttemptAt);
  return lateMs >= 0 ? words.oldest(ms(lateMs)) : words.oldestIn(ms(-lateMs));
}
