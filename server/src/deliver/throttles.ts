// Spares a server that keeps failing, whosever webhooks point at it: one probe at a time finds out when it is back.
//
// In memory only, per scheme, host and port: a restarted node finds a failing server out anew, or from another's next probe.
// Nodes tell each other what their attempts find, so that they count together. They take turns to probe, and so do the webhooks
// of each: what fails for one of them, or on its node, may be well for another.

import { dayMs, secondMs, type Clock, type Instant } from '../domain/clock.ts';
import type { ThrottleRule } from '../domain/delivery-rules.ts';
import type { Id } from '../domain/id.ts';
import { makeMemory, type Memory } from '../domain/memory.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ServerFailed, ServerFinding, ServerNews, ServerProbed } from '../domain/server-news.ts';
import { shardCount } from '../domain/shard.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Shared } from './engine-port.ts';
import type { HeldShards } from './held-shards.ts';
import type { Lane } from './lane.ts';

/** Between one turn and the next: of nodes, longer than the news of a probe takes, so that who comes next hears of it first. */
const turnMs = { ofNodes: secondMs / 4, ofWebhooks: 1 };
/** The latest so many probes are remembered, in their order; who is not among them comes first. */
const probesMax = shardCount;

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
  heldBackUntil(lane: Ruled): Instant | null {
    const throttled = this.#throttledFor(lane);
    if (throttled === undefined) return null;
    const until =
      throttled.nextProbeAt + this.#nodeWaitMs(throttled) + webhookWaitMs(throttled, lane.webhook.id);
    return until > this.#clock.now() ? until : null;
  }

  /** When a request may find out whether the lane's server is back; null when it may now, or none is needed. */
  nextProbeAt(lane: Ruled): Instant | null {
    const throttled = this.#throttledFor(lane);
    return throttled !== undefined && throttled.nextProbeAt > this.#clock.now()
      ? throttled.nextProbeAt
      : null;
  }

  #throttledFor({ rules, webhook }: Ruled): Throttled | undefined {
    if (rules.throttle === null) return undefined;
    return this.#failing.get(serverOf(webhook))?.throttled;
  }

  /** Nodes that have not probed are told apart by their first shards: no two have the same. */
  #nodeWaitMs({ probedBy }: Throttled): number {
    if (this.#shared === undefined) return 0;
    const place = probedBy.indexOf(this.#shared.nodeId);
    return turnMs.ofNodes * (place === -1 ? this.#held.first() : shardCount + place);
  }

  /** The lane has something to send, and waits for its server; told once each time that it begins to. */
  wait(lane: Lane, until: Instant): void {
    const server = serverOf(lane.webhook);
    const state = this.#failing.get(server);
    if (state?.throttled === undefined || state.throttled.waiting.has(lane)) return;
    state.throttled.waiting.add(lane);
    const { tenantId, id: webhookId } = lane.webhook;
    const offenders = Array.from(state.offenders, ([offender, tenant]) => ({
      tenantId: tenant,
      webhookId: offender,
    }));
    this.#emit({ kind: 'server.throttled', server, tenantId, webhookId, until, offenders });
  }

  /** An attempt begins that nothing held back. Whether it is a probe: while the server is throttled it is. */
  begun(lane: Ruled): boolean {
    const { rules, webhook } = lane;
    const throttled = this.#throttledFor(lane);
    if (rules.throttle === null || throttled === undefined) return false;
    throttled.probes = withLatest(throttled.probes, webhook.id);
    this.#find(serverOf(webhook), { kind: 'probed', rule: rules.throttle });
    return true;
  }

  /** An attempt by these rules has ended. A success lifts the throttle, and the lanes that wait go on. */
  ended(lane: Ruled, outcome: Outcome, isProbe: boolean): void {
    const { rules, webhook } = lane;
    if (rules.throttle === null || outcome.kind === 'platform') return;
    const server = serverOf(webhook);
    if (outcome.kind === 'success') {
      // Another node's success may have come before the news of this probe, which then throttled others anew.
      if (isProbe || this.#failing.get(server) !== undefined) this.#find(server, { kind: 'answered' });
      return;
    }
    const { tenantId, id: webhookId } = webhook;
    const failed: ServerFailed = { kind: 'failed', tenantId, webhookId, rule: rules.throttle };
    // What was still in flight tells others nothing about a throttled server; a probe tells whose requests fail.
    if (isProbe || this.#throttledFor(lane) === undefined) this.#find(server, failed);
    else this.#follow(server, this.#shared?.nodeId, failed);
  }

  /** Follows what attempts of other nodes found, in their order. */
  hear(news: readonly ServerNews[]): void {
    for (const { nodeId, server, ...finding } of news) {
      if (nodeId !== this.#shared?.nodeId) this.#follow(server, nodeId, finding);
    }
  }

  #find(server: string, finding: ServerFinding): void {
    this.#follow(server, this.#shared?.nodeId, finding);
    if (this.#shared === undefined) return;
    const { nodeId, tell } = this.#shared;
    tell({ kind: 'servers', found: [{ nodeId, server, ...finding }] });
  }

  #follow(server: string, nodeId: Id | undefined, finding: ServerFinding): void {
    if (finding.kind === 'answered') return this.#release(server);
    const state = this.#failing.get(server) ?? { failuresInARow: 0, offenders: new Map() };
    if (finding.kind === 'failed') this.#count(state, finding);
    else this.#noteProbe(state, nodeId, finding);
    this.#failing.put(server, state);
  }

  #count(state: FailingServer, { rule, webhookId, tenantId }: ServerFailed): void {
    state.failuresInARow++;
    state.offenders.set(webhookId, tenantId);
    if (state.failuresInARow >= rule.failuresInARowMax) state.throttled ??= this.#begin(rule);
  }

  #noteProbe(state: FailingServer, nodeId: Id | undefined, { rule }: ServerProbed): void {
    state.throttled ??= this.#begin(rule);
    state.throttled.nextProbeAt = this.#clock.now() + rule.probeEveryMs;
    if (nodeId !== undefined) state.throttled.probedBy = withLatest(state.throttled.probedBy, nodeId);
  }

  #begin({ probeEveryMs }: ThrottleRule): Throttled {
    const nextProbeAt = this.#clock.now() + probeEveryMs;
    return { nextProbeAt, probedBy: [], probes: [], waiting: new Set() };
  }

  #release(server: string): void {
    const state = this.#failing.get(server);
    if (state === undefined) return;
    this.#failing.drop(server);
    if (state.throttled === undefined) return;
    this.#emit({ kind: 'server.released', server });
    for (const lane of state.throttled.waiting) this.#wake(lane);
  }
}

type FailingServer = {
  failuresInARow: number;
  /** Whose attempts have failed. */
  readonly offenders: Map<WebhookId, TenantId>;
  /** Once there were too many failures. */
  throttled?: Throttled;
};

type Throttled = {
  nextProbeAt: Instant;
  /** Which nodes have probed, the latest last. */
  probedBy: readonly Id[];
  /** For which of this node's webhooks, the latest last. */
  probes: readonly WebhookId[];
  readonly waiting: Set<Lane>;
};

function webhookWaitMs({ probes }: Throttled, id: WebhookId): number {
  return turnMs.ofWebhooks * (probes.indexOf(id) + 1);
}

function withLatest(earlier: readonly Id[], id: Id): readonly Id[] {
  return [...earlier.filter((each) => each !== id), id].slice(-probesMax);
}

/** Scheme, host and port. */
function serverOf({ endpoint }: Lane['webhook']): string {
  return new URL(endpoint.url).origin;
}
