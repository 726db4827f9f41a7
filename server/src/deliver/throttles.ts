// Spares a server that keeps failing, whosever webhooks point at it: one probe at a time finds out when it is back.
//
// In memory only, per scheme, host and port: after a restart a failing server is found out anew. Nodes tell each other what
// their attempts find, so that they count together. Webhooks take turns to probe: what fails for one of them, or for the node
// that it is on, may be well for another.

import { dayMs, secondMs, type Clock, type Instant } from '../domain/clock.ts';
import { makeMemory, type Memory } from '../domain/memory.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ServerFinding, ServerNews } from '../domain/server-news.ts';
import { shardCount } from '../domain/shard.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Shared } from './engine-port.ts';
import type { HeldShards } from './held-shards.ts';
import type { Lane } from './lane.ts';

/** How much longer one waits than the one whose turn is before: the news of a probe is on its way for less. */
const turnMs = { alone: 1, shared: secondMs / 4 };
/** Of so many the order of their probes is known; who is not among them has not probed for longest. */
const probersMax = shardCount;

type Ruled = Pick<Lane, 'rules' | 'webhook'>;

export class Throttles {
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #held: Pick<HeldShards, 'first'>;
  readonly #shared: Pick<Shared, 'nodeId' | 'tell'> | undefined;
  readonly #wake: (lane: Lane) => void;
  /** Servers that failed at their last attempt, and not longer ago than a day. */
  readonly #failing: Memory<FailingServer>;

  constructor(parts: {
    readonly clock: Clock;
    readonly emit: Emit;
    readonly held: Pick<HeldShards, 'first'>;
    readonly shared: Pick<Shared, 'nodeId' | 'tell'> | undefined;
    /** The lane need not wait any longer. */
    readonly wake: (lane: Lane) => void;
  }) {
    this.#clock = parts.clock;
    this.#emit = parts.emit;
    this.#held = parts.held;
    this.#shared = parts.shared;
    this.#wake = parts.wake;
    this.#failing = makeMemory(parts.clock, dayMs);
  }

  /** Until when the lane must wait although its turn has come; null when it need not. */
  heldBackUntil({ rules, webhook }: Ruled): Instant | null {
    if (rules.throttle === null) return null;
    const throttled = this.#failing.get(serverOf(webhook))?.throttled ?? null;
    if (throttled === null) return null;
    const turn = this.#turnOf(webhook.id, throttled);
    const until = throttled.nextProbeAt + turn * (this.#shared === undefined ? turnMs.alone : turnMs.shared);
    return until > this.#clock.now() ? until : null;
  }

  /** Whoever has not probed comes first. Of several nodes' the first shard of the node decides: no two have the same. */
  #turnOf(id: WebhookId, { probers }: Throttled): number {
    const place = probers.indexOf(id);
    return place === -1 ? this.#held.first() : shardCount + place;
  }

  /** The lane has something to send, and waits for its server; told once each time that it begins to. */
  wait(lane: Lane, until: Instant): void {
    const server = serverOf(lane.webhook);
    const state = this.#failing.get(server);
    if (state === undefined || state.throttled === null || state.throttled.waiting.has(lane)) return;
    state.throttled.waiting.add(lane);
    const { tenantId, id: webhookId } = lane.webhook;
    const offenders = Array.from(state.offenders, ([offender, tenant]) => ({
      tenantId: tenant,
      webhookId: offender,
    }));
    this.#emit({ kind: 'server.throttled', server, tenantId, webhookId, until, offenders });
  }

  /** An attempt begins that nothing held back: while the server is throttled it is the probe. */
  begun({ rules: { throttle }, webhook }: Ruled): void {
    if (throttle === null) return;
    const server = serverOf(webhook);
    if (!this.#isThrottled(server)) return;
    this.#find(server, { kind: 'probed', webhookId: webhook.id, probeEveryMs: throttle.probeEveryMs });
  }

  /** An attempt by these rules has ended. A success lifts the throttle, and the lanes that wait go on. */
  ended({ rules: { throttle }, webhook }: Ruled, outcome: Outcome): void {
    if (throttle === null || outcome.kind === 'platform') return;
    const server = serverOf(webhook);
    if (outcome.kind === 'success') {
      if (this.#failing.get(server) !== undefined) this.#find(server, { kind: 'answered' });
      return;
    }
    const { tenantId, id: webhookId } = webhook;
    const failed: ServerFinding = { kind: 'failed', tenantId, webhookId, throttle };
    // Those that know it as throttled already learn nothing from what was still in flight.
    if (this.#isThrottled(server)) this.#follow(server, failed);
    else this.#find(server, failed);
  }

  /** Follows what attempts of other nodes found, in their order. */
  hear(news: readonly ServerNews[]): void {
    for (const { nodeId, server, ...finding } of news) {
      if (nodeId !== this.#shared?.nodeId) this.#follow(server, finding);
    }
  }

  #isThrottled(server: string): boolean {
    return (this.#failing.get(server)?.throttled ?? null) !== null;
  }

  #find(server: string, finding: ServerFinding): void {
    this.#follow(server, finding);
    if (this.#shared === undefined) return;
    const { nodeId, tell } = this.#shared;
    tell({ kind: 'servers', found: [{ nodeId, server, ...finding }] });
  }

  #follow(server: string, finding: ServerFinding): void {
    if (finding.kind === 'answered') return this.#release(server);
    const state = this.#failing.get(server) ?? { failuresInARow: 0, offenders: new Map(), throttled: null };
    if (finding.kind === 'failed') this.#count(state, finding);
    else this.#noteProbe(state, finding);
    this.#failing.put(server, state);
  }

  #count(state: FailingServer, failed: Extract<ServerFinding, { kind: 'failed' }>): void {
    const { failuresInARowMax, probeEveryMs } = failed.throttle;
    state.failuresInARow++;
    state.offenders.set(failed.webhookId, failed.tenantId);
    if (state.throttled === null && state.failuresInARow >= failuresInARowMax)
      state.throttled = this.#throttled(probeEveryMs);
  }

  #noteProbe(
    state: FailingServer,
    { webhookId, probeEveryMs }: Extract<ServerFinding, { kind: 'probed' }>,
  ): void {
    state.throttled ??= this.#throttled(probeEveryMs);
    state.throttled.nextProbeAt = this.#clock.now() + probeEveryMs;
    const others = state.throttled.probers.filter((id) => id !== webhookId);
    state.throttled.probers = [...others, webhookId].slice(-probersMax);
  }

  #throttled(probeEveryMs: number): Throttled {
    return { nextProbeAt: this.#clock.now() + probeEveryMs, probers: [], waiting: new Set() };
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
  /** Once there were too many failures. */
  throttled: Throttled | null;
};

type Throttled = {
  nextProbeAt: Instant;
  /** Whose requests were probes, the latest last. */
  probers: readonly WebhookId[];
  readonly waiting: Set<Lane>;
};

/** Scheme, host and port. */
function serverOf({ endpoint }: Lane['webhook']): string {
  return new URL(endpoint.url).origin;
}
