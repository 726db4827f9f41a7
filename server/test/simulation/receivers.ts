// Receivers whose behaviour changes over simulated time, and the ledger of what reached them.

import type { Clock, Instant } from '../../src/domain/clock.ts';
import type { DeliveryPurpose } from '../../src/domain/delivery.ts';
import type { Exchange, Send } from '../../src/domain/exchange.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { Random } from '../../src/domain/random.ts';
import { never, type Life } from './fallible.ts';

export type Mood =
  | 'healthy'
  | 'failing'
  | 'busy'
  | 'hanging'
  | 'losing_answers'
  | 'refusing'
  | 'platform_down';

export const moods: readonly Mood[] = [
  'healthy',
  'failing',
  'busy',
  'hanging',
  'losing_answers',
  'refusing',
  'platform_down',
];

/** Answers once the server has taken it, or not at all. */
export type CallBack = (webhookId: string, messageId: string) => Promise<void>;

export type Arrival = {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly purpose: DeliveryPurpose;
  readonly process: number;
  readonly at: Instant;
  /** By the monotonic clock. */
  readonly atMs: number;
  endedAt: Instant | null;
  outcome: Outcome | null;
  /** The receiver has done its work, whatever the sender was told. */
  accepted: boolean;
};

export class Receivers {
  readonly arrivals: Arrival[] = [];
  readonly inFlightMax = new Map<string, number>();
  readonly #moods = new Map<string, Mood>();
  readonly #inFlight = new Map<string, number>();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  setMood(webhookId: string, mood: Mood): void {
    this.#moods.set(webhookId, mood);
  }

  /** The network as one process sees it; `callBack` is what a receiver does while a verification message is open. */
  sender(process: number, life: Life, callBack: CallBack): Send {
    return async (request, options, cut) => {
      const deliveryId = request.headers['x-delivery']!;
      const webhookId = request.headers['x-webhook']!;
      const arrival: Arrival = {
        deliveryId,
        webhookId,
        eventId: request.headers['x-event']!,
        purpose: request.headers['x-purpose'] as DeliveryPurpose,
        process,
        at: this.#clock.now(),
        atMs: this.#clock.monotonicMs(),
        endedAt: null,
        outcome: null,
        accepted: false,
      };
      const mood = this.#moods.get(webhookId) ?? 'healthy';
      if (mood !== 'platform_down') this.arrivals.push(arrival);
      const isEvent = arrival.purpose === 'event';
      if (isEvent) this.#count(process, webhookId, 1);
      const begunMs = this.#clock.monotonicMs();
      const outcome = await this.#answer(mood, arrival, options.timeoutMs, cut, callBack);
      if (isEvent) this.#count(process, webhookId, -1);
      if (!life.alive) return never();
      arrival.outcome = outcome;
      arrival.endedAt = this.#clock.now();
      const durationMs = this.#clock.monotonicMs() - begunMs;
      return { outcome, response: null, timing: {}, durationMs } satisfies Exchange;
    };
  }

  async #answer(
    mood: Mood,
    arrival: Arrival,
    timeoutMs: number,
    cut: AbortSignal,
    callBack: CallBack,
  ): Promise<Outcome> {
    const waitMs = mood === 'hanging' ? timeoutMs : this.#random.fraction() * 300;
    await this.#wait(waitMs);
    if (cut.aborted) return { kind: 'platform', reason: 'stopped', detail: 'stopped' };
    switch (mood) {
      case 'healthy':
        if (arrival.purpose === 'verification') {
          await callBack(arrival.webhookId, arrival.eventId);
          if (this.#random.fraction() < 0.2) return { kind: 'failure', status: 500 };
        }
        arrival.accepted = true;
        return { kind: 'success', status: 200 };
      case 'failing':
        return { kind: 'failure', status: 500 };
      case 'busy':
        return { kind: 'failure', status: 503, retryAfterMs: Math.floor(this.#random.fraction() * 60_000) };
      case 'hanging':
        return { kind: 'error', reason: 'timeout_headers', detail: 'no answer' };
      case 'losing_answers':
        arrival.accepted = true;
        return { kind: 'error', reason: 'connection_lost', detail: 'reset' };
      case 'refusing':
        return { kind: 'error', reason: 'connect_refused', detail: 'refused' };
      case 'platform_down':
        return { kind: 'platform', reason: 'resolver_down', detail: 'no resolver' };
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }

  /** A crash takes its connections with it, so each process has its own count. */
  #count(process: number, webhookId: string, change: 1 | -1): void {
    const key = `${process} ${webhookId}`;
    const now = (this.#inFlight.get(key) ?? 0) + change;
    this.#inFlight.set(key, now);
    this.inFlightMax.set(webhookId, Math.max(now, this.inFlightMax.get(webhookId) ?? 0));
  }
}
