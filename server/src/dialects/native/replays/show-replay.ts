// Replays as people see them.

import type { Count, Replay, ReplayPlan } from '../../../domain/replay.ts';
import { showTime } from '../wire/times.ts';

export function showReplay({ id, state, plan, counted, made, skipped, createdAt, createdBy }: Replay) {
  const isOver = state.kind === 'completed' || state.kind === 'cancelled';
  const since = 'at' in state ? state.at : state.since;
  return {
    id,
    state: state.kind,
    plan: showPlan(plan),
    ...showCount(counted),
    done: made,
    skipped,
    progress: progressOf({ state, counted, made, skipped }),
    startedAt: showTime(createdAt),
    finishedAt: isOver ? showTime(since) : null,
    createdBy,
    stateSince: showTime(since),
    stateBy: 'by' in state ? state.by : null,
  };
}

export function showCount({ count, exact }: Count) {
  return { count, atLeast: !exact };
}

/** What was counted may have been more than there was to do. */
function progressOf({
  state,
  counted,
  made,
  skipped,
}: Pick<Replay, 'state' | 'counted' | 'made' | 'skipped'>): number | null {
  if (state.kind === 'completed') return 1;
  if (!counted.exact) return null;
  return counted.count === 0 ? 0 : Math.min(1, (made + skipped) / counted.count);
}

function showPlan({ webhookId, from, to, eventTypes, what }: ReplayPlan) {
  if (what.kind === 'listed') return { deliveryIds: what.deliveryIds };
  return {
    ...(webhookId === null ? {} : { webhookId }),
    ...(from === null ? {} : { from: showTime(from) }),
    to: showTime(to),
    ...(eventTypes.length === 0 ? {} : { eventTypes }),
    ...(what.kind === 'missed' ? { missed: true } : showDeliveries(what)),
  };
}

function showDeliveries({
  states,
  outcome,
  statusClass,
  status,
  error,
}: Extract<ReplayPlan['what'], { kind: 'deliveries' }>) {
  return {
    states,
    ...(outcome === null ? {} : { outcome }),
    ...(statusClass === null ? {} : { statusClass: `${statusClass}xx` }),
    ...(status === null ? {} : { status }),
    ...(error === null ? {} : { error }),
  };
}
