// What must hold after every simulated run (reliability.md §7.3), each broken promise told in a sentence.

import type { Signal } from '../../src/domain/signal.ts';
import type { ListedDelivery, Store } from '../../src/storage/store.ts';
import type { Arrival, Receivers } from './receivers.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { mostAllowed, mostInAWindow } from '../rate-windows.ts';
import { simulatedConcurrency, simulatedSchedule } from './plan.ts';

export type Ledger = {
  readonly acked: {
    readonly eventId: string;
    readonly deliveries: number;
    readonly number: number;
    readonly type: string;
    /** When it was published first, and when that was acknowledged. */
    readonly askedAt: number;
    readonly ackedAt: number;
  }[];
  readonly crashes: { readonly process: number; readonly inFlight: number }[];
  readonly cancelled: Set<string>;
  /** Deliveries that a person asked to be tried at once. */
  readonly hastened: Set<string>;
  readonly deleted: Set<string>;
  /** When a webhook that asks for verification got it; never yet is infinity. */
  readonly verifiedAt: Map<string, number>;
  /** When a verification message was needed no longer. */
  readonly endedAt: Map<string, number>;
  readonly signals: Signal[];
  readonly trace: string[];
};

export async function judge(
  ledger: Ledger,
  receivers: Receivers,
  store: Store,
  tenantId: string,
  webhooks: readonly Webhook[],
): Promise<string[]> {
  const byDelivery = Map.groupBy(receivers.arrivals, (arrival) => arrival.deliveryId);
  return [
    ...(await nothingIsLost(ledger, byDelivery, store, tenantId)),
    ...duplicatesAreExplained(byDelivery, ledger),
    ...attemptsFollowTheSchedule(ledger, byDelivery),
    ...concurrencyHolds(receivers),
    ...rateLimitsHold(webhooks, receivers),
    ...verificationHolds(ledger, receivers),
  ];
}

/** What holds whatever happened, and however many nodes there were. */
export async function nothingIsLost(
  ledger: Ledger,
  arrivals: ReadonlyMap<string, Arrival[]>,
  store: Store,
  tenantId: string,
): Promise<string[]> {
  const listed = await allDeliveries(store, tenantId);
  return [
    ...(await ackedIsStored(ledger, listed, store, tenantId)),
    ...everythingEnds(listed),
    ...deliveredMeansAccepted(listed, arrivals),
    ...nothingUnknownArrives(listed, arrivals),
    ...finalStaysFinal(ledger),
    ...linesKeepTheirOrder(ledger, listed, arrivals),
  ];
}

/**
 * I9: of a line one delivery after the other is attempted until it has ended, and what was published after another was
 * acknowledged comes after it.
 */
function linesKeepTheirOrder(
  { acked }: Ledger,
  listed: readonly ListedDelivery[],
  arrivals: ReadonlyMap<string, Arrival[]>,
): string[] {
  const published = new Map(acked.map((event) => [event.eventId, event]));
  const inLines = listed
    .map(({ delivery }) => delivery)
    .filter(({ orderingKey, redeliveryOf }) => orderingKey !== null && redeliveryOf === null);
  const problems: string[] = [];
  for (const line of Map.groupBy(inLines, (each) => `${each.webhookId} ${each.orderingKey}`).values()) {
    const reached = line
      .flatMap(({ id }) => arrivals.get(id) ?? [])
      .toSorted(
        (a, b) => a.at - b.at || (a.deliveryId === b.deliveryId ? 0 : a.deliveryId < b.deliveryId ? -1 : 1),
      );
    for (const [index, arrival] of reached.entries()) {
      const before = reached.slice(0, index).filter(({ deliveryId }) => deliveryId !== arrival.deliveryId);
      for (const earlier of before) {
        if (earlier.process === arrival.process && (earlier.endedAt ?? 0) > arrival.at)
          problems.push(`I9: ${arrival.deliveryId} began while ${earlier.deliveryId} was under way`);
        if (reached.slice(index).some(({ deliveryId }) => deliveryId === earlier.deliveryId))
          problems.push(`I9: ${earlier.deliveryId} was attempted again after ${arrival.deliveryId}`);
        const [first, second] = [published.get(earlier.eventId), published.get(arrival.eventId)];
        if (first !== undefined && second !== undefined && second.ackedAt <= first.askedAt)
          problems.push(`I9: event ${second.number} came after ${first.number}, which was published later`);
      }
    }
  }
  return problems;
}

