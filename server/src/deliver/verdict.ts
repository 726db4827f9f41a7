// What an attempt's end means for its webhook: the breaker's turns are told, and a hopeless endpoint is disabled.

import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { DisabledReason, WebhookId } from '../domain/webhook.ts';
import type { HealthVerdict, WebhookHealth } from '../domain/webhook-health.ts';
import type { Lane } from './lane.ts';

/**
 * The control plane's: disables an endpoint that failed too long or is gone, unless the webhook points elsewhere by now,
 * which another node may know first.
 */
export type Disable = (
  tenantId: TenantId,
  id: WebhookId,
  reason: DisabledReason,
  url: string,
) => Promise<void>;

/** `before` is the lane's health before the attempt was judged; the lane has the new one. */
export function carryOut(
  { emit, disable }: { readonly emit: Emit; readonly disable: Disable },
  { webhook, health: { breaker } }: Lane,
  before: WebhookHealth,
  verdict: HealthVerdict,
): void {
  const { id: webhookId, tenantId } = webhook;
  if (breaker.kind === 'open' && breaker !== before.breaker)
    emit({ kind: 'breaker.opened', tenantId, webhookId, until: breaker.until });
  if (breaker.kind === 'closed' && before.breaker.kind === 'open')
    emit({ kind: 'breaker.closed', tenantId, webhookId });
  if (verdict.kind === 'notice')
    emit({ kind: 'webhook.failing', tenantId, webhookId, notice: verdict.notice });
  if (verdict.kind === 'disable' && webhook.state.kind === 'active') {
    disable(tenantId, webhookId, verdict.reason, webhook.endpoint.url).catch((cause: unknown) =>
      emit({ kind: 'store.failed', operation: 'disable', cause }),
    );
  }
}
