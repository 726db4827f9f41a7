// Webhooks on the wire: what a caller sends to create and to change one, and what everybody sees of it.

import { Type, type Static } from 'typebox';
import { dialectNames, messageAlgorithms, pairAlgorithms } from '../../../domain/webhook.ts';
import { orderings } from '../../../domain/ordering.ts';
import { jwtAlgorithms } from '../../../domain/webhook-policy.ts';
import { Filter } from '../filters/schemas.ts';
import { closed, nullable, oneOf, Time, TimeOrNull } from '../wire/schemas.ts';

const timeoutMsMin = 1_000;
const timeoutMsMax = 30_000;
export const concurrencyDefault = 10;
const concurrencyMax = 500;

const rateRequestsMax = 100_000;
const ratePerSecondsMax = 3_600;

export const profiles = ['durable', 'faithful'] as const;

const Name = Type.String({ minLength: 1, maxLength: 255, examples: ['Billing'] });
const Url = Type.String({ minLength: 1, examples: ['https://example.com/hooks'] });
const EventTypes = Type.Array(Type.String(), {
  minItems: 1,
  maxItems: 200,
  description: 'Event types, or beginnings of them with a final `*` that takes any rest, dots included.',
  examples: [['invoice.*', 'customer.created']],
});
const Description = Type.String({ maxLength: 2_000 });
const SetState = oneOf(['active', 'paused'], {
  description: 'While paused, deliveries are kept and wait.',
});
const Channels = Type.Array(Type.String(), {
  maxItems: 100,
  description: 'Where given, only events that carry one of these channels.',
});
const RetrySchedule = nullable(
  Type.Array(Type.Integer({ 'x-rule': 'must be a whole number of seconds, such as 30' }), {
    description:
      'The waits after attempt 1, 2, … in whole seconds: at most 100, each at least 1, together at most 30 days. Null takes the schedule of the installation.',
    examples: [[5, 30, 120, 600]],
  }),
);
const SetOrdering = oneOf(orderings, {
  description:
    'Deliveries in a line are attempted one after the other, in the order of their publishing: the next one once the one before it has been delivered or given up, however many retries that takes. `webhook` makes one line of all, `key` one of each `orderingKey` of the events, where those without one wait for none. What a person has redelivered waits for none either. Counts for what is published from then on.',
});
const TimeoutMs = Type.Integer({
  minimum: timeoutMsMin,
  maximum: timeoutMsMax,
  description: 'One deadline over the whole exchange.',
});
const Concurrency = Type.Integer({
  minimum: 1,
  maximum: concurrencyMax,
  description: 'How many requests may be in flight at once; a slow receiver gets fewer by itself.',
});
const rateLimitMembers = {
  requests: Type.Integer({ minimum: 1, maximum: rateRequestsMax }),
  perSeconds: Type.Integer({ minimum: 1, maximum: ratePerSecondsMax }),
};
const rateLimitText =
  'At most so many attempts begin in so many seconds, evenly spread: a tenth more at the most, or one, catch up after a lull. Tests and verifications do not count. Null sets no limit.';
const rateLimitExample = { requests: 50, perSeconds: 1 };
const RateLimit = nullable(
  closed(rateLimitMembers, { description: rateLimitText, examples: [rateLimitExample] }),
);
const RateLimitPatch = nullable(
  closed(
    {
      requests: Type.Optional(rateLimitMembers.requests),
      perSeconds: Type.Optional(rateLimitMembers.perSeconds),
    },
    { description: rateLimitText, examples: [rateLimitExample] },
  ),
);
const Profile = oneOf(profiles, {
  description:
    '`faithful` reproduces the rules of the original product; native webhooks have `durable` only.',
});
const DialectSettings = Type.Record(Type.String(), Type.Unknown(), {
  description: "What only the dialect's own wire knows, such as Confluence's `secret` and `credentials`.",
});
const Texts = (options: { description?: string }) => Type.Record(Type.String(), Type.String(), options);
const headersText =
  'Sent with every request. At most 32, together at most 4 KiB of ASCII; `host`, `cookie`, `webhook-*` and the like are reserved.';