async function allDeliveries(store: Store, tenantId: string): Promise<ListedDelivery[]> {
  const all: ListedDelivery[] = [];
  let after = null;
  do {
    const page = await store.listDeliveries(tenantId, {}, { limit: 200, after, before: null });
    all.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return all;
}

/** I1, I3: what was acknowledged is there, with exactly one first delivery per match. */
async function ackedIsStored(
  ledger: Ledger,
  listed: readonly ListedDelivery[],
  store: Store,
  tenantId: string,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { eventId, deliveries, number } of ledger.acked) {
    const stored = await store.getEvent(tenantId, eventId);
    if (stored === undefined) problems.push(`I1: acknowledged event ${number} is not stored`);
    const first = listed.filter(
      ({ delivery }) => delivery.eventId === eventId && delivery.redeliveryOf === null,
    );
    const webhooks = new Set(first.map(({ delivery }) => delivery.webhookId));
    if (first.length !== deliveries || webhooks.size !== deliveries) {
      problems.push(
        `I3: event ${number} has ${first.length} deliveries to ${webhooks.size} webhooks instead of ${deliveries}`,
      );
    }
  }
  return problems;
}

/** I2 and liveness: once faults stop, nothing stays scheduled. */
function everythingEnds(listed: readonly ListedDelivery[]): string[] {
  return listed
    .filter(({ delivery }) => delivery.state.kind === 'scheduled')
    .map(({ delivery }) => `liveness: ${delivery.id} is still scheduled after ${delivery.attempts} attempts`);
}

function deliveredMeansAccepted(
  listed: readonly ListedDelivery[],
  arrivals: ReadonlyMap<string, Arrival[]>,
): string[] {
  return listed
    .filter(({ delivery }) => delivery.state.kind === 'delivered')
    .filter(({ delivery }) => !(arrivals.get(delivery.id) ?? []).some((arrival) => arrival.accepted))
    .map(({ delivery }) => `I2: ${delivery.id} counts as delivered, and its receiver never accepted it`);
}

function nothingUnknownArrives(
  listed: readonly ListedDelivery[],
  arrivals: ReadonlyMap<string, Arrival[]>,
): string[] {
  const known = new Set(listed.map(({ delivery }) => delivery.id));
  return [...arrivals.keys()]
    .filter((id) => !known.has(id))
    .map((id) => `a delivery ${id} arrived that is not stored`);
}

/** P2: accepted twice only after a lost answer or a crash, and each crash repeats at most what was in flight. */
function duplicatesAreExplained(arrivals: ReadonlyMap<string, Arrival[]>, ledger: Ledger): string[] {
  const problems: string[] = [];
  const repeatedByCrash = new Map<number, number>();
  for (const [id, all] of arrivals) {
    for (const arrival of all.slice(0, -1)) {
      const finished = arrival.outcome !== null;
      if (finished && arrival.outcome?.kind === 'success' && !endedByCrash(arrival, ledger)) {
        problems.push(`P2: ${id} was attempted again after a success`);
      }
      if (!finished || endedByCrash(arrival, ledger)) {
        repeatedByCrash.set(arrival.process, (repeatedByCrash.get(arrival.process) ?? 0) + 1);
      }
    }
  }
  for (const [process, repeated] of repeatedByCrash) {
    const crash = ledger.crashes.find((each) => each.process === process);
    if (crash === undefined)
      problems.push(`P2: process ${process} repeated ${repeated} attempts without a crash`);
    else if (repeated > crash.inFlight) {
      problems.push(
        `P2: the crash of process ${process} with ${crash.inFlight} in flight repeated ${repeated} attempts`,
      );
    }
  }
  return problems;
}

