// Which signals are worth a mail about a webhook, and how often. Pure: who gets it and what it says comes later.

import { minuteMs, type Instant } from '../../domain/clock.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { MailRules } from '../../domain/mail-rules.ts';
import type { Signal } from '../../domain/signal.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { DisabledReason, Webhook, WebhookId } from '../../domain/webhook.ts';

/** One thing about one webhook that people should know. */
export type Notice = { readonly tenantId: TenantId; readonly webhookId: WebhookId } & (
  | { readonly kind: 'failed' }
  | { readonly kind: 'failing'; readonly for: '1d' | '3d' }
  | { readonly kind: 'disabled'; readonly reason: 'failing' | 'gone' }
  | {
      readonly kind: 'throttled';
      readonly server: string;
      readonly until: Instant;
      readonly offenders: readonly { readonly tenantId: TenantId; readonly webhookId: WebhookId }[];
    }
);

/** A webhook gets at most one mail about failures in so long a time; disabling and notices come in any case. */
export const spacingMs = 20 * minuteMs;

/** The notice that a signal is; undefined for all that no mail tells. */
export function noticeOf(signal: Signal): Notice | undefined {
  switch (signal.kind) {
    case 'delivery.attempted': {
      const { attempt, delivery } = signal;
      if (attempt.outcome.kind === 'success' || !isOfEvent(delivery)) return undefined;
      return { kind: 'failed', tenantId: attempt.tenantId, webhookId: attempt.webhookId };
    }
    case 'webhook.failing': {
      const { tenantId, webhookId, notice } = signal;
      return { kind: 'failing', tenantId, webhookId, for: notice };
    }
    case 'webhook.disabled': {
      const { tenantId, webhookId, reason } = signal;
      return isToldByMail(reason) ? { kind: 'disabled', tenantId, webhookId, reason } : undefined;
    }
    case 'server.throttled':
      return { ...signal, kind: 'throttled' };
    default:
      return undefined;
  }
}

/** Whether the notice counts in the spacing, and has to wait for it. */
export function isSpaced({ kind }: Notice): boolean {
  return kind === 'failed' || kind === 'throttled';
}

/**
 * Whether the webhook's dialect wants a mail about it. Where each failure has its mail, a notice about long failure
 * would say nothing new; and of a webhook that has just been disabled, the mail about that says it all.
 */
export function isWanted({ kind }: Notice, { failures }: MailRules, { state }: Webhook): boolean {
  switch (kind) {
    case 'failed':
      return failures === 'each' && !(state.kind === 'disabled' && isToldByMail(state.reason));
    case 'failing':
      return failures === 'notices';
    case 'disabled':
    case 'throttled':
      return true;
  }
}

/** Whether Posthorn disabled the webhook for its failures; who switched it off, or let it expire, knows. */
function isToldByMail(reason: DisabledReason): reason is 'failing' | 'gone' {
  return reason === 'failing' || reason === 'gone';
}

/** Whether a delivery carries an event: messages that verify or test a webhook fail before their caller's eyes. */
export function isOfEvent({ purpose }: Delivery): boolean {
  return purpose === 'event';
}
