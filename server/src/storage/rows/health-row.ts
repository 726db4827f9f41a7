// A webhook's health as it is stored.

import type { WebhookHealth } from '../../domain/webhook-health.ts';

/** Older versions kept neither the count of failed attempts nor the last failure. */
export function healthOf(text: string): WebhookHealth {
  const { breaker, failing } = JSON.parse(text) as WebhookHealth;
  if (failing === null) return { breaker, failing };
  return {
    breaker,
    failing: {
      ...failing,
      attempts: failing.attempts ?? failing.deliveryIds.length,
      last: failing.last ?? null,
    },
  };
}
