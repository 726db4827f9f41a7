// One thread with one connection, and the conversation with it: a message, an answer, a message.

import { Worker } from 'node:worker_threads';
import type { StoreRefusalCode } from '../store-refusal.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { StoreBroken } from '../port/store-errors.ts';

/** What a thread says first: that it has opened its connection, or why it won't. */
export type Opened<Welcome> =
  | { readonly opened: Welcome }
  | { readonly refused: { readonly code: StoreRefusalCode; readonly message: string } };

export class Thread<Request, Answer> {
  readonly #worker: Worker;
  readonly #waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  #stopped: Error | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts the thread whose code is `name` beside this file; resolves once its connection is open. */
  static async start<Request, Answer, Welcome>(
    name: 'writer' | 'reader' | 'checkpointer',
    data: unknown,
  ): Promise<{ thread: Thread<Request, Answer>; welcome: Welcome }> {
    // The packed program has JavaScript beside this file, the repository TypeScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./${name}.${extension}`, import.meta.url), { workerData: data });
    const thread = new Thread<Request, Answer>(worker);
    const welcome = await new Promise<Welcome>((resolve, reject) => {
      worker.once('message', (first: Opened<Welcome>) => {
        worker.on('message', (answer: Answer) => thread.#waiting.shift()?.resolve(answer));
        if ('opened' in first) return resolve(first.opened);
        reject(new StoreRefusal(first.refused.code, first.refused.message));
      });
      const stop = (error: Error) => {
        thread.#stop(error);
        reject(error);
      };
      worker.once('error', (error) => stop(error instanceof Error ? error : new Error(String(error))));
      worker.once('exit', () => stop(new Error(`the ${name} thread has ended`)));
    });
    return { thread, welcome };
  }

  /** Answers come in the order of the requests. Rejects with `StoreBroken` once the thread has ended. */
  ask(request: Request): Promise<Answer> {
    if (this.#stopped !== null) return Promise.reject(new StoreBroken(this.#stopped.message));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread; what is under way is not answered. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #stop(error: Error): void {
    this.#stopped ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(new StoreBroken(error.message));
  }
}
