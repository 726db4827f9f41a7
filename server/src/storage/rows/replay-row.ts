// Replays and their parts as rows.

import type { EventContext } from '../../domain/event.ts';
import type { Actor, Replay, ReplayPart, ReplayPlan, ReplayState } from '../../domain/replay.ts';
import type { Replayable, ReplayStep } from '../port/replay-store.ts';
import type { DeliveryRow, ReplayPartRow, ReplayRow } from '../schema.ts';
import { freshDeliveryRow, type FreshDeliveryRow } from './delivery-row.ts';

export function replayRow(replay: Replay): ReplayRow {
  return {
    id: replay.id,
    tenant_id: replay.tenantId,
    webhook_id: replay.plan.webhookId,
    plan: JSON.stringify(replay.plan),
    ...replayStateColumns(replay.state),
    counted: replay.counted.count,
    counted_exactly: replay.counted.exact ? 1 : 0,
    made: replay.made,
    skipped: replay.skipped,
    created_at: replay.createdAt,
    created_by: JSON.stringify(replay.createdBy),
  };
}

export type ReplayStateColumns = Pick<ReplayRow, 'state' | 'state_at' | 'state_by'>;

export function replayStateColumns(state: ReplayState): ReplayStateColumns {
  return {
    state: state.kind,
    state_at: 'at' in state ? state.at : state.since,
    state_by: 'by' in state ? JSON.stringify(state.by) : null,
  };
}

export function replayOf(row: ReplayRow): Replay {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    plan: JSON.parse(row.plan) as ReplayPlan,
    state: stateOf(row),
    counted: { count: row.counted, exact: row.counted_exactly === 1 },
    made: row.made,
    skipped: row.skipped,
    createdAt: row.created_at,
    createdBy: JSON.parse(row.created_by) as Actor,
  };
}

function stateOf({ state, state_at, state_by }: ReplayRow): ReplayState {
  const by = () => JSON.parse(state_by!) as Actor;
  switch (state) {
    case 'running':
      return { kind: 'running', since: state_at };
    case 'paused':
      return { kind: 'paused', since: state_at, by: by() };
    case 'completed':
      return { kind: 'completed', at: state_at };
    case 'cancelled':
      return { kind: 'cancelled', at: state_at, by: by() };
  }
}

export function replayPartOf(row: ReplayPartRow & Pick<ReplayRow, 'plan'>): ReplayPart {
  return {
    replayId: row.replay_id,
    tenantId: row.tenant_id,
    webhookId: row.webhook_id,
    plan: JSON.parse(row.plan) as ReplayPlan,
    cursor: row.cursor_id === null ? null : { at: row.cursor_at!, id: row.cursor_id },
    steps: row.steps,
  };
}

/** Which part, and where it must still be for a step to be done. */
export type PartKey = { readonly replayId: string; readonly webhookId: string; readonly steps: number };

export type ReplayStepRows = {
  readonly deliveries: readonly FreshDeliveryRow[];
  readonly cursor_at: number | null;
  readonly cursor_id: string | null;
  readonly over: boolean;
};

export function replayStepRows({ deliveries, cursor, over }: ReplayStep): ReplayStepRows {
  return {
    deliveries: deliveries.map(freshDeliveryRow),
    cursor_at: cursor?.at ?? null,
    cursor_id: cursor?.id ?? null,
    over,
  };
}

/** Without a context its event is gone. */
export type ReplayableRow = Pick<
  DeliveryRow,
  'id' | 'tenant_id' | 'webhook_id' | 'event_id' | 'event_type' | 'created_at'
> & { readonly context: string | null };

export function replayableOf(row: ReplayableRow): Replayable {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type,
    context: row.context === null ? {} : (JSON.parse(row.context) as EventContext),
  };
}
