// An attempt of a webhook that signs by a policy: what goes out, what is fresh each time, and what never goes out.

import jsonwebtoken from 'jsonwebtoken';
import { expect, test } from 'vitest';
import { samplePolicy, verifierOf } from '../../test/sample-policy.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { seededRandom, testClock } from '../../test/test-clock.ts';
import { secondMs } from '../domain/clock.ts';
import type { Event } from '../domain/event.ts';
import { durableRules } from '../domain/delivery-rules.ts';
import type { Exchange } from '../domain/exchange.ts';
import { makeIds } from '../domain/id.ts';
import type { Format, OutgoingRequest } from '../domain/outgoing-request.ts';
import { defaultRetrySchedule } from '../domain/retry-schedule.ts';
import { Secret } from '../domain/secret.ts';
import type { Signal } from '../domain/signal.ts';
import { currentKey, type WebhookPolicy } from '../domain/webhook-policy.ts';
import type { QueuedDelivery } from '../storage/store.ts';
import { makeAttempt } from './attempt.ts';

const policy = await samplePolicy('es256', { audience: 'acme hooks' });
const failed: Exchange = {
  outcome: { kind: 'failure', status: 500 },
  response: null,
  timing: {},
  durationMs: 3,
};

test('each attempt of a delivery carries a token of its own, which its receiver accepts', async () => {
  const { attempt, clock, tokens } = setup();
  const first = await attempt();
  await clock.advance(90 * secondMs);
  await attempt(first.after.attempts);

  const claims = tokens().map(verified);
  expect(claims).toHaveLength(2);
  for (const { data, sub, aud } of claims) {
    expect({ data, sub, aud }).toEqual({ data: { amount: 1 }, sub: '945', aud: 'acme hooks' });
  }
  const [one, two] = claims;
  expect(two!.jti).not.toBe(one!.jti);
  expect(two!.iat - one!.iat).toBe(90);
  expect(first.attempt?.outcome).toEqual(failed.outcome);
});

test('a request that met a closing connection goes out again with another token', async () => {
  const { attempt, signals, tokens } = setup({ exchanges: [{ ...failed, staleConnection: true }, failed] });
  await attempt();
  const [one, two] = tokens().map(verified);
  expect(two!.jti).not.toBe(one!.jti);
  expect(signals.map(({ kind }) => kind)).toEqual(['attempt.resent']);
});

test('what went out again is told with the time at which it did', async () => {
  const { attempt, clock } = setup({
    exchanges: [{ ...failed, staleConnection: true }, failed],
    takesMs: 400,
  });
  const begunAt = clock.wall();
  expect((await attempt()).attempt!.startedAt).toBe(begunAt + 400);
});

test('what was sent is all the body there is, and nothing tells more than the token', async () => {
  const { attempt, sent } = setup();
  const { requestBody } = await attempt();
  expect(sent).toHaveLength(1);
  expect(Buffer.from(sent[0]!.body).toString()).toMatch(/^\{"jwt":"[\w-]+\.[\w-]+\.[\w-]+"\}$/);
  expect(requestBody).toBe(sent[0]!.body);
  expect(sent[0]).not.toHaveProperty('jwt');
});

test.each([
  ['no such policy', undefined],
  ['a key that can not be decrypted', withKey(Secret.unreadable())],
])('%s is the outcome of the attempt, and nothing is sent', async (_, known) => {
  const { attempt, sent, signals } = setup({ policyOf: () => known });
  const { outcome, attempt: recorded } = await attempt();
  expect(outcome).toMatchObject({ kind: 'error', reason: 'secret_unreadable' });
  expect(recorded?.outcome).toEqual(outcome);
  expect(sent).toEqual([]);
  expect(signals).toEqual([]);
});

