// Sends from a thread of its own, so that neither the connections nor the guard take time from accepting and recording.
// What is sent in one turn of the event loop crosses to the thread together, and so do the exchanges on their way back.

import type { MessagePort, Worker } from 'node:worker_threads';
import { nothingSent, type Exchange, type Send } from '../domain/exchange.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Emit } from '../domain/signal.ts';
import type { Sender } from './send.ts';
import { stopped } from './send-endings.ts';
import {
  packRequests,
  packRules,
  unpackExchanges,
  type EgressRules,
  type NumberedRequest,
  type Order,
  type Report,
} from './remote-send-wire.ts';

export type RemoteSendParts = {
  /** Starts a thread that calls `sendHere` with the other end of the port. */
  readonly startThread: () => { readonly worker: Worker; readonly port: MessagePort };
  readonly rules: () => EgressRules;
  /** Called before requests leave for the thread. */
  readonly beforeSending: () => void;
  readonly emit: Emit;
};

export type RemoteSender = Sender & {
  /** Makes the rules of now take hold, on open connections too. */
  readonly rulesChanged: () => void;
};

/**
 * A thread that ends by itself is replaced at the next request. What it had in flight is told as the platform's fault,
 * and so attempted again.
 */
export function makeRemoteSend(parts: RemoteSendParts): RemoteSender {
  const cuts = new WeakMap<AbortSignal, number>();
  let lastCut = 0;
  let closing: Promise<void> | undefined;
  let thread: SendingThread | undefined = startThread();

  function startThread(): SendingThread {
    const started = new SendingThread(parts, (cause, interrupted) => {
      if (thread === started) thread = undefined;
      if (closing === undefined) parts.emit({ kind: 'sending.ended', cause, interrupted });
    });
    return started;
  }

  /** One listener for each signal, however many requests it cuts. */
  function numberOf(signal: AbortSignal): number {
    const known = cuts.get(signal);
    if (known !== undefined) return known;
    const number = ++lastCut;
    cuts.set(signal, number);
    signal.addEventListener('abort', () => thread?.cut(number));
    return number;
  }

  return {
    send(request, options, cut) {
      if (cut.aborted || closing !== undefined) return Promise.resolve(nothingSent(stopped));
      try {
        thread ??= startThread();
      } catch (cause) {
        parts.emit({ kind: 'sending.ended', cause, interrupted: 0 });
        return Promise.resolve(nothingSent(interrupted));
      }
      return thread.send(request, options, numberOf(cut));
    },
    rulesChanged: () => thread?.follow(parts.rules()),
    close: () => (closing ??= thread?.close() ?? Promise.resolve()),
  };
}

type Waiting = (exchange: Exchange) => void;

class SendingThread {
  readonly #port: MessagePort;
  readonly #beforeSending: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended = Promise.withResolvers<void>();
  #batch: NumberedRequest[] = [];
  #lastId = 0;

  constructor(
    { startThread, rules, beforeSending, emit }: RemoteSendParts,
    onEnd: (cause: unknown, interrupted: number) => void,
  ) {
    this.#beforeSending = beforeSending;
    const { worker, port } = startThread();
    this.#port = port;
    let cause: unknown = new Error('it has exited');
    port.on('message', (report: Report) => {
      if (report.kind === 'ended') this.#take(report.exchanges);
      else if (report.kind === 'signal') emit(report.signal);
      else void worker.terminate();
    });
    worker.once('error', (error) => (cause = error));
    // What it said last may be read after its end is heard of: it counts first.
    worker.once('exit', () => setImmediate(() => this.#end(() => onEnd(cause, this.#waiting.size))));
    this.follow(rules());
  }

  send(request: NumberedRequest['request'], options: Parameters<Send>[1], cut: number): Promise<Exchange> {
    return new Promise((resolve) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, resolve);
      if (this.#batch.push({ id, cut, request, options }) === 1) setImmediate(() => this.#sendBatch());
    });
  }

  cut(cut: number): void {
    this.#sendBatch();
    this.#say({ kind: 'cut', cut });
  }

  follow(rules: EgressRules): void {
    this.#say({ kind: 'rules', rules: packRules(rules) });
  }

  close(): Promise<void> {
    this.#say({ kind: 'close' });
    return this.#ended.promise;
  }

  #end(tell: () => void): void {
    tell();
    this.#port.close();
    for (const resolve of this.#waiting.values()) resolve(nothingSent(interrupted));
    this.#waiting.clear();
    this.#batch = [];
    this.#ended.resolve();
  }

  #sendBatch(): void {
    if (this.#batch.length === 0) return;
    const requests = packRequests(this.#batch);
    this.#batch = [];
    this.#beforeSending();
    this.#say({ kind: 'send', requests }, [requests.bytes.buffer]);
  }

  #take(exchanges: Extract<Report, { kind: 'ended' }>['exchanges']): void {
    for (const { id, exchange } of unpackExchanges(exchanges)) {
      this.#waiting.get(id)?.(exchange);
      this.#waiting.delete(id);
    }
  }

  #say(order: Order, moved: ArrayBuffer[] = []): void {
    this.#port.postMessage(order, moved);
  }
}

const interrupted: Outcome = {
  kind: 'platform',
  reason: 'sending_ended',
  detail: 'The thread that sends has ended; another one takes its place',
};
