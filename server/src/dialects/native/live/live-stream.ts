// One connection of somebody who looks on, as a stream of server-sent events. It holds one message and what is gathered
// for the next: a slow reader gets fewer and fuller messages, never more memory.

import { Readable } from 'node:stream';
import { Gathering, type LiveNews, type Topic } from '../../../observe/live/news.ts';

/** How long a client waits before it comes again. */
const retryMs = 3_000;

export class LiveStream extends Readable {
  readonly #gathering = new Gathering();
  readonly #sees: (topic: Topic) => boolean;
  #wanted = false;
  #isOver = false;

  constructor(sees: (topic: Topic) => boolean) {
    super({ highWaterMark: 1 });
    this.#sees = sees;
    this.push(`retry: ${retryMs}\n\n`);
  }

  tell(news: LiveNews): void {
    const seen = Object.entries(news).filter(([topic]) => this.#sees(topic as Topic));
    this.#gathering.add(Object.fromEntries(seen));
    this.#sendOn();
  }

  /** A comment, so that nobody on the way takes the connection for dead. */
  beat(): void {
    if (this.#wanted && !this.#isOver) this.#send(':\n\n');
  }

  /** The client comes again, unless it is not let in any more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.push(null);
  }

  override _read(): void {
    this.#wanted = true;
    this.#sendOn();
  }

  #sendOn(): void {
    if (!this.#wanted || this.#isOver || this.#gathering.isEmpty) return;
    const messages = Object.entries(this.#gathering.take()).map(
      ([topic, news]) => `event: ${topic}\ndata: ${JSON.stringify(news)}\n\n`,
    );
    this.#send(messages.join(''));
  }

  #send(text: string): void {
    this.#wanted = false;
    this.push(text);
  }
}
