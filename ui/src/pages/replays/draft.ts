// A replay as somebody plans it: the members of the page's URL, and the plan that they mean. Pure.

import type { ReplayPlan } from '../../api/replays.ts';

export type Draft = {
  readonly kind?: string;
  readonly webhookId?: string;
  readonly within?: string;
  readonly from?: string;
  readonly to?: string;
  readonly eventTypes?: string;
  readonly states?: string;
  readonly statusClass?: string;
  readonly status?: string;
  readonly error?: string;
};

export const endedStates = ['exhausted', 'cancelled', 'skipped', 'delivered'] as const;
type EndedState = (typeof endedStates)[number];

const hourMs = 3_600_000;
export const spans = { '1h': hourMs, '24h': 24 * hourMs, '7d': 7 * 24 * hourMs } as const;
const usualSpan = '24h';

export type Span = keyof typeof spans | 'all' | 'custom';

export function spanOf({ within, from, to }: Draft): Span {
  if (within === 'all' || within === 'custom') return within;
  if (within !== undefined && Object.hasOwn(spans, within)) return within as Span;
  return from !== undefined || to !== undefined ? 'custom' : usualSpan;
}

export function isMissed({ kind }: Draft): boolean {
  return kind === 'missed';
}

/** Those that are ticked: `exhausted` unless something else is said. */
export function statesOf({ states }: Draft): readonly EndedState[] {
  const said = states?.split(',') ?? ['exhausted'];
  return endedStates.filter((state) => said.includes(state));
}

/** What is missing before it can be counted. */
export function missingIn(draft: Draft): 'webhook' | 'states' | undefined {
  if (isMissed(draft)) return draft.webhookId === undefined ? 'webhook' : undefined;
  return statesOf(draft).length === 0 ? 'states' : undefined;
}

/** `nowMs` is when the spans that move on with the time end. */
export function planOf(draft: Draft, nowMs: number): ReplayPlan {
  const types = (draft.eventTypes ?? '').split(/[\s,]+/).filter((type) => type !== '');
  return {
    ...(draft.webhookId === undefined ? {} : { webhookId: draft.webhookId }),
    ...windowOf(draft, nowMs),
    ...(types.length === 0 ? {} : { eventTypes: types }),
    ...(isMissed(draft) ? { missed: true } : { states: [...statesOf(draft)], ...failureOf(draft) }),
  };
}

function windowOf(draft: Draft, nowMs: number): Pick<ReplayPlan, 'from' | 'to'> {
  const span = spanOf(draft);
  if (span === 'all') return {};
  if (span !== 'custom') return { from: new Date(nowMs - spans[span]).toISOString() };
  const { from, to } = draft;
  return { ...(isTime(from) ? { from } : {}), ...(isTime(to) ? { to } : {}) };
}

function failureOf({
  statusClass,
  status,
  error,
}: Draft): Pick<ReplayPlan, 'statusClass' | 'status' | 'error'> {
  if (error !== undefined) return { error };
  if (status !== undefined && /^[1-5]\d\d$/.test(status)) return { status: Number(status) };
  return isClass(statusClass) ? { statusClass } : {};
}

export const statusClasses = ['3xx', '4xx', '5xx'] as const;

function isClass(text: string | undefined): text is (typeof statusClasses)[number] {
  return (statusClasses as readonly (string | undefined)[]).includes(text);
}

function isTime(text: string | undefined): text is string {
  return text !== undefined && !Number.isNaN(Date.parse(text));
}

/** The draft that means this plan, so that somebody can begin from it. */
export function draftOf({
  webhookId,
  from,
  to,
  eventTypes,
  states,
  statusClass,
  status,
  error,
  missed,
}: ReplayPlan): Draft {
  return {
    ...(missed === true ? { kind: 'missed' } : {}),
    ...(webhookId === undefined ? {} : { webhookId }),
    ...(from === undefined && to === undefined ? { within: 'all' } : { within: 'custom' }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(eventTypes === undefined ? {} : { eventTypes: eventTypes.join(', ') }),
    ...(states === undefined ? {} : { states: states.join(',') }),
    ...(statusClass === undefined ? {} : { statusClass }),
    ...(status === undefined ? {} : { status: String(status) }),
    ...(error === undefined ? {} : { error }),
  };
}
