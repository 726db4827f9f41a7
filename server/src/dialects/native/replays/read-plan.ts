// From the body of a request to the plan of a replay.

import { isEventTypePattern } from '../../../domain/event-type.ts';
import type { FieldProblem } from '../../../domain/refusal.ts';
import type { ReplayPlan } from '../../../domain/replay.ts';
import type { ReplayDraft } from '../../../manage/replays.ts';
import { refuse } from '../wire/refuse.ts';
import { readTime } from '../wire/times.ts';
import type { ReplayIn } from './schemas.ts';

/** Refuses members that do not go together, with `invalid`. */
export function readPlan(given: ReplayIn): ReplayDraft {
  const { webhookId, from, to, eventTypes = [] } = given;
  refuse([...clashes(given), ...eventTypes.flatMap(patternProblem)]);
  return {
    webhookId: webhookId ?? null,
    from: from === undefined ? null : readTime(from, '/from'),
    to: to === undefined ? null : readTime(to, '/to'),
    eventTypes,
    what: whatOf(given),
  };
}

function whatOf({
  deliveryIds,
  missed,
  states,
  outcome,
  statusClass,
  status,
  error,
}: ReplayIn): ReplayPlan['what'] {
  if (deliveryIds !== undefined) return { kind: 'listed', deliveryIds };
  if (missed === true) return { kind: 'missed' };
  return {
    kind: 'deliveries',
    states: states ?? ['exhausted'],
    outcome: outcome ?? null,
    statusClass: statusClass === undefined ? null : (Number(statusClass[0]) as 1 | 2 | 3 | 4 | 5),
    status: status ?? null,
    error: error ?? null,
  };
}

const ofWindows = ['webhookId', 'from', 'to', 'eventTypes', 'missed'] as const;
const ofDeliveries = ['states', 'outcome', 'statusClass', 'status', 'error'] as const;

function clashes(given: ReplayIn): FieldProblem[] {
  if (given.deliveryIds !== undefined) {
    const what = 'goes with no list of deliveries; leave one of the two out';
    return [...ofWindows, ...ofDeliveries].flatMap((name) => clash(given, name, what));
  }
  if (given.missed !== true) return [];
  const problems = ofDeliveries.flatMap((name) =>
    clash(given, name, 'tells of deliveries, of which missed events have none; leave it out'),
  );
  if (given.webhookId !== undefined) return problems;
  const message = '/webhookId is required: events are missed by one webhook';
  return [...problems, { pointer: '/webhookId', rule: 'required', message }];
}

function clash(given: ReplayIn, name: keyof ReplayIn, what: string): FieldProblem[] {
  if (given[name] === undefined || given[name] === false) return [];
  return [{ pointer: `/${name}`, rule: 'clash', message: `/${name} ${what}` }];
}

function patternProblem(pattern: string, index: number): FieldProblem[] {
  if (isEventTypePattern(pattern)) return [];
  const message = 'An event type, or a beginning of one followed by a final *';
  return [{ pointer: `/eventTypes/${index}`, rule: 'event_type', message }];
}