const metadataText = 'Yours to use: at most 50 entries, keys up to 64 and values up to 512 characters.';

const ownSecretText =
  'Your own, made here when absent: for `standard-webhooks` `whsec_` and 24 to 64 bytes in base64, for `hmac-sha256` 32 to 256 visible ASCII characters. Key pairs are always made here.';

const Signing = closed(
  {
    scheme: Type.Optional(
      oneOf(['standard-webhooks', 'http-message-signature'], { default: 'standard-webhooks' }),
    ),
    algorithm: Type.Optional(
      oneOf(messageAlgorithms, {
        description: 'Of `http-message-signature` only, where `hmac-sha256` is the default.',
      }),
    ),
    secret: Type.Optional(Type.String({ description: ownSecretText })),
  },
  {
    description:
      'How its requests are signed: by Standard Webhooks, or by HTTP Message Signatures (RFC 9421) over method, URL, `Content-Digest`, `content-type` and `webhook-id`. Of a key pair, receivers find the public key in `/.well-known/jwks.json`.',
  },
);

export const WebhookIn = closed(
  {
    name: Name,
    url: Url,
    eventTypes: EventTypes,
    description: Type.Optional(Description),
    state: Type.Optional(SetState),
    headers: Type.Optional(Texts({ description: headersText })),
    channels: Type.Optional(Channels),
    filter: Type.Optional(nullable(Filter)),
    retrySchedule: Type.Optional(RetrySchedule),
    ordering: Type.Optional(SetOrdering),
    timeoutMs: Type.Optional(TimeoutMs),
    concurrency: Type.Optional(Concurrency),
    rateLimit: Type.Optional(RateLimit),
    signing: Type.Optional(Signing),
    profile: Type.Optional(Profile),
    metadata: Type.Optional(Texts({ description: metadataText })),
    dialect: Type.Optional(
      oneOf(dialectNames, { default: 'native', description: 'Whose wire format its receiver speaks.' }),
    ),
    dialectSettings: Type.Optional(DialectSettings),
  },
  {
    title: 'Webhook to create',
    examples: [{ name: 'Billing', url: 'https://example.com/hooks', eventTypes: ['invoice.*'] }],
  },
);
export type WebhookIn = Static<typeof WebhookIn>;

const orNull = (options: { description?: string }) =>
  Type.Record(Type.String(), nullable(Type.String()), options);

export const WebhookPatch = closed(
  {
    name: Type.Optional(Name),
    url: Type.Optional(Url),
    eventTypes: Type.Optional(EventTypes),
    description: Type.Optional(nullable(Description)),
    state: Type.Optional(SetState),
    headers: Type.Optional(nullable(orNull({ description: headersText }))),
    channels: Type.Optional(nullable(Channels)),
    filter: Type.Optional(nullable(Filter)),
    retrySchedule: Type.Optional(RetrySchedule),
    ordering: Type.Optional(nullable(SetOrdering)),
    timeoutMs: Type.Optional(nullable(TimeoutMs)),
    concurrency: Type.Optional(nullable(Concurrency)),
    rateLimit: Type.Optional(RateLimitPatch),
    profile: Type.Optional(Profile),
    metadata: Type.Optional(nullable(orNull({ description: metadataText }))),
    dialectSettings: Type.Optional(DialectSettings),
  },
  {
    title: 'Change of a webhook',
    description:
      'A JSON merge patch (RFC 7396): absent members stay, null takes a member away or back to its default. A `filter` is no such object of members: it is replaced as a whole.',
    examples: [{ eventTypes: ['invoice.paid'], headers: { 'x-team': 'billing', 'x-old': null } }],
  },
);
export type WebhookPatch = Static<typeof WebhookPatch>;

export const SecretRotation = closed(
  {
    secret: Type.Optional(Type.String({ description: ownSecretText })),
    graceMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 30 * 24 * 3_600_000,
        default: 24 * 3_600_000,
        description:
          'For how long the old secrets go on signing beside the new one, or, by HTTP Message Signatures, in its place; 0 revokes them at once, and takes public keys out of the key document.',
      }),
    ),
  },
  { title: 'Rotation of a secret' },
);