test.each([
  ['a key that is none', { policyOf: () => withKey(new Secret('-----BEGIN NONSENSE-----')) }],
  ['a format that knows no tokens', { claims: null }],
])('with %s nothing is sent, and the operator is told', async (_, given) => {
  const { attempt, sent, signals } = setup(given);
  expect((await attempt()).outcome).toMatchObject({ kind: 'error', reason: 'request_invalid' });
  expect(sent).toEqual([]);
  expect(signals).toMatchObject([{ kind: 'format.failed', webhookId: 'wh_1' }]);
});

test('a token longer than 8,192 bytes is sent all the same, and told', async () => {
  const { attempt, signals, tokens } = setup();
  await attempt(0, 'x'.repeat(5_500));
  expect(tokens()[0]!.length).toBeLessThan(8_192);
  expect(signals).toEqual([]);
  await attempt(0, 'x'.repeat(6_500));
  const bytes = tokens()[1]!.length;
  expect(bytes).toBeGreaterThan(8_192);
  expect(signals).toEqual([{ kind: 'token.large', tenantId: 'tnt_1', webhookId: 'wh_1', bytes }]);
});

type Given = {
  readonly exchanges?: readonly Exchange[];
  readonly policyOf?: () => WebhookPolicy | undefined;
  readonly claims?: null;
  /** How long each request takes. */
  readonly takesMs?: number;
};

/** Attempts of one delivery, with what its receiver got. */
function setup({ exchanges = [], policyOf = () => policy, claims, takesMs = 0 }: Given = {}) {
  const clock = testClock();
  const random = seededRandom(3);
  const signals: Signal[] = [];
  const sent: OutgoingRequest[] = [];
  const jwt = { issuer: 'https://acme.example', subject: '945', namesKey: false };
  const format: Format = ({ event, webhook }) => ({
    method: 'POST',
    url: webhook.endpoint.url,
    headers: { 'Content-Type': 'application/json' },
    body: event.data,
    ...(claims !== null && { jwt }),
  });
  const webhook = sampleWebhook({ signing: { scheme: 'jwt', policyId: policy.id } });
  const parts = {
    formats: { native: format, confluence: undefined, xurrent: undefined, entrust: undefined },
    clock,
    random,
    ids: makeIds(clock, random),
    policyOf,
    emit: (signal: Signal) => void signals.push(signal),
    send: async (request: OutgoingRequest) => {
      const number = sent.push(request);
      await clock.advance(takesMs);
      return exchanges[number - 1] ?? failed;
    },
  };

  return {
    clock,
    signals,
    sent,
    attempt: (attempts = 0, text?: string) => {
      const rules = durableRules(webhook, defaultRetrySchedule);
      return makeAttempt(parts, queued(attempts, text), webhook, rules, {
        cut: new AbortController().signal,
      });
    },
    tokens: () => sent.map(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { jwt: string }).jwt),
  };
}

function queued(attempts: number, text?: string): QueuedDelivery {
  const event: Event = {
    id: 'evt_1',
    tenantId: 'tnt_1',
    type: 'invoice.paid',
    occurredAt: 1,
    acceptedAt: 1,
    data: Buffer.from(JSON.stringify({ amount: 1, text })),
    context: {},
  };
  const delivery = {
    id: 'dlv_1',
    tenantId: 'tnt_1',
    webhookId: 'wh_1',
    eventId: event.id,
    eventType: event.type,
    attempts,
    state: { kind: 'scheduled', dueAt: 1 },
    createdAt: 1,
    redeliveryOf: null,
    orderingKey: null,
    purpose: 'event',
  } as const;
  return { delivery, event };
}

function withKey(secret: Secret): WebhookPolicy {
  return { ...policy, keys: [{ ...currentKey(policy), secret }] };
}

type Claims = { data: unknown; jti: string; sub: string; aud: string; iat: number };

function verified(token: string): Claims {
  const options: jsonwebtoken.VerifyOptions = { algorithms: ['ES256'], ignoreNotBefore: true };
  return jsonwebtoken.verify(token, verifierOf(policy), options) as Claims;
}
