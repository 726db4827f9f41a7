// Disables webhooks when their time is over: at once while this process runs, and at its start those that it missed.

import { minuteMs, secondMs, type Cancel, type Clock, type Instant } from '../domain/clock.ts';
import { followWebhooks, type WebhookSource } from '../domain/follow.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { WebhookId } from '../domain/webhook.ts';

export type ExpiryParts = {
  readonly store: WebhookSource;
  readonly clock: Clock;
  /** Whether the wall clock may be believed; asked before something is said to be over. */
  readonly clockIsRight: () => Promise<boolean>;
  readonly emit: Emit;
  /** The control plane's: disables the webhook if its time is over. */
  readonly expire: (tenantId: TenantId, id: WebhookId) => Promise<void>;
};

/** Expiry follows the wall clock, which may be set: it is looked at at least this often. */
const looksEveryMs = minuteMs;
const retryMs = secondMs;

/** Follows every webhook; what is overdue is disabled when it resolves. `stop` may be called twice. */
export async function watchExpiry({
  store,
  clock,
  clockIsRight,
  emit,
  expire,
}: ExpiryParts): Promise<{ stop(): void }> {
  const expiring = new Map<WebhookId, { readonly tenantId: TenantId; readonly at: Instant }>();
  let alarm: { readonly cancel: Cancel; readonly at: Instant } | null = null;
  let running = true;

  const stopFollowing = await followWebhooks(store, ({ id, tenantId, webhook }) => {
    const expiry = webhook === null || webhook.state.kind === 'disabled' ? null : webhook.expiry;
    if (expiry === null) {
      expiring.delete(id);
      return;
    }
    expiring.set(id, { tenantId, at: expiry.at });
    if (alarm !== null && expiry.at < alarm.at) lookIn(expiry.at - clock.wall());
  });
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
    if (due.length > 0 && !(await clockIsRight())) {
      if (running) lookIn(looksEveryMs);
      return;
    }
    const results = await Promise.all(due.map(([id, { tenantId }]) => expired(tenantId, id)));
    if (!running) return;
    let next = clock.wall() + looksEveryMs;
    for (const { at } of expiring.values()) next = Math.min(next, at);
    lookIn(results.includes(false) ? retryMs : next - clock.wall());
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
