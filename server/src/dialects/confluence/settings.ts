// Confluence's own settings in the native API: what UI and command line can set that only this wire knows.

import { Type, type Static } from 'typebox';
import type { DialectSettings } from '../../api/dialect.ts';
import type { Clock, Instant } from '../../domain/clock.ts';
import type { FieldProblem } from '../../domain/refusal.ts';
import { Secret } from '../../domain/secret.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { isConfluenceEvent } from './catalogue.ts';
import { storedOf, type Stored } from './translate/stored.ts';
import { mask, signingOf, timeoutMs } from './translate/webhook-change.ts';
import { credentialLengthMax, nameLengthMax, secretLengthMax, targetRules } from './translate/webhook-in.ts';

const Settings = Type.Object(
  {
    secret: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: secretLengthMax }), Type.Null()], {
        description: 'Signs deliveries with `X-Hub-Signature`; null switches signing off.',
      }),
    ),
    credentials: Type.Optional(
      Type.Union(
        [
          Type.Object(
            {
              username: Type.String({
                minLength: 1,
                maxLength: credentialLengthMax,
                pattern: '^[^:]*$',
                'x-rule': 'must not contain a colon',
              }),
              password: Type.Optional(Type.String({ maxLength: credentialLengthMax })),
            },
            { additionalProperties: false },
          ),
          Type.Null(),
        ],
        { description: 'HTTP Basic towards the receiver; without a password the stored one is kept.' },
      ),
    ),
    sslVerificationRequired: Type.Optional(
      Type.Boolean({ description: "Whether the receiver's certificate must be good; true by default." }),
    ),
    configuration: Type.Optional(
      Type.Record(Type.String({ pattern: '^(?!secret$)' }), Type.String(), {
        additionalProperties: false,
        description: 'Free texts that Confluence clients keep with a webhook.',
      }),
    ),
  },
  { additionalProperties: false },
);

type Settings = Static<typeof Settings>;

export function makeSettings(clock: Clock): DialectSettings {
  return {
    title: 'Confluence Data Center',
    signatures: [
      { scheme: 'hub-signature', algorithms: ['hmac-sha256'] },
      { scheme: 'none', algorithms: [] },
    ],
    schema: Settings,
    wireId: 'next_in_tenant',
    target: targetRules,
    timeoutMs,
    makesSecret: false,
    apply: (given, current) => applied(given, current, clock.wall()),
    show: shown,
    problems,
  };
}

function applied(
  given: Settings,
  current: Webhook | null,
  now: Instant,
): ReturnType<DialectSettings['apply']> {
  const stored: Stored = current === null ? { configuration: {}, url: null } : storedOf(current);
  const kept = current?.endpoint.credentials?.password ?? new Secret('');
  return {
    ...(given.credentials !== undefined && {
      credentials:
        given.credentials === null
          ? null
          : { username: given.credentials.username, password: passwordOf(given.credentials.password, kept) },
    }),
    ...(given.sslVerificationRequired !== undefined && { tlsVerify: given.sslVerificationRequired }),
    ...(given.secret !== undefined &&
      given.secret !== mask && {
        signing: signingOf(given.secret === null ? null : new Secret(given.secret), now),
      }),
    dialectSettings: {
      configuration: given.configuration ?? stored.configuration,
      url:
        stored.url === null || given.credentials === undefined
          ? stored.url
          : { ...stored.url, userinfo: false },
    },
  };
}

function passwordOf(given: string | undefined, kept: Secret): Secret {
  return given === undefined || given === mask ? kept : new Secret(given);
}

/** A mask that is sent back keeps the stored secret. */
function shown(webhook: Webhook): Readonly<Record<string, unknown>> {
  const { credentials, tlsVerify } = webhook.endpoint;
  return {
    secret: webhook.signing.scheme === 'none' ? null : mask,
    credentials: credentials === null ? null : { username: credentials.username },
    sslVerificationRequired: tlsVerify,
    configuration: storedOf(webhook).configuration,
  };
}

/** Confluence knows no patterns and no event types but its own. */
function problems({ name, subscription }: Pick<Webhook, 'name' | 'subscription'>): readonly FieldProblem[] {
  const found: FieldProblem[] = subscription.eventTypes.flatMap((type, index) =>
    isConfluenceEvent(type)
      ? []
      : [
          {
            pointer: `/eventTypes/${index}`,
            rule: 'unknown_event_type',
            message: `A Confluence webhook subscribes to Confluence's own event types, and ${type} is none of them`,
          },
        ],
  );
  if (name.trim() === '' || name.length > nameLengthMax) {
    const message = `The name of a Confluence webhook has 1 to ${nameLengthMax} characters and is not blank`;
    found.push({ pointer: '/name', rule: 'length', message });
  }
  if (subscription.eventTypes.length === 0) {
    found.push({
      pointer: '/eventTypes',
      rule: 'required',
      message: 'A Confluence webhook subscribes to at least one event type',
    });
  }
  return found;
}
