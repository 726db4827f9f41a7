// A webhook as people see it: secrets masked, its state with the reason, its breaker with the time of the next probe.

import { permits } from '../../../domain/circuit-breaker.ts';
import { secondMs, type Clock, type Instant } from '../../../domain/clock.ts';
import { signsWithPairs } from '../../../domain/message-signing.ts';
import {
  activeKeys,
  asOf,
  headerTexts,
  ownKeys,
  type Signing,
  type SigningKey,
  type Webhook,
} from '../../../domain/webhook.ts';
import type { WebhookHealth } from '../../../domain/webhook-health.ts';
import { currentKey, type PolicyOf } from '../../../domain/webhook-policy.ts';
import { maskSecret } from '../../../manage/secrets.ts';
import type { DialectsByName } from '../parts.ts';
import { showTime, showTimeOrNull } from '../wire/times.ts';
import { shownHeaders } from './changed-webhook.ts';

export type Showing = {
  readonly dialects: DialectsByName;
  readonly health: WebhookHealth;
  readonly policyOf: PolicyOf;
  readonly clock: Pick<Clock, 'now' | 'wall'>;
};

export function showWebhook(webhook: Webhook, { dialects, health, policyOf, clock }: Showing) {
  const { id, dialect, wireId, name, description, endpoint, subscription, profile } = webhook;
  const { state } = asOf(webhook, clock.wall());
  return {
    id,
    dialect,
    wireId,
    name,
    description,
    url: endpoint.url,
    eventTypes: subscription.eventTypes,
    channels: subscription.channels,
    filter: subscription.filter?.given ?? null,
    headers: shownHeaders(headerTexts(endpoint.headers)),
    state: state.kind,
    stateReason: state.kind === 'disabled' ? state.reason : null,
    stateSince: state.kind === 'active' ? null : showTime(state.since),
    verification: showVerification(webhook, dialects),
    breaker: showBreaker(health, clock.now()),
    failingSince: health.failing === null ? null : showTime(health.failing.since),
    retrySchedule: webhook.retrySchedule?.map((waitMs) => waitMs / secondMs) ?? null,
    ordering: webhook.ordering,
    timeoutMs: endpoint.timeoutMs,
    concurrency: endpoint.concurrencyMax,
    rateLimit: endpoint.rateLimit,
    signing: showSigning(webhook.signing, policyOf, clock.wall()),
    profile,
    metadata: webhook.metadata,
    dialectSettings: dialects.get(dialect)?.settings.show(webhook) ?? {},
    createdAt: showTime(webhook.createdAt),
    updatedAt: showTime(webhook.updatedAt),
  };
}

function showSigning(signing: Signing, policyOf: PolicyOf, at: Instant) {
  const { scheme } = signing;
  const algorithm = scheme === 'http-message-signature' ? signing.algorithm : null;
  return { scheme, algorithm, keys: showKeys(signing, policyOf, at) };
}

/** Its own keys, secrets masked and of a pair the public one, or which of the policy's keys signs. */
function showKeys(signing: Signing, policyOf: PolicyOf, at: Instant) {
  if (signing.scheme === 'jwt') {
    const policy = policyOf(signing.policyId);
    if (policy === undefined) return [];
    const { id, algorithm, createdAt } = currentKey(policy);
    return [{ kid: id, algorithm, createdAt: showTime(createdAt) }];
  }
  if (signsWithPairs(signing)) {
    return activeKeys(signing, at).map(({ id, publicKeyPem, ...key }) => ({
      kid: id,
      algorithm: signing.algorithm,
      publicKeyPem,
      ...showTimesOf(key),
    }));
  }
  return activeKeys(signing, at).map((key) => ({ secret: maskSecret(key.secret), ...showTimesOf(key) }));
}

function showTimesOf({ createdAt, expiresAt }: Pick<SigningKey, 'createdAt' | 'expiresAt'>) {
  return { createdAt: showTime(createdAt), expiresAt: showTimeOrNull(expiresAt) };
}

/** The newest signing secret in clear, for the answer to the request that gave it to the webhook; a private key never. */
export function newSecretOf({ signing }: Webhook): { readonly secret?: string } {
  const [newest] = signsWithPairs(signing) ? [] : ownKeys(signing);
  return newest === undefined ? {} : { secret: newest.secret.reveal() };
}

function showVerification(webhook: Webhook, dialects: DialectsByName) {
  const { dialect, verification } = webhook;
  switch (verification?.kind) {
    case undefined:
      return null;
    case 'pending': {
      // No schedule, since none has a say in this.
      const rules = dialects.get(dialect)?.rules(webhook, []);
      return {
        state: 'pending',
        expiresAt: showTime(verification.expiresAt),
        meanwhile: rules?.whenUnverified ?? 'deliver',
      };
    }
    case 'verified':
      return { state: 'verified', verifiedAt: showTime(verification.at) };
  }
}

function showBreaker({ breaker }: WebhookHealth, now: Instant) {
  const allowed = permits(breaker, now);
  if (breaker.kind === 'closed') return { state: 'closed', openSince: null, nextProbeAt: null };
  return {
    state: allowed.kind === 'probe' ? 'half-open' : 'open',
    openSince: showTime(breaker.since),
    nextProbeAt: showTime(breaker.until),
  };
}
