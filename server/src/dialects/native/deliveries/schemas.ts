// Deliveries and attempts on the wire.

import { Type } from 'typebox';
import { deliveryPurposes } from '../../../domain/delivery.ts';
import { waitingKinds } from '../../../domain/waiting.ts';
import { deliveryStates } from '../events/schemas.ts';
import { closed, nullable, oneOf, Time, TimeOrNull } from '../wire/schemas.ts';

export const outcomes = ['success', 'failure', 'error'] as const;
export const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

export const Outcome = oneOf(outcomes, {
  description: '`failure` is an answer that is not success, `error` no usable answer.',
});

const Explanation = nullable(Type.String({ description: 'In one sentence; null after a success.' }));

const Summary = {
  id: Type.String(),
  eventId: Type.String(),
  eventType: Type.String(),
  webhookId: Type.String(),
  purpose: oneOf(deliveryPurposes, {
    description: "`verification` and `test` are messages of the webhook's own administration.",
  }),
  state: oneOf(deliveryStates),
  reason: nullable(
    oneOf(
      [
        'attempts',
        'age',
        'not_retried',
        'person',
        'webhook_deleted',
        'superseded',
        'webhook_disabled',
        'target_changed',
        'breaker_open',
        'too_many_in_flight',
      ],
      { description: 'Why it is exhausted, cancelled or skipped.' },
    ),
  ),
  attemptCount: Type.Integer({ description: 'How many attempts have been made.' }),
  nextAttemptAt: nullable(
    Type.String({
      format: 'date-time',
      description:
        'When it is due, whatever holds it back besides; null when it is final, and when it waits in line behind another.',
    }),
  ),
  waiting: nullable(
    closed(
      {
        kind: oneOf(waitingKinds, {
          description:
            '`time`: only until it is due. `turn`: due, its attempt is under way or comes next. The others hold back what is sent to its webhook: it is `paused`, `disabled` or `unverified` where that matters; an earlier delivery in its line has not ended (`order`); its circuit breaker is open, or lets one request through at a time; its server is spared (`throttled`); its rate limit lets the next attempt begin later (`rate_limited`).',
        }),
        until: nullable(
          Type.String({
            format: 'date-time',
            description:
              'When the attempt is made, or one request finds out whether the receiver is back; null where no time ends the wait.',
          }),
        ),
        explanation: Type.String({ description: 'In a sentence.' }),
      },
      { description: 'What it waits for now; null when it is final.' },
    ),
  ),
  settledAt: nullable(
    Type.String({ format: 'date-time', description: 'When it became final; null while scheduled.' }),
  ),
  createdAt: Time,
  redeliveryOf: nullable(Type.String({ description: 'The delivery that a person asked to have again.' })),
  lastAttempt: nullable(
    closed({
      at: TimeOrNull,
      outcome: Outcome,
      status: nullable(Type.Integer()),
      error: nullable(Type.String()),
      explanation: Explanation,
    }),
  ),
};

export const DeliverySummary = closed(Summary, { $id: 'DeliverySummary' });

const Headers = Type.Record(Type.String(), Type.String());

const BodyText = nullable(
  Type.String({
    description: 'The body as text, with what is no text replaced; null when it is compressed.',
  }),
);

const RequestBody = closed({ bodyBase64: Type.String({ contentEncoding: 'base64' }), bodyText: BodyText });

export const RequestBodyStart = closed({
  bodyBase64: Type.String({ contentEncoding: 'base64', description: 'The first 16 KiB.' }),
  bodyText: BodyText,
  bodyLength: Type.Integer(),
  bodyTruncated: Type.Boolean(),
});

const Request = closed({
  method: Type.String(),
  url: Type.String({ description: 'Secrets in it are masked.' }),
  headers: Headers,
});

const Response = closed({
  status: Type.Integer(),
  reason: Type.String(),
  headers: Headers,
  bodyBase64: Type.String({ contentEncoding: 'base64', description: 'The first 16 KiB as they came.' }),
  bodyText: BodyText,
  bodyLength: Type.Integer({ description: 'Bytes read, at most 64 KiB.' }),
  bodySha256: Type.String(),
  bodyTruncated: Type.Boolean(),
});

export const AttemptMembers = {
  id: Type.String(),
  number: nullable(Type.Integer({ description: 'From 1 within its delivery; null for a test.' })),
  startedAt: Time,
  durationMs: Type.Number(),
  outcome: oneOf([...outcomes, 'platform'], {
    description:
      '`failure` is an answer that is not success, `error` no usable answer, `platform` a fault of this server (only in a test).',
  }),
  status: nullable(Type.Integer()),
  error: nullable(Type.String({ description: 'The reason of an error, for programs.' })),
  detail: nullable(Type.String()),
  explanation: Explanation,
  request: Request,
  response: nullable(Response),
  timing: closed({
    dnsMs: Type.Optional(Type.Number()),
    connectMs: Type.Optional(Type.Number()),
    tlsMs: Type.Optional(Type.Number()),
    firstByteMs: Type.Optional(Type.Number()),
  }),
};

export const Attempt = closed(AttemptMembers, {
  $id: 'Attempt',
  description: 'One HTTP request. Milliseconds in `timing` count from its start.',
});

export const TestAttempt = closed(
  { ...AttemptMembers, requestBody: RequestBody },
  { $id: 'TestAttempt', description: 'The only attempt of a test; it is in no delivery and no statistics.' },
);

export const DeliveryDetail = closed(
  {
    ...Summary,
    waitsBehind: nullable(
      Type.String({
        description:
          'The first delivery of its line, which has to end before any other is attempted; null unless it waits for its `order`.',
      }),
    ),
    requestBody: nullable(RequestBody),
    attempts: Type.Array(Type.Ref('Attempt#'), { description: 'First to last.' }),
  },
  {
    $id: 'DeliveryDetail',
    description:
      '`requestBody` is the same for every attempt; it is null when the event or the webhook is gone, or a secret can not be read.',
  },
);

const More = Type.Boolean({ description: 'Whether there are others: then call again.' });

export const CancelledDeliveries = closed(
  { cancelled: Type.Integer(), more: More },
  { $id: 'CancelledDeliveries' },
);

export const RetriedDeliveries = closed(
  {
    retried: Type.Integer({ description: 'Were scheduled for later and are due now.' }),
    redelivered: Type.Integer({ description: 'Had ended; each has a new delivery, which is due now.' }),
    skipped: Type.Integer({
      description:
        'Neither: due already, in line behind another, a message, not kept any more, or of a webhook that is gone or disabled.',
    }),
    more: More,
  },
  { $id: 'RetriedDeliveries' },
);