/** Answered, and not recorded before its process died. */
function endedByCrash(arrival: Arrival, ledger: Ledger): boolean {
  const recorded = ledger.signals.some(
    (signal) =>
      signal.kind === 'delivery.attempted' &&
      signal.delivery.id === arrival.deliveryId &&
      signal.attempt.outcome === arrival.outcome,
  );
  return !recorded;
}

/** I6, I7: no more attempts than the schedule has, and never earlier than it says, unless somebody asked for it. */
function attemptsFollowTheSchedule({ hastened }: Ledger, arrivals: ReadonlyMap<string, Arrival[]>): string[] {
  const problems: string[] = [];
  for (const [id, all] of arrivals) {
    const charged = all.filter(({ outcome }) => outcome !== null && outcome.kind !== 'platform');
    const uncertain = all.length - charged.length;
    if (
      charged.length >
      simulatedSchedule.length + 1 + uncertain + new Set(all.map(({ process }) => process)).size - 1
    ) {
      problems.push(`I6: ${id} was attempted ${charged.length} times`);
    }
    for (const [index, arrival] of all.entries()) {
      const next = all[index + 1];
      if (
        next === undefined ||
        hastened.has(id) ||
        next.process !== arrival.process ||
        arrival.outcome === null ||
        arrival.outcome.kind === 'platform'
      )
        continue;
      if (next.at < arrival.endedAt! + simulatedSchedule[0]!)
        problems.push(`I7: ${id} was attempted again after ${next.at - arrival.endedAt!} ms`);
    }
  }
  return problems;
}

/** I8 */
function concurrencyHolds(receivers: Receivers): string[] {
  return [...receivers.inFlightMax]
    .filter(([, max]) => max > simulatedConcurrency)
    .map(([webhookId, max]) => `I8: ${webhookId} had ${max} requests at once`);
}

/** P17: whatever dies, starts anew or hands over, events reach a webhook no faster than its rate limit lets them. */
export function rateLimitsHold(webhooks: readonly Webhook[], { arrivals }: Receivers): string[] {
  return webhooks.flatMap(({ id, endpoint: { rateLimit } }) => {
    if (rateLimit === null) return [];
    const ofEvents = arrivals.filter(({ webhookId, purpose }) => webhookId === id && purpose === 'event');
    const most = mostInAWindow(
      ofEvents.map(({ atMs }) => atMs),
      rateLimit,
    );
    return most > mostAllowed(rateLimit) ? [`P17: ${most} requests reached ${id} in one window`] : [];
  });
}

/** Nothing but the message reaches an unverified webhook, nor a message nobody needs; and in the end all are verified. */
function verificationHolds({ verifiedAt, endedAt }: Ledger, { arrivals }: Receivers): string[] {
  const problems = [...verifiedAt]
    .filter(([, at]) => at === Number.POSITIVE_INFINITY)
    .map(([id]) => `verification: ${id} was never verified`);
  for (const { deliveryId, webhookId, eventId, purpose, at } of arrivals) {
    if (purpose === 'event' && at < (verifiedAt.get(webhookId) ?? 0))
      problems.push(`verification: ${deliveryId} reached an unverified webhook`);
    if (purpose === 'verification' && at > (endedAt.get(eventId) ?? Number.POSITIVE_INFINITY))
      problems.push(`verification: ${deliveryId} was sent though nobody needed it`);
  }
  return problems;
}

/** I5: a settled delivery settles once. */
function finalStaysFinal({ signals }: Ledger): string[] {
  const settled = signals
    .filter((signal) => signal.kind === 'delivery.settled')
    .map(({ delivery }) => delivery.id);
  return settled
    .filter((id, index) => settled.indexOf(id) !== index)
    .map((id) => `I5: ${id} was settled twice`);
}
