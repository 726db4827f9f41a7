// Spares a server that keeps failing, whosever webhooks point at it: one probe at a time finds out when it is back.
//
// In memory only, per scheme, host and port: after a restart a failing server is found out anew.

import { dayMs, type Clock, type Instant } from '../domain/clock.ts';
import { makeMemory, type Memory } from '../domain/memory.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Lane } from './lane.ts';

export class Throttles {
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #wake: (lane: Lane) => void;
  /** Servers that failed at their last attempt, and not longer ago than a day. */
  readonly #failing: Memory<FailingServer>;

  constructor(parts: {
    readonly clock: Clock;
    readonly emit: Emit;
    /** The lane need not wait any longer. */
    readonly wake: (lane: Lane) => void;
  }) {
    this.#clock = parts.clock;
    this.#emit = parts.emit;
    this.#wake = parts.wake;
    this.#failing = makeMemory(parts.clock, dayMs);
  }

  /** Until when the lane must wait although its turn has come; null when it need not. */
  heldBackUntil({ rules, webhook }: Pick<Lane, 'rules' | 'webhook'>): Instant | null {
    if (rules.throttle === null) return null;
    const { throttled } = this.#failing.get(serverOf(webhook.endpoint.url)) ?? { throttled: null };
    return throttled !== null && throttled.nextProbeAt > this.#clock.now() ? throttled.nextProbeAt : null;
  }

  /** The lane has something to send, and waits for its server; told once each time that it begins to. */
  wait(lane: Lane): void {
    const server = serverOf(lane.webhook.endpoint.url);
    const state = this.#failing.get(server);
    if (state === undefined || state.throttled === null || state.throttled.waiting.has(lane)) return;
    const { nextProbeAt, waiting } = state.throttled;
    waiting.add(lane);
    const { tenantId, id: webhookId } = lane.webhook;
    const offenders = Array.from(state.offenders, ([offender, tenant]) => ({
      tenantId: tenant,
      webhookId: offender,
    }));
    this.#emit({ kind: 'server.throttled', server, tenantId, webhookId, until: nextProbeAt, offenders });
  }

  /** An attempt begins that nothing held back: while the server is throttled it is the probe. */
  begun({ rules, webhook }: Pick<Lane, 'rules' | 'webhook'>): void {
    if (rules.throttle === null) return;
    const state = this.#failing.get(serverOf(webhook.endpoint.url));
    if (state === undefined || state.throttled === null) return;
    state.throttled.nextProbeAt = this.#clock.now() + rules.throttle.probeEveryMs;
  }

  /** An attempt by these rules has ended. A success lifts the throttle, and the lanes that wait go on. */
  ended({ rules, webhook }: Pick<Lane, 'rules' | 'webhook'>, outcome: Outcome): void {
    const { throttle } = rules;
    if (throttle === null || outcome.kind === 'platform') return;
    const server = serverOf(webhook.endpoint.url);
    if (outcome.kind === 'success') return this.#release(server);
    const state = this.#failing.get(server) ?? { failuresInARow: 0, offenders: new Map(), throttled: null };
    state.failuresInARow++;
    state.offenders.set(webhook.id, webhook.tenantId);
    if (state.throttled === null && state.failuresInARow >= throttle.failuresInARowMax)
      state.throttled = { nextProbeAt: this.#clock.now() + throttle.probeEveryMs, waiting: new Set() };
    this.#failing.put(server, state);
  }

  #release(server: string): void {
    const state = this.#failing.get(server);
    if (state === undefined) return;
    this.#failing.drop(server);
    if (state.throttled === null) return;
    this.#emit({ kind: 'server.released', server });
    for (const lane of state.throttled.waiting) this.#wake(lane);
  }
}

type FailingServer = {
  failuresInARow: number;
  /** Whose attempts have failed. */
  readonly offenders: Map<WebhookId, TenantId>;
  /** Once there were too many failures: when the next probe may go, and which lanes wait. */
  throttled: { nextProbeAt: Instant; readonly waiting: Set<Lane> } | null;
};

/** Scheme, host and port. */
function serverOf(url: string): string {
  return new URL(url).origin;
}
