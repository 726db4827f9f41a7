// Events on the wire: what a publisher sends, in three spellings, and what people see of it.

import { Type, type Static } from 'typebox';
import { deliveryPurposes } from '../../../domain/delivery.ts';
import { closed, nullable, oneOf, Time } from '../wire/schemas.ts';

const Text = (maxLength: number, options: object = {}) =>
  Type.String({ minLength: 1, maxLength, ...options });

const Context = {
  occurredAt: Type.Optional(
    Type.String({
      format: 'date-time',
      maxLength: 40,
      description: 'When it happened; the time of acceptance when absent.',
    }),
  ),
  actor: Type.Optional(
    closed(
      {
        id: Type.Optional(Text(255)),
        key: Type.Optional(Text(255)),
        name: Type.Optional(Text(255)),
      },
      { description: 'Who did it.' },
    ),
  ),
  object: Type.Optional(
    closed(
      {
        type: Type.Optional(Text(128)),
        id: Type.Optional(Text(255)),
        url: Type.Optional(Text(2_048, { description: 'An absolute http or https URL.' })),
        nodeId: Type.Optional(Text(255)),
        related: Type.Optional(
          Type.Array(Text(2_048), { maxItems: 20, description: 'Absolute http or https URLs.' }),
        ),
      },
      { description: 'What it happened to.' },
    ),
  ),
  scope: Type.Optional(closed({ type: Text(128), id: Text(255) }, { description: 'Where it happened.' })),
  channels: Type.Optional(
    Type.Array(Text(128), {
      maxItems: 20,
      description: 'Webhooks with channels get the event only if it carries one of theirs.',
    }),
  ),
  orderingKey: Type.Optional(Text(255)),
  source: Type.Optional(Text(2_048, { description: 'Within which `id` is unique.' })),
  instanceName: Type.Optional(Text(255)),
};

/** All of an event but its data, which is kept as bytes. */
export const EventEnvelope = closed({
  type: Type.String({ examples: ['invoice.paid'] }),
  id: Type.Optional(
    Type.String({
      description:
        'Your own id for the event, at most 255 printable ASCII characters without a dot. The same id with the same content is accepted once and answered alike; with other content it is refused with 409.',
    }),
  ),
  ...Context,
});
export type EventEnvelope = Static<typeof EventEnvelope>;

const Data = Type.Unsafe<object>({
  type: 'object',
  additionalProperties: true,
  description: 'Any JSON object; every receiver gets exactly its bytes.',
  examples: [{ invoice: 'in_7', amount: 1200 }],
});

export const EventIn = closed(
  { ...EventEnvelope.properties, data: Data },
  {
    $id: 'EventIn',
    title: 'Event to publish',
    examples: [
      {
        type: 'invoice.paid',
        data: { invoice: 'in_7', amount: 1200 },
        id: 'payment-42',
        occurredAt: '2026-05-01T12:00:00Z',
      },
    ],
  },
);

/** All of a CloudEvent but its data (CloudEvents 1.0.2 §3.1, JSON format 1.0.2 §3). Extensions come besides. */
export const CloudEventEnvelope = Type.Object({
  specversion: Type.String(),
  id: Text(255),
  source: Text(2_048),
  type: Type.String(),
  time: Type.Optional(Type.String({ maxLength: 40 })),
  subject: Type.Optional(Text(255)),
  datacontenttype: Type.Optional(Text(255)),
  dataschema: Type.Optional(Text(2_048)),
  partitionkey: Type.Optional(Text(255)),
});
export type CloudEventEnvelope = Static<typeof CloudEventEnvelope>;

export const CloudEventIn = Type.Object(
  { ...CloudEventEnvelope.properties, data: Data },
  {
    $id: 'CloudEventIn',
    title: 'CloudEvent to publish',
    description:
      '`source` and `id` together are your own id for the event. `time` becomes `occurredAt`, `subject` the id of the object, `partitionkey` the ordering key. `dataschema` is checked and not passed on; other extension attributes are refused.',
    examples: [
      {
        specversion: '1.0',
        id: 'payment-42',
        source: '/billing',
        type: 'invoice.paid',
        time: '2026-05-01T12:00:00Z',
        data: { invoice: 'in_7' },
      },
    ],
  },
);

export const Accepted = closed(
  {
    id: Type.String({ description: "The event's id: `webhook-id` in every delivery." }),
    deliveries: Type.Integer({ description: 'How many webhooks are owed it.' }),
  },
  { $id: 'Accepted', examples: [{ id: 'evt_01kr3v5x2mtn8b0c6d4f7g9h1j', deliveries: 3 }] },
);

export const AcceptedBatch = closed(
  { events: Type.Array(Type.Ref('Accepted#')) },
  { $id: 'AcceptedBatch', description: 'One entry per event, in the order of the batch.' },
);

const Seen = {
  id: Type.String(),
  type: Type.String(),
  purpose: oneOf(deliveryPurposes, {
    description: "`event` was published; the others are messages of a webhook's own administration.",
  }),
  ...Context,
  occurredAt: Time,
  acceptedAt: Time,
  publisherId: Type.Optional(Type.String({ description: "The publisher's own id." })),
  deliveries: Type.Integer({ description: 'How many webhooks were owed it when it was published.' }),
};

export const EventSummary = closed(Seen, { $id: 'EventSummary' });

export const deliveryStates = ['scheduled', 'delivered', 'exhausted', 'cancelled', 'skipped'] as const;

const DeliveryState = oneOf(deliveryStates);

export const RoutedWebhook = closed(
  {
    webhookId: Type.String(),
    owed: Type.Boolean({
      description:
        'Whether the webhook was owed the event when it was published; `state` tells what became of its delivery. A replay may have made one all the same.',
    }),
    reason: nullable(
      oneOf(['type', 'channel', 'data', 'filter', 'disabled', 'unverified', 'not_considered'], {
        description: 'Why it was not owed it.',
      }),
    ),
    disabledReason: nullable(oneOf(['client', 'failing', 'expired', 'gone'])),
    explanation: Type.String({
      description: 'In a sentence: why it was not owed it, what its delivery waits for, or how that ended.',
    }),
    deliveryId: nullable(Type.String()),
    state: nullable(
      oneOf(deliveryStates, { description: 'Of its first delivery; null when there is none.' }),
    ),
    redeliveries: Type.Array(closed({ deliveryId: Type.String(), state: DeliveryState })),
  },
  { $id: 'RoutedWebhook', description: 'The decision for one webhook.' },
);

export const EventDetail = closed(
  {
    ...Seen,
    routing: closed({
      decidedAt: Type.String({
        format: 'date-time',
        description:
          'When it was decided who is owed it. Events of one kind share a decision until a webhook changes, so it may be earlier than the event.',
      }),
      webhooks: Type.Array(Type.Ref('RoutedWebhook#'), {
        description: 'One entry for every webhook that was considered.',
      }),
    }),
    data: Type.Object({}, { additionalProperties: true, description: 'Byte for byte as published.' }),
  },
  { $id: 'EventDetail' },
);

export const ReplayedEventOut = closed(
  {
    deliveries: Type.Array(closed({ id: Type.String(), webhookId: Type.String() }), {
      description: 'The new deliveries, stored and due now.',
    }),
    skipped: Type.Array(closed({ webhookId: Type.String(), reason: oneOf(['gone', 'disabled']) }), {
      description: 'Webhooks that were owed the event and can not get it.',
    }),
  },
  { $id: 'ReplayedEvent' },
);
