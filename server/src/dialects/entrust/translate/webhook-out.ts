// A webhook as Entrust's clients see it (specification §5.2). Strict clients reject other members, so there are none.

import { wholeSeconds } from '../../../api/whole-seconds.ts';
import type { Instant } from '../../../domain/clock.ts';
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
    createDate: wholeSeconds(createdAt),
    lastModifiedDate: wholeSeconds(updatedAt),
    ...(expiry !== null && { expiryDate: wholeSeconds(expiry.at) }),
  };
}

/** With its token, which is never shown again. */
export function createdOut(webhook: Webhook, now: Instant): WebhookOut {
  const [newest] = ownKeys(webhook.signing);
  return { ...webhookOut(webhook, now), ...(newest !== undefined && { token: newest.secret.reveal() }) };
}
