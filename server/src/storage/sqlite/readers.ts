// The threads that read: one for what requests and lanes wait for, and one, once it is needed, for searches, so that a
// long list never stands before a short look-up.

import { patientSearches } from './operations.ts';
import type { Command, Reply } from '../command.ts';
import type { ReaderTalk } from './reader.ts';
import { Thread } from './thread.ts';

export class Readers {
  readonly #path: string;
  readonly #lookingUp: Thread<ReaderTalk>;
  #searching: Promise<Thread<ReaderTalk>> | null = null;

  constructor(path: string, lookingUp: Thread<ReaderTalk>) {
    this.#path = path;
    this.#lookingUp = lookingUp;
  }

  async ask(question: Command): Promise<Reply> {
    if (!patientSearches.has(question.name)) return this.#lookingUp.ask(question);
    this.#searching ??= this.#startSearching();
    return (await this.#searching).ask(question);
  }

  async close(): Promise<void> {
    const threads = [this.#lookingUp];
    if (this.#searching !== null) threads.push(await this.#searching);
    await Promise.allSettled(threads.map((thread) => thread.ask('close')));
    await Promise.all(threads.map((thread) => thread.end()));
  }

  async #startSearching(): Promise<Thread<ReaderTalk>> {
    const { thread } = await Thread.start<ReaderTalk>('reader', { path: this.#path });
    return thread;
  }
}
