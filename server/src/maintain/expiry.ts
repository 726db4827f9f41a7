// Disables webhooks when their time is over: at once while this process runs, and at its start those that it missed.

import { minuteMs, secondMs, type Cancel, type Clock, type Instant } from '../domain/clock.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { Store } from '../storage/store.ts';

export type ExpiryParts = {
  readonly store: Pick<Store, 'allWebhooks' | 'onWebhookChange'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The control plane's: disables the webhook if its time is over. */
  readonly expire: (tenantId: TenantId, id: WebhookId) => Promise<void>;
};

/** Expiry follows the wall clock, which may be set: it is looked at at least this often. */
const looksEveryMs = minuteMs;
const retryMs = secondMs;

/** Follows every webhook; what is overdue is disabled when it resolves. `stop` may be called twice. */
export async function watchExpiry({ store, clock, emit, expire }: ExpiryParts): Promise<{ stop(): void }> {
  const expiring = new Map<WebhookId, { readonly tenantId: TenantId; readonly at: Instant }>();
  let alarm: { readonly cancel: Cancel; readonly at: Instant } | null = null;
  // What changes while the store is being read is newer than what is read.
  const changedMeanwhile = new Set<WebhookId>();
  let loading = true;
  let running = true;

  const follow = (id: WebhookId, webhook: Webhook | null): void => {
    const expiry = webhook === null || webhook.state.kind === 'disabled' ? null : webhook.expiry;
    if (webhook === null || expiry === null) expiring.delete(id);
    else expiring.set(id, { tenantId: webhook.tenantId, at: expiry.at });
  };
  const stopFollowing = store.onWebhookChange(({ id, webhook }) => {
    if (loading) changedMeanwhile.add(id);
    follow(id, webhook);
    const { at = Number.POSITIVE_INFINITY } = expiring.get(id) ?? {};
    if (alarm !== null && at < alarm.at) lookIn(at - clock.wall());
  });
  for await (const batch of store.allWebhooks()) {
    for (const webhook of batch) if (!changedMeanwhile.has(webhook.id)) follow(webhook.id, webhook);
  }
  loading = false;
  await look();

  return {
    stop() {
      running = false;
      alarm?.cancel();
      stopFollowing();
    },
  };

  function lookIn(delayMs: number): void {
    alarm?.cancel();
    alarm = {
      at: clock.wall() + delayMs,
      cancel: clock.after(Math.max(0, delayMs), () => void look()),
    };
  }

  async function look(): Promise<void> {
    const now = clock.wall();
    const due = [...expiring].filter(([, { at }]) => at <= now);
    const results = await Promise.all(due.map(([id, { tenantId }]) => expired(tenantId, id)));
    if (!running) return;
    const next = Math.min(...[...expiring.values()].map(({ at }) => at - clock.wall()), looksEveryMs);
    lookIn(results.includes(false) ? retryMs : next);
  }

  async function expired(tenantId: TenantId, id: WebhookId): Promise<boolean> {
    try {
      await expire(tenantId, id);
      expiring.delete(id);
      return true;
    } catch (cause) {
      emit({ kind: 'store.failed', operation: 'expire', cause });
      return false;
    }
  }
}
