// Ends deliveries that have waited longer than their schedule could ever ask for, in webhooks that let nothing pass:
// paused, disabled, or behind a breaker that stays open. The others' lanes do it themselves at each attempt; what waits there for a
// rate limit, or behind others in its line, is attempted however long that takes.

import { minuteMs, type Clock, type Instant } from '../domain/clock.ts';
import type { RulesOf } from '../domain/delivery-rules.ts';
import { ageMsMax, type RetrySchedule } from '../domain/retry-schedule.ts';
import type { Emit } from '../domain/signal.ts';
import { isHeldBack, type WaitsFor } from '../domain/waiting.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { DeliveryStore, MaintenanceStore, WebhookStore } from '../storage/store.ts';
import type { Chore } from './chores.ts';
import { inSteps } from './steps.ts';

const deliveriesPerStep = 500;
const stepsMax = 2_000;

type Needs = {
  readonly store: Pick<MaintenanceStore, 'exhaustOld'> &
    Pick<WebhookStore, 'allWebhooks'> &
    Pick<DeliveryStore, 'waitingWebhooks'>;
  readonly rulesOf: RulesOf;
  readonly schedule: RetrySchedule;
  /** Whether the webhook is this node's. */
  readonly owns: (webhookId: WebhookId) => boolean;
  readonly waitsFor: (webhookId: WebhookId) => WaitsFor;
  /** Tells the engine that deliveries which it may hold have ended in the store. */
  readonly reload: (webhookId: WebhookId) => void;
  readonly clock: Clock;
  readonly emit: Emit;
};

export function tooOld({ store, rulesOf, schedule, owns, waitsFor, reload, clock, emit }: Needs): Chore {
  async function exhaust(webhook: Webhook, createdBefore: Instant, stopped: AbortSignal): Promise<void> {
    let total = 0;
    const step = async () => {
      const count = await store.exhaustOld(webhook.id, createdBefore, clock.now(), deliveriesPerStep);
      total += count;
      return { more: count >= deliveriesPerStep };
    };
    try {
      await inSteps(step, stepsMax, clock, stopped);
    } finally {
      if (total > 0) {
        emit({ kind: 'deliveries.exhausted', webhookId: webhook.id, count: total });
        reload(webhook.id);
      }
    }
  }

  return {
    name: 'too-old',
    everyMs: 10 * minuteMs,
    async run(stopped) {
      const waiting = new Set((await store.waitingWebhooks()).map(({ webhookId }) => webhookId));
      for await (const webhooks of store.allWebhooks()) {
        for (const webhook of webhooks.filter(
          ({ id }) => waiting.has(id) && owns(id) && isHeldBack(waitsFor(id)),
        )) {
          if (stopped.aborted) return;
          const ageMs = ageMsMax(rulesOf(webhook, schedule).schedule);
          await exhaust(webhook, clock.now() - ageMs, stopped);
        }
      }
    },
  };
}
