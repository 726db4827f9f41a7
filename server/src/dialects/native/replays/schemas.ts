// Replays on the wire.

import { Type, type Static } from 'typebox';
import { outcomes, statusClasses } from '../deliveries/schemas.ts';
import { closed, nullable, oneOf, Time, TimeOrNull } from '../wire/schemas.ts';

const listedMax = 1_000;
export const replayStates = ['running', 'paused', 'completed', 'cancelled'] as const;
const replayedStates = ['exhausted', 'cancelled', 'skipped', 'delivered'] as const;

const Plan = {
  webhookId: Type.Optional(
    Type.String({ description: 'Only for this webhook; else for every one of yours.' }),
  ),
  from: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'Only deliveries that were created, or missed events that were accepted, then or later.',
    }),
  ),
  to: Type.Optional(
    Type.String({ format: 'date-time', description: 'And before then; now when absent or later.' }),
  ),
  eventTypes: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      maxItems: 100,
      description: 'Only events of these types; a final `*` takes any rest.',
    }),
  ),
  states: Type.Optional(
    Type.Array(oneOf(replayedStates), {
      minItems: 1,
      uniqueItems: true,
      description: 'How the deliveries ended; `exhausted` when absent.',
    }),
  ),
  outcome: Type.Optional(oneOf(outcomes, { description: 'How their last attempt ended.' })),
  statusClass: Type.Optional(oneOf(statusClasses, { description: "Of their last attempt's answer." })),
  status: Type.Optional(
    Type.Integer({ minimum: 100, maximum: 599, description: 'The very status of that answer.' }),
  ),
  error: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'The reason of their last error, such as `timeout_total`.',
    }),
  ),
  deliveryIds: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      maxItems: listedMax,
      uniqueItems: true,
      description: 'These deliveries, however they ended, instead of a choice by the other members.',
    }),
  ),
  missed: Type.Optional(
    Type.Boolean({
      description:
        'Instead of deliveries, the events that `webhookId` has none of and subscribes to as it is now: because it was disabled, subscribed to others, or was not there yet.',
    }),
  ),
};

export const ReplayIn = closed(
  {
    ...Plan,
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count: 200, and nothing is made.' })),
  },
  {
    examples: [
      {
        webhookId: 'wh_01kr3v5x2mtn8b0c6d4f7g9h1j',
        from: '2026-05-01T00:00:00Z',
        states: ['exhausted', 'cancelled'],
        dryRun: true,
      },
    ],
  },
);
export type ReplayIn = Static<typeof ReplayIn>;

const Count = {
  count: Type.Integer({ description: 'How many new deliveries there are to make.' }),
  atLeast: Type.Boolean({ description: 'Whether there are more than were counted.' }),
};

export const ReplayCount = closed(Count, { $id: 'ReplayCount' });

const Actor = closed({
  kind: oneOf(['user', 'client', 'api-key', 'portal-link', 'system']),
  id: Type.String(),
  name: Type.String(),
});

export const ReplayOut = closed(
  {
    id: Type.String(),
    state: oneOf(replayStates),
    plan: closed(Plan, { description: 'What was asked for, with the end of its window.' }),
    ...Count,
    done: Type.Integer({ description: 'New deliveries so far.' }),
    skipped: Type.Integer({
      description:
        'Counted and not made: the webhook was disabled or is gone, the event is not kept any more, or somebody was faster.',
    }),
    progress: nullable(
      Type.Number({ minimum: 0, maximum: 1, description: 'The part that is over; null when nobody knows.' }),
    ),
    startedAt: Time,
    finishedAt: TimeOrNull,
    createdBy: Actor,
    stateSince: Type.String({
      format: 'date-time',
      description: 'When it got its state; `stateBy` paused or cancelled it.',
    }),
    stateBy: nullable(
      closed(
        { kind: oneOf(['user', 'client', 'api-key', 'system']), id: Type.String(), name: Type.String() },
        { description: 'Who paused or cancelled it.' },
      ),
    ),
  },
  { $id: 'Replay' },
);