const SigningKey = closed({
  secret: Type.String({ description: 'Masked.' }),
  createdAt: Time,
  expiresAt: TimeOrNull,
});

const PolicyKey = closed(
  { kid: Type.String(), algorithm: oneOf(jwtAlgorithms), createdAt: Time },
  { description: 'The key of the webhook policy that a webhook of scheme `jwt` signs by.' },
);

const KeyPair = closed(
  {
    kid: Type.String(),
    algorithm: oneOf(pairAlgorithms),
    publicKeyPem: Type.String(),
    createdAt: Time,
    expiresAt: TimeOrNull,
  },
  { description: 'A pair, whose private key is never shown. The oldest signs until it expires.' },
);

const Breaker = closed({
  state: oneOf(['closed', 'open', 'half-open']),
  openSince: TimeOrNull,
  nextProbeAt: nullable(
    Type.String({
      format: 'date-time',
      description: 'When one request finds out whether the receiver is back.',
    }),
  ),
});

const Verification = closed(
  {
    state: oneOf(['pending', 'verified']),
    expiresAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'Until when the newest message can be answered.' }),
    ),
    meanwhile: Type.Optional(
      oneOf(['deliver', 'wait', 'skip'], {
        description:
          'What becomes of its events while it is pending: they are delivered all the same, they wait, or it is not owed them.',
      }),
    ),
    verifiedAt: Type.Optional(Time),
  },
  {
    description:
      'Whether the receiver has shown that it wants its events: it is sent a message, and calls back. Null where the dialect knows none.',
  },
);

const members = {
  id: Type.String(),
  dialect: oneOf(dialectNames),
  wireId: nullable(
    Type.Union([Type.Integer(), Type.String()], { description: "The id on the dialect's own wire." }),
  ),
  name: Type.String(),
  description: Type.String(),
  url: Type.String(),
  eventTypes: Type.Array(Type.String()),
  channels: Type.Array(Type.String()),
  filter: nullable(Filter),
  headers: Texts({ description: 'Values that look like secrets are masked.' }),
  state: oneOf(['active', 'paused', 'disabled']),
  stateReason: nullable(
    oneOf(['client', 'failing', 'expired', 'gone'], { description: 'Why it is disabled.' }),
  ),
  stateSince: TimeOrNull,
  verification: nullable(Verification),
  breaker: Breaker,
  failingSince: nullable(
    Type.String({
      format: 'date-time',
      description: 'Since when nothing has succeeded; null while things go well.',
    }),
  ),
  retrySchedule: nullable(Type.Array(Type.Number(), { description: 'Waits in seconds.' })),
  ordering: oneOf(orderings, { description: 'Which of its deliveries go one after the other.' }),
  timeoutMs: Type.Integer(),
  concurrency: Type.Integer(),
  rateLimit: RateLimit,
  signing: closed({
    scheme: oneOf(['standard-webhooks', 'http-message-signature', 'hub-signature', 'jwt', 'none']),
    algorithm: nullable(
      oneOf(messageAlgorithms, { description: 'Of `http-message-signature`; null for other schemes.' }),
    ),
    keys: Type.Array(Type.Union([SigningKey, PolicyKey, KeyPair])),
  }),
  profile: oneOf(profiles),
  metadata: Texts({}),
  dialectSettings: Type.Record(Type.String(), Type.Unknown()),
  createdAt: Time,
  updatedAt: Time,
};

export const WebhookOut = closed(members, { $id: 'Webhook' });

export const WebhookWithSecret = closed(
  {
    ...members,
    secret: Type.Optional(
      Type.String({
        description:
          'The signing secret, in this answer only: it is not shown again, nor in the answer to a repeated request. Absent for a key pair, and where the secret of a webhook of another dialect is the one in `dialectSettings`.',
      }),
    ),
  },
  { $id: 'WebhookWithSecret' },
);
