// The Test button: one ping to a URL, answered with the exchange whatever the receiver did (specification §4.9, §7.3).

import type { Caller } from '../../domain/access.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Exchange, SendTest } from '../../domain/exchange.ts';
import type { Ids } from '../../domain/id.ts';
import type { OutgoingRequest } from '../../domain/outgoing-request.ts';
import { secretUnreadable } from '../../domain/outcome.ts';
import { invalid } from '../../domain/refusal.ts';
import { Secret } from '../../domain/secret.ts';
import type { Random } from '../../domain/random.ts';
import type { JudgeTarget, Target } from '../../domain/target.ts';
import {
  secretsAreReadable,
  type Credentials,
  type DeliveryProfile,
  type Webhook,
} from '../../domain/webhook.ts';
import { noPolicies } from '../../domain/webhook-policy.ts';
import { masked } from '../../deliver/masked.ts';
import { sign } from '../../signing/sign.ts';
import type { Ping } from './format.ts';
import { wireProblem } from './refusals.ts';
import { redirectsMaxOf } from './rules.ts';
import type { TestAnswer } from './schemas.ts';
import { describeOutcome, headersOf, textOf, wireOutcome } from './translate/invocation.ts';
import { timeoutMs } from './translate/webhook-change.ts';
import { maskedUserinfo, withoutUserinfo } from '../../domain/written-url.ts';
import { targetRules, type GivenCredentials } from './translate/webhook-in.ts';

export type TestParts = {
  readonly judgeTarget: JudgeTarget;
  readonly pingRequest: Ping;
  /** Sends through the address guard. Never rejects. */
  readonly ping: SendTest;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly random: Random;
  /** Of tests without a webhook. */
  readonly profile: DeliveryProfile;
};

export type TestAsked = {
  readonly url: string | undefined;
  readonly credentials: GivenCredentials | undefined;
  readonly tlsVerify: boolean | undefined;
  /** Posthorn's own addition: test with what this webhook has stored, its secret included, if its origin is tested. */
  readonly webhook: Webhook | undefined;
};

/**
 * Pings within 20 s. A target that the operator refuses is an answer with outcome `ERROR`, a text that is no URL a
 * refusal. Without a webhook no secret is known, so that the ping is unsigned, as the original's.
 */
export async function testConnection(
  parts: TestParts,
  caller: Caller,
  asked: TestAsked,
): Promise<TestAnswer> {
  const requestId = parts.ids.next('req');
  const target = judge(parts.judgeTarget, asked.url ?? '');
  const webhook = isAtHome(asked.webhook, target.url) ? asked.webhook : undefined;
  const signing = webhook?.signing ?? { scheme: 'none' };
  const credentials = credentialsOf(
    asked.credentials,
    target.userinfo,
    webhook?.endpoint.credentials ?? null,
  );

  const headers = webhook?.endpoint.headers ?? {};
  const readable = secretsAreReadable(signing, { credentials, headers }, noPolicies);
  const obstacle = target.refused ?? (readable ? null : secretUnreadable.detail);
  if (obstacle !== null) {
    const ping = parts.pingRequest({ url: target.url, credentials: null, headers: {} }, requestId);
    return { request: sent(ping), response: { outcome: 'ERROR', description: obstacle } };
  }
  const ping = parts.pingRequest({ url: target.url, credentials, headers }, requestId);
  const request = await sign(ping, signing, {
    messageId: requestId,
    at: parts.clock.wall(),
    policyOf: noPolicies,
    random: parts.random,
  });
  const exchange = await parts.ping(request, {
    tenantId: caller.principal.tenantId,
    timeoutMs,
    tlsVerify: asked.tlsVerify ?? webhook?.endpoint.tlsVerify ?? true,
    redirectsMax: redirectsMaxOf(asked.webhook?.profile ?? parts.profile),
  });
  return { request: sent(request), response: received(exchange) };
}

/** Only the origin that a webhook points to may learn what is stored with it: any other is whatever the caller typed. */
function isAtHome(webhook: Webhook | undefined, url: string): boolean {
  return URL.parse(webhook?.endpoint.url ?? '')?.origin === URL.parse(url)?.origin;
}

type Judged = Target & { readonly refused: string | null };

function judge(judgeTarget: JudgeTarget, url: string): Judged {
  if (url === '')
    throw invalid([wireProblem('query/url', 'url.missing', 'The query parameter url is required')]);
  const judged = judgeTarget(url, targetRules);
  if (judged.ok) return { ...judged.target, refused: null };
  const { rule, message } = judged.problem;
  if (rule !== 'target_not_allowed')
    throw invalid([wireProblem('query/url', 'url.invalid', message, [maskedUserinfo(url)])]);
  return { url: withoutUserinfo(url), userinfo: null, refused: message };
}

function credentialsOf(
  given: GivenCredentials | undefined,
  userinfo: Target['userinfo'],
  stored: Credentials | null,
): Credentials | null {
  if (given !== undefined) {
    return {
      username: given.username,
      password: given.password ?? stored?.password ?? new Secret(''),
    };
  }
  return userinfo === null
    ? stored
    : { username: userinfo.username, password: new Secret(userinfo.password) };
}

/** Headers with their secrets masked; the URL is the caller's own and stands as it is. */
function sent(request: OutgoingRequest): TestAnswer['request'] {
  const { method, headers } = masked(request);
  return { url: request.url, method, headers, body: textOf(request.body) };
}

function received({ outcome, response }: Exchange): TestAnswer['response'] {
  const result = { outcome: wireOutcome(outcome), description: describeOutcome(outcome, response) };
  if (outcome.kind === 'error' || outcome.kind === 'platform') return result;
  const body = response === null ? '' : textOf(response.body);
  return { status: outcome.status, ...result, headers: headersOf(response), body };
}
