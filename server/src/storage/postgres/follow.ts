// Follows what other processes change: the log of changes is read whenever one is told of, and every second besides, so that
// what is not told is found as well, and a connection that hangs is given up soon.

import { Client } from 'pg';
import { setTimeout } from 'node:timers/promises';
import { secondMs, type Clock } from '../../domain/clock.ts';
import { failureOf } from './failure.ts';
import { makeSession, prepareSession, types, type Session } from './session.ts';

export type ChangeRow = {
  readonly n: number;
  readonly kind: string;
  readonly id: string;
  readonly tenant_id: string;
  readonly detail: string | null;
};

/** What else the connection tells. */
export type Heard = {
  /** The text of a notification that stands for itself. */
  readonly told: (text: string) => void;
  /** The text of a notification for those who look on. */
  readonly toldLive: (text: string) => void;
  /** Notifications may have been missed, or never come. */
  readonly unsure: () => void;
};

/** Notifications that stand for themselves. */
export const newsChannel = 'posthorn_news';
export const liveChannel = 'posthorn_live';

/** How often the log is read without being told: where the server tells, and where a pooler keeps it from telling. */
const pollMs = { listening: secondMs, pooled: secondMs / 2 };
const firstPauseMs = 100;
const pauseMsMax = secondMs;
const answerMs = 5 * secondMs;
/** On a connection that has answered before: beyond it a new one is quicker. One that is new has longer, for a database that is slow. */
const lookAnswerMs = secondMs;
/**
 * What changed longer ago is known, or nothing is to be taken for known: two looks, the second on a new connection, fit in,
 * and as much more as answers take.
 */
const outdatedAfterMs = 3 * secondMs;
const batchMax = 1_000;

export class Follower {
  readonly #url: string;
  readonly #carryOut: (session: Session, changes: readonly ChangeRow[]) => Promise<void>;
  readonly #heard: Heard;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #closed = new AbortController();
  #last: number | undefined;
  /** When the last complete look was begun, by the monotonic clock. */
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** How long its answer took. */
  #tookMs = 0;
  #told = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  /** `carryOut` learns of changes in their order; if it rejects they come again. */
  constructor(
    url: string,
    carryOut: (session: Session, changes: readonly ChangeRow[]) => Promise<void>,
    heard: Heard,
    clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.#url = url;
    this.#carryOut = carryOut;
    this.#heard = heard;
    this.#clock = clock;
  }

  /** From here on nothing is missed. `session` is any: it tells where the log ends. */
  async start(session: Session): Promise<void> {
    this.#lookedMs = this.#clock.monotonicMs();
    const { rows } = await session.query<{ n: number | null }>('SELECT max(n) AS n FROM changes');
    this.#last = rows[0]!.n ?? 0;
    this.#running = this.#run();
  }

  /** Whether what was changed more than a few seconds ago is known here. */
  isUpToDate(): boolean {
    return this.#clock.monotonicMs() - this.#lookedMs < outdatedAfterMs + 2 * this.#tookMs;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#told.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closed.signal.aborted) {
      await this.#follow(() => (failures = 0)).catch(() => {});
      await this.#pause(Math.min(pauseMsMax, firstPauseMs * 2 ** Math.min(failures++, 10)));
    }
  }

  /** On one connection, until it breaks. */
  async #follow(connected: () => void): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'posthorn following',
      connectionTimeoutMillis: 2 * secondMs,
      keepAlive: true,
      types,
    });
    client.on('error', () => this.#told.resolve());
    client.on('notification', ({ channel, payload }) => {
      if (channel === newsChannel) this.#heard.told(payload ?? '');
      else if (channel === liveChannel) this.#heard.toldLive(payload ?? '');
      else this.#told.resolve();
    });
    try {
      await client.connect();
      const { pooled } = await prepareSession(client, { statement_timeout: String(answerMs) }, answerMs);
      const session = makeSession(client, pooled, {}, answerMs);
      if (!pooled)
        await session.query(`LISTEN posthorn_changes; LISTEN ${newsChannel}; LISTEN ${liveChannel}`);
      for (let isNew = true; !this.#closed.signal.aborted; isNew = false) {
        this.#told = Promise.withResolvers();
        const wasOutdated = await this.#catchUp(session, isNew ? answerMs : this.#patienceMs());
        if (isNew || pooled || wasOutdated) this.#heard.unsure();
        connected();
        await this.#toldOrPaused(pooled ? pollMs.pooled : pollMs.listening);
      }
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** A database that is slow is not gone: it has three times as long as it took the last time. */
  #patienceMs(): number {
    return Math.min(answerMs, Math.max(lookAnswerMs, 3 * this.#tookMs));
  }

  /** Answers whether it was not up to date, at the end of any of its steps. */
  async #catchUp(session: Session, withinMs: number): Promise<boolean> {
    for (let wasOutdated = false; ;) {
      const askedMs = this.#clock.monotonicMs();
      const { rows } = await session.query<ChangeRow>(
        `SELECT n, kind, id, tenant_id, detail FROM changes WHERE n > $1 ORDER BY n LIMIT ${batchMax}`,
        [this.#last],
        withinMs,
      );
      const tookMs = this.#clock.monotonicMs() - askedMs;
      if (rows.length > 0) {
        await this.#tell(session, rows);
        this.#last = rows.at(-1)!.n;
      }
      wasOutdated ||= !this.isUpToDate();
      // Numbers ascend in the order of commits: nothing that was there when it was asked is left.
      if (rows.length < batchMax) {
        this.#lookedMs = askedMs;
        this.#tookMs = tookMs;
      }
      if (rows.length === 0) return wasOutdated;
    }
  }

  /** A listener that fails is a fault of the process: to go on without it would be to miss changes unseen. */
  async #tell(session: Session, rows: readonly ChangeRow[]): Promise<void> {
    try {
      await this.#carryOut(session, rows);
    } catch (error) {
      if (failureOf(error).kind === 'bug') {
        queueMicrotask(() => {
          throw error;
        });
      }
      throw error;
    }
  }

  async #toldOrPaused(ms: number): Promise<void> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, this.#closed.signal]);
    const paused = setTimeout(ms, undefined, { signal, ref: false }).catch(() => {});
    await Promise.race([this.#told.promise, paused]);
    waiting.abort();
  }

  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#closed.signal, ref: false }).catch(() => {});
  }
}
