// One thread with one connection, and the conversation with it: a message, an answer, a message.

import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { StoreRefusalCode } from '../store-refusal.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { StoreBroken } from '../port/store-errors.ts';

/** What is said between a thread and the one that started it. */
export type Talk = { readonly welcome: unknown; readonly request: unknown; readonly answer: unknown };

/** What a thread says first: that it has opened its connection, or why it won't. */
export type Opened<Words extends Talk> =
  | { readonly opened: Words['welcome'] }
  | { readonly refused: { readonly code: StoreRefusalCode; readonly message: string } };

/** A channel of our own: on the worker's, Node may speak too (`node --watch` does). */
export type OwnPort = { readonly port: MessagePort };

/**
 * The most that a young generation takes, in MiB. Hardly anything here outlives its answer, so that a small one costs nothing to
 * collect; but what a whole group brings to the writer must find room, or it ends among the old objects (decision 23). V8's own
 * flag for the size, where the process has it, comes before this.
 */
const youngMb = { writer: 24, reader: 3, checkpointer: 3 };

export class Thread<Words extends Talk> {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #waiting: PromiseWithResolvers<Words['answer']>[] = [];
  #stopped: Error | null = null;

  private constructor(worker: Worker, port: MessagePort) {
    this.#worker = worker;
    this.#port = port;
  }

  /** Starts the thread whose code is `name` beside this file; resolves once its connection is open. */
  static async start<Words extends Talk>(
    name: keyof typeof youngMb,
    data: object,
  ): Promise<{ thread: Thread<Words>; welcome: Words['welcome'] }> {
    // The packed program has JavaScript beside this file, the repository TypeScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const { port1: port, port2: theirs } = new MessageChannel();
    const worker = new Worker(new URL(`./${name}.${extension}`, import.meta.url), {
      workerData: { ...data, port: theirs } satisfies OwnPort,
      transferList: [theirs],
      resourceLimits: { maxYoungGenerationSizeMb: youngMb[name] },
    });
    const thread = new Thread<Words>(worker, port);
    const welcome = await new Promise<Words['welcome']>((resolve, reject) => {
      port.once('message', (first: Opened<Words>) => {
        port.on('message', (answer: Words['answer']) => thread.#waiting.shift()?.resolve(answer));
        if ('opened' in first) return resolve(first.opened);
        reject(new StoreRefusal(first.refused.code, first.refused.message));
      });
      const stop = (error: Error) => {
        thread.#stop(error);
        reject(error);
      };
      worker.once('error', (error) => stop(error instanceof Error ? error : new Error(String(error))));
      // What it said last may be read after its end is heard of: it counts first.
      worker.once('exit', () => setImmediate(() => stop(new Error(`the ${name} thread has ended`))));
    });
    return { thread, welcome };
  }

  /** Answers come in the order of the requests. Rejects with `StoreBroken` once the thread has ended. */
  ask(request: Words['request'], moved: readonly ArrayBuffer[] = []): Promise<Words['answer']> {
    if (this.#stopped !== null) return Promise.reject(new StoreBroken(this.#stopped.message));
    const answer = Promise.withResolvers<Words['answer']>();
    this.#waiting.push(answer);
    this.#port.postMessage(request, moved);
    return answer.promise;
  }

  /** Ends the thread; what is under way is not answered. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #stop(error: Error): void {
    this.#stopped ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new StoreBroken(error.message));
  }
}
