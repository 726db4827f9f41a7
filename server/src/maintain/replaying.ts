// Does the replays that run, a step at a time: each webhook's part goes as fast as its receiver takes what is there
// already, so that no webhook waits for another and fresh events wait for few.

import { secondMs, type Clock } from '../domain/clock.ts';
import { deliveredAgain, firstDelivery } from '../domain/delivery.ts';
import type { Ids } from '../domain/id.ts';
import { looksAtData, type SkipsUnverified } from '../domain/match.ts';
import { orderingKeyOf } from '../domain/ordering.ts';
import { isMissed, roomFor, waitingMax, type ReplayPart } from '../domain/replay.ts';
import type { Emit } from '../domain/signal.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { AfterPart, ReplayStep, Store } from '../storage/store.ts';
import type { Chore } from './chores.ts';
import { pause } from './steps.ts';

export type ReplayingParts = {
  readonly store: Pick<
    Store,
    | 'runningParts'
    | 'getWebhook'
    | 'countWaiting'
    | 'deliveriesToReplay'
    | 'missedEvents'
    | 'stepReplay'
    | 'getReplay'
  >;
  readonly skipsUnverified: SkipsUnverified;
  /** Whether the webhook is this node's: its parts of replays are, too. */
  readonly owns: (webhookId: WebhookId) => boolean;
  /** Tells the engine that deliveries wait in the store. */
  readonly wake: (webhookId: WebhookId) => void;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly emit: Emit;
};

const deliveriesPerStep = 100;
/** With less room than this it is not worth a step yet. */
const worthwhile = 25;
const partsPerPage = 100;
const pauseMs = 50;
/** When every part waits for its receiver. */
const waitMs = secondMs / 4;

/** What a look at a part led to: it went on, or has to wait. */
type Looked = 'moved' | 'waits';

export function replaying(parts: ReplayingParts): Chore {
  const { store, skipsUnverified, owns, wake, ids, clock, emit } = parts;

  return {
    name: 'replays',
    everyMs: 2 * secondMs,
    async run(stopped) {
      while (!stopped.aborted) {
        const looked = await round(stopped);
        if (looked === null) return;
        await pause(looked === 'moved' ? pauseMs : waitMs, clock, stopped);
      }
    },
  };

  /** One step for each part that is this node's; null when there is none. */
  async function round(stopped: AbortSignal): Promise<Looked | null> {
    let looked: Looked | null = null;
    let after: AfterPart | null = null;
    do {
      const page: readonly ReplayPart[] = await store.runningParts(after, partsPerPage);
      for (const part of page) {
        if (stopped.aborted) return looked;
        if (!owns(part.webhookId)) continue;
        if ((await lookAt(part)) === 'moved') looked = 'moved';
        looked ??= 'waits';
      }
      after = page.length < partsPerPage ? null : page.at(-1)!;
    } while (after !== null);
    return looked;
  }

  /** What fails for one part holds up no other; it is tried again. */
  async function lookAt(part: ReplayPart): Promise<Looked> {
    try {
      const step = await nextStep(part);
      if (step === null) return 'waits';
      await take(part, step);
      return 'moved';
    } catch (cause) {
      emit({ kind: 'store.failed', operation: 'replay', cause });
      return 'waits';
    }
  }

  async function nextStep(part: ReplayPart): Promise<ReplayStep | null> {
    const webhook = await store.getWebhook(part.tenantId, part.webhookId);
    if (webhook === undefined || webhook.state.kind === 'disabled')
      return { deliveries: [], cursor: part.cursor, over: true };
    const room = roomFor(await store.countWaiting(part.webhookId, clock.now(), waitingMax), webhook.ordering);
    if (room < worthwhile) return null;
    const limit = Math.min(room, deliveriesPerStep);
    return part.plan.what.kind === 'missed' ? missed(part, webhook, limit) : again(part, webhook, limit);
  }

  async function again(part: ReplayPart, webhook: Webhook, limit: number): Promise<ReplayStep> {
    const { rows, cursor, over } = await store.deliveriesToReplay(part, limit);
    const at = dueAt(part);
    const deliveries = rows.map((row) => ({
      ...deliveredAgain(row, ids.next('dlv'), at),
      orderingKey: orderingKeyOf(webhook.ordering, row.context),
    }));
    return { deliveries, cursor, over };
  }

  async function missed(part: ReplayPart, webhook: Webhook, limit: number): Promise<ReplayStep> {
    const withData = looksAtData(webhook);
    const { rows, cursor, over } = await store.missedEvents(part.plan, webhook, part.cursor, limit, withData);
    const at = dueAt(part);
    const { tenantId, webhookId } = part;
    const deliveries = rows
      .filter((event) => isMissed(event, webhook, skipsUnverified))
      .map(({ id, type, context }) => {
        const orderingKey = orderingKeyOf(webhook.ordering, context);
        const owed = { tenantId, webhookId, eventId: id, eventType: type, orderingKey };
        return firstDelivery(owed, ids.next('dlv'), at);
      });
    return { deliveries, cursor, over };
  }

  /** Never within the plan's own window, however this node's clock goes: what it makes it does not find. */
  function dueAt({ plan }: ReplayPart): number {
    return plan.what.kind === 'missed' ? clock.now() : Math.max(clock.now(), plan.to);
  }

  async function take(part: ReplayPart, step: ReplayStep): Promise<void> {
    const { replayId, tenantId, webhookId } = part;
    const stepped = await store.stepReplay(part, step, clock.wall());
    if (stepped === undefined) return;
    const { made, skipped, completed } = stepped;
    if (made > 0) wake(webhookId);
    if (made + skipped > 0) emit({ kind: 'replay.stepped', tenantId, replayId, webhookId, made, skipped });
    if (!completed) return;
    const replay = await store.getReplay(tenantId, replayId);
    if (replay === undefined) return;
    const { counted, state } = replay;
    emit({
      kind: 'replay.changed',
      tenantId,
      replayId,
      state: state.kind,
      made: replay.made,
      skipped: replay.skipped,
      counted,
    });
  }
}
