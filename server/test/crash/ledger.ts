// What really happened, as the publisher and the receivers saw it, in a process that no kill reaches.

import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** An event that the publisher wants accepted, however often it must ask. */
export type Intent = {
  /** A member of the event's data, and the key under which it is published again. */
  readonly key: string;
  readonly type: string;
  readonly dataSha256: string;
  /** The id in the first 202; null until then. */
  ackedAs: string | null;
};

/** One request as a receiver saw it. */
export type Seen = {
  readonly webhook: string;
  readonly key: string;
  readonly messageId: string | null;
  readonly dataSha256: string;
  /** In which life of the server it came, counted from 0. */
  readonly life: number;
  /** Null when the receiver did not answer. */
  status: number | null;
};

/** From the start of a server's process to its end. */
export type Life = {
  readonly startedAt: number;
  endedAt: number;
  end: 'running' | 'stopped' | 'killed';
  /** Attempts of the life before that this one says were interrupted; null where it was not asked. */
  interrupted: number | null;
};

export class Ledger {
  readonly intents = new Map<string, Intent>();
  readonly seen: Seen[] = [];
  readonly lives: Life[] = [];
  /** What is wrong whatever else follows, such as a refused publish. */
  readonly problems: string[] = [];
  readonly #file: string;
  #unwritten: string[] = [];

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
  }

  intent(intent: Intent): void {
    this.intents.set(intent.key, intent);
    this.#write('intent', intent);
  }

  acked(intent: Intent, eventId: string): void {
    if (intent.ackedAs !== null && intent.ackedAs !== eventId)
      this.problem(`${intent.key} was accepted as ${intent.ackedAs} and again as ${eventId}`);
    intent.ackedAs = eventId;
    this.#write('acked', { key: intent.key, eventId });
  }

  request(seen: Seen): void {
    this.seen.push(seen);
  }

  answered(seen: Seen): void {
    this.#write('request', seen);
  }

  beginLife(): void {
    this.lives.push({
      startedAt: Date.now(),
      endedAt: Number.POSITIVE_INFINITY,
      end: 'running',
      interrupted: null,
    });
  }

  interrupted(count: number): void {
    this.lives.at(-1)!.interrupted = count;
  }

  endLife(end: 'stopped' | 'killed'): void {
    const life = this.lives.at(-1)!;
    Object.assign(life, { end, endedAt: Date.now() });
    this.#write('life', life);
  }

  get life(): number {
    return this.lives.length - 1;
  }

  problem(text: string): void {
    this.problems.push(text);
    this.#write('problem', text);
  }

  /** Writes what is not written yet; called now and then, since nothing that the tests do ends this process. */
  flush(): void {
    appendFileSync(this.#file, this.#unwritten.join(''));
    this.#unwritten = [];
  }

  #write(kind: string, entry: unknown): void {
    this.#unwritten.push(`${JSON.stringify({ kind, entry })}\n`);
  }
}
