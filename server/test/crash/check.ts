// Compares what the ledger saw with what the server recorded, and names every difference. Pure.

import { matchesType } from './expected.ts';
import type { Intent, Ledger, Life, Seen } from './ledger.ts';
import type { Subscriber } from './receivers.ts';
import type { RecordedAttempt, RecordedDelivery } from './recorded.ts';

export type Facts = {
  readonly ledger: Pick<Ledger, 'intents' | 'seen' | 'lives' | 'problems'>;
  readonly deliveries: readonly RecordedDelivery[];
  readonly subscribers: ReadonlyMap<string, Subscriber>;
  /** Attempts that the retry schedule allows. */
  readonly attemptsMax: number;
  /** Requests that one webhook may have in flight. */
  readonly inFlightMax: number;
};

export type Verdict = {
  readonly problems: readonly string[];
  readonly delivered: number;
  readonly exhausted: number;
  /** Requests that a kill kept from being recorded: each may come again once. */
  readonly unrecorded: number;
  /** Successes that a receiver saw again. */
  readonly duplicates: number;
};

/** One delivery as both sides know it. */
type Pair = {
  readonly name: string;
  readonly webhook: string;
  readonly seen: readonly Seen[];
  readonly recorded: RecordedDelivery;
};

export function check(facts: Facts): Verdict {
  const { ledger, deliveries } = facts;
  const problems = [...ledger.problems, ...lost(ledger.intents.values())];
  const pairs = pairUp(facts, problems);
  problems.push(...strangers(facts));
  const unrecorded = ledger.lives.map(() => new Map<string, number>());
  let duplicates = 0;

  for (const pair of pairs) {
    problems.push(...wrongLog(pair, facts.attemptsMax));
    for (const [life, { end }] of ledger.lives.entries()) {
      const missing = missingInLog(pair, life, ledger.lives[life]!);
      if (typeof missing === 'string') problems.push(missing);
      else if (missing > (end === 'killed' ? 1 : 0))
        problems.push(`${pair.name}: ${missing} requests of life ${life} (${end}) are not in the log`);
      else add(unrecorded[life]!, pair.webhook, missing);
    }
    duplicates += Math.max(0, pair.seen.filter(({ status }) => isSuccess(status)).length - 1);
  }

  for (const [life, byWebhook] of unrecorded.entries()) {
    for (const [webhook, count] of byWebhook) {
      if (count > facts.inFlightMax)
        problems.push(
          `${webhook}: ${count} requests of life ${life} are not in the log, more than can be in flight`,
        );
    }
  }
  problems.push(...wronglyTold(ledger.lives, unrecorded.map(sum)));
  const repeatable = unrecorded.reduce((total, each) => total + sum(each), 0);
  if (duplicates > repeatable)
    problems.push(`${duplicates} duplicates, but only ${repeatable} requests were in flight at the kills`);
  return {
    problems,
    delivered: deliveries.filter(({ state }) => state === 'delivered').length,
    exhausted: deliveries.filter(({ state }) => state === 'exhausted').length,
    unrecorded: repeatable,
    duplicates,
  };
}

/** A start tells how many attempts the end before it interrupted; a receiver need not have seen each of them. */
function wronglyTold(lives: readonly Life[], unrecorded: readonly number[]): string[] {
  return lives.flatMap(({ interrupted }, life) =>
    life > 0 && interrupted !== null && interrupted < unrecorded[life - 1]!
      ? [
          `life ${life} tells of ${interrupted} interrupted attempts, the receivers saw ${unrecorded[life - 1]}`,
        ]
      : [],
  );
}

/** Every event that was meant to be published was accepted in the end. */
function lost(intents: Iterable<Intent>): string[] {
  return [...intents].filter(({ ackedAs }) => ackedAs === null).map(({ key }) => `${key} was never accepted`);
}

