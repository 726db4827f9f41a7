// A webhook as Xurrent's clients read it: all fields of a single record, the default or asked ones in a collection.

import { STATUS_CODES } from 'node:http';
import { secondMs } from '../../../domain/clock.ts';
import type { ErrorReason, FailedOutcome } from '../../../domain/outcome.ts';
import type { Webhook } from '../../../domain/webhook.ts';
import type { WebhookHealth } from '../../../domain/webhook-health.ts';
import type { PolicyOf, WebhookPolicy } from '../../../domain/webhook-policy.ts';
import { nodeId } from '../node-id.ts';
import { wholeSeconds } from '../../../api/whole-seconds.ts';
import { eventOf, idOf, storedOf, uriOf } from '../stored.ts';

export type Showing = {
  readonly nodeDomain: () => string;
  readonly healthOf: (id: string) => WebhookHealth;
  readonly policyOf: PolicyOf;
};

/** All fields in the order of the specification's sample, `nodeID` last. */
export function webhookRecord(webhook: Webhook, { nodeDomain, healthOf, policyOf }: Showing) {
  const domain = nodeDomain();
  const stored = storedOf(webhook);
  const policy = webhook.signing.scheme === 'jwt' ? policyOf(webhook.signing.policyId) : undefined;
  return {
    id: idOf(webhook),
    name: webhook.name,
    event: eventOf(webhook),
    uri: uriOf(webhook),
    disabled: webhook.state.kind !== 'active',
    description: webhook.description === '' ? null : webhook.description,
    attachments: stored.attachments,
    mail_exceptions_to: stored.mailExceptionsTo,
    webhook_policy: policy === undefined ? null : policyReference(policy, domain),
    openid_connect_discovery: stored.openidConnectDiscovery,
    app_offering_references: stored.appOfferingReferences,
    source: stored.source,
    sourceID: stored.sourceID,
    last_error: lastError(webhook, healthOf(webhook.id)),
    verified: webhook.verification?.kind === 'verified',
    created_at: wholeSeconds(webhook.createdAt),
    updated_at: wholeSeconds(webhook.updatedAt),
    nodeID: nodeId(domain, 'Webhook', idOf(webhook)),
  };
}

export type WebhookRecord = ReturnType<typeof webhookRecord>;

/** What a collection shows unless `fields` asks for others; `disabled` and `last_error` only where set. */
export const defaultFields = ['name', 'event', 'uri', 'last_error', 'created_at', 'updated_at'] as const;

function policyReference(policy: WebhookPolicy, nodeDomain: string) {
  return {
    id: policy.wireId,
    name: policy.name,
    ...(policy.disabledAt !== null && { disabled: true }),
    nodeID: nodeId(nodeDomain, 'WebhookPolicy', policy.wireId),
  };
}

/** Why nothing has succeeded lately, in the form of the samples: `404 Not Found` (specification §3.4). */
function lastError(webhook: Webhook, { failing }: WebhookHealth): string | null {
  const last = failing?.last ?? null;
  return last === null ? null : errorText(last, webhook.endpoint.timeoutMs);
}

function errorText(failure: FailedOutcome, timeoutMs: number): string {
  if (failure.kind === 'failure') return `${failure.status} ${STATUS_CODES[failure.status] ?? ''}`.trim();
  return texts[failure.reason] ?? timeoutText(failure.reason, timeoutMs) ?? failure.detail;
}

function timeoutText(reason: ErrorReason, timeoutMs: number): string | undefined {
  return reason.includes('timeout') ? `Timeout after ${timeoutMs / secondMs} seconds` : undefined;
}

const texts: Partial<Readonly<Record<ErrorReason, string>>> = {
  target_not_allowed: 'Target not allowed',
  dns_not_found: 'Host not found',
  dns_failed: 'Host not found',
  dns_timeout: 'Host not found',
  connect_refused: 'Connection refused',
  connect_failed: 'Connection failed',
  connection_lost: 'Connection lost',
  tls_untrusted: 'TLS error: certificate is not trusted',
  tls_expired: 'TLS error: certificate has expired',
  tls_hostname: 'TLS error: certificate is for another host',
  tls_protocol: 'TLS error: handshake failed',
};
