// A webhook as Entrust's clients see it (specification §5.2). Strict clients reject other members, so there are none.

import { secondMs, type Instant } from '../../../domain/clock.ts';
import { asOf, ownKeys, type Webhook } from '../../../domain/webhook.ts';
import { callbackUrlOf } from './stored.ts';

export type WebhookOut = {
  readonly id: string;
  readonly name: string;
  readonly callbackUrl: string;
  readonly events: readonly string[];
  readonly state: 'ACTIVE' | 'INACTIVE';
  readonly createDate: string;
  readonly lastModifiedDate: string;
  readonly expiryDate?: string;
  /** Only in the answer to create. */
  readonly token?: string;
};

export function webhookOut(webhook: Webhook, now: Instant): WebhookOut {
  const { wireId, name, subscription, createdAt, updatedAt, expiry } = webhook;
  return {
    id: String(wireId),
    name,
    callbackUrl: callbackUrlOf(webhook),
    events: subscription.eventTypes,
    state: asOf(webhook, now).state.kind === 'active' ? 'ACTIVE' : 'INACTIVE',
    createDate: wireTime(createdAt),
    lastModifiedDate: wireTime(updatedAt),
    ...(expiry !== null && { expiryDate: wireTime(expiry.at) }),
  };
}

/** With its token, which is never shown again. */
export function createdOut(webhook: Webhook, now: Instant): WebhookOut {
  const [newest] = ownKeys(webhook.signing);
  return { ...webhookOut(webhook, now), ...(newest !== undefined && { token: newest.secret.reveal() }) };
}

/** ISO 8601 in UTC and whole seconds, such as `2025-01-15T09:30:00Z` (specification §1). */
export function wireTime(at: Instant): string {
  return new Date(Math.floor(at / secondMs) * secondMs).toISOString().replace('.000Z', 'Z');
}