/** The deliveries that must be, each with what its receiver saw. */
function pairUp({ ledger, deliveries, subscribers }: Facts, problems: string[]): Pair[] {
  const recorded = Map.groupBy(deliveries, ({ eventId, webhookId }) => `${eventId} ${webhookId}`);
  const seen = Map.groupBy(ledger.seen, ({ key, webhook }) => `${key} ${webhook}`);
  const pairs: Pair[] = [];
  for (const { key, type, ackedAs } of ledger.intents.values()) {
    for (const [webhookId, { name: webhook, eventTypes }] of subscribers) {
      if (ackedAs === null || !matchesType(eventTypes, type)) continue;
      const found = recorded.get(`${ackedAs} ${webhookId}`) ?? [];
      recorded.delete(`${ackedAs} ${webhookId}`);
      const name = `${key} (${ackedAs}) to ${webhook}`;
      if (found.length === 1)
        pairs.push({ name, webhook, seen: seen.get(`${key} ${webhook}`) ?? [], recorded: found[0]! });
      else problems.push(`${name}: ${found.length} deliveries`);
    }
  }
  for (const pair of recorded.keys()) problems.push(`a delivery that nobody asked for: ${pair}`);
  return pairs;
}

/** Requests for what was not published, or with other bytes, or another id, than it was accepted with. */
function strangers({ ledger, subscribers }: Facts): string[] {
  const byName = new Map([...subscribers.values()].map((subscriber) => [subscriber.name, subscriber]));
  return ledger.seen.flatMap(({ key, webhook, messageId, dataSha256 }) => {
    const intent = ledger.intents.get(key);
    if (intent === undefined || !matchesType(byName.get(webhook)?.eventTypes ?? [], intent.type))
      return [`${webhook} got ${key} (${messageId}), which is not for it`];
    if (messageId !== null && messageId !== intent.ackedAs)
      return [`${webhook} got ${key} as ${messageId}, accepted as ${intent.ackedAs}`];
    return dataSha256 === intent.dataSha256 ? [] : [`${webhook} got ${key} with other bytes than published`];
  });
}

/** A log tells a story that ends: attempts numbered from 1, and a final state that follows from the last one. */
function wrongLog({ name, recorded, seen }: Pair, attemptsMax: number): string[] {
  const { attempts, attemptCount, state } = recorded;
  const last = attempts.at(-1);
  const wrong: string[] = [];
  if (attempts.some(({ number }, index) => number !== index + 1) || attemptCount !== attempts.length)
    wrong.push(`${name}: ${attemptCount} attempts, logged ${attempts.map(({ number }) => number).join(' ')}`);
  if (attempts.slice(0, -1).some(({ outcome }) => outcome === 'success'))
    wrong.push(`${name}: attempted again after a success`);
  const ended =
    (state === 'delivered' && last?.outcome === 'success') ||
    (state === 'exhausted' && last?.outcome !== 'success' && attemptCount === attemptsMax);
  if (!ended) wrong.push(`${name}: ${state} after ${attemptCount} attempts, the last ${last?.outcome}`);
  if (state === 'delivered' && !seen.some(({ status }) => isSuccess(status)))
    wrong.push(`${name}: said to be delivered, but its receiver never accepted it`);
  return wrong;
}

/** How many requests of a life its log misses; a text when the log has attempts that never reached the receiver. */
function missingInLog(
  { name, seen, recorded }: Pair,
  life: number,
  { startedAt, endedAt }: Life,
): number | string {
  const came = seen.filter((each) => each.life === life);
  const logged = recorded.attempts.filter((attempt) => {
    const at = Date.parse(attempt.startedAt);
    return at >= startedAt && at <= endedAt;
  });
  const rest = [...came];
  const answeredFirst = logged.toSorted(
    (a, b) => Number(a.outcome === 'error') - Number(b.outcome === 'error'),
  );
  for (const attempt of answeredFirst) {
    const match = rest.findIndex((request) => isOf(attempt, request));
    if (match >= 0) rest.splice(match, 1);
    else if (attempt.outcome !== 'error')
      return `${name}: attempt ${attempt.number} says ${attempt.status}, its receiver saw no such request`;
  }
  return rest.length;
}

/** Whether a request may be the one of an attempt: an answer that was read is the one that was given, if not each given is read. */
function isOf(attempt: RecordedAttempt, request: Seen): boolean {
  return attempt.outcome === 'error' || request.status === attempt.status;
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
