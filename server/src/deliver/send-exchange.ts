// One request and its answer over one connection: turns whatever happens into an exchange, exactly once.

import type { Dispatcher } from 'undici';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Timing } from '../domain/attempt.ts';
import type { Exchange, FoundReceiver } from '../domain/exchange.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import type { Connection, Connections } from './egress/connections.ts';
import { Failure } from './egress/failure.ts';
import type { FailureOutcome } from './egress/failure.ts';
import type { Progress } from './egress/open.ts';
import { badStatus, flooded, judgeStatus, late, stopped } from './send-endings.ts';
import { exchangeFailure } from './send-failure.ts';
import { ReceivedResponse } from './send-response.ts';
import type { ResponseHeaders } from './send-response.ts';
import type { Ending, Span, Watcher } from './send-span.ts';

/** Interim answers (1xx) that are passed over before the receiver is taken for broken. */
const interimMax = 32;

/**
 * Who closes a kept connection just as a request is written does so at once, or a journey later; who takes its time has had
 * the request.
 */
const staleWithinMs = 1_000;

/** Bytes on the wire that no bounded answer needs: what keeps on coming is cut, whatever it is. */
const floodBytes = 1_048_576;

export type ExchangeParts = {
  readonly connections: Connections;
  /** A connection kept from before. */
  readonly reuse: () => Connection | undefined;
  readonly connect: (progress: Progress, signal: AbortSignal) => Promise<Connection>;
  readonly onRefused: (refused: NonNullable<Failure['refused']>) => void;
  readonly wall: () => number;
  /** Whether to tell what was found out about the receiver. */
  readonly inspects: boolean;
};

/** Ends with an answer, an error, or its span; and resolves even if undici never calls back. */
export function exchange(
  request: OutgoingRequest,
  path: string,
  span: Span,
  parts: ExchangeParts,
): Promise<Exchange> {
  return new Promise((resolve) => {
    new RunningExchange(request, path, span, parts, resolve).start();
  });
}

type Mutable<Whole> = { -readonly [Part in keyof Whole]: Whole[Part] };

class RunningExchange implements Dispatcher.DispatchHandler, Progress, Watcher {
  phase: Progress['phase'] = 'connect';
  readonly #request: OutgoingRequest;
  readonly #path: string;
  readonly #span: Span;
  readonly #parts: ExchangeParts;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #timing: Mutable<Timing> = {};
  readonly #found: Mutable<FoundReceiver> = { addresses: null, tls: null };
  #connection: Connection | undefined;
  #bytesReadBefore = 0;
  #dispatchedAtMs = 0;
  #opening: AbortController | undefined;
  /** Set once undici writes the request. */
  #controller: Dispatcher.DispatchController | undefined;
  #answering = false;
  #interim = 0;
  #response: ReceivedResponse | undefined;
  #settled = false;

  constructor(
    request: OutgoingRequest,
    path: string,
    span: Span,
    parts: ExchangeParts,
    resolve: (exchange: Exchange) => void,
  ) {
    this.#request = request;
    this.#path = path;
    this.#span = span;
    this.#parts = parts;
    this.#resolve = resolve;
  }

  start(): void {
    const { ending } = this.#span;
    if (ending !== undefined) return this.onEnding(ending);
    this.#span.watcher = this;
    this.#connect();
  }

  #connect(): void {
    this.#connection = undefined;
    const kept = this.#parts.reuse();
    if (kept !== undefined) return this.#dispatch(kept);
    this.#opening = new AbortController();
    this.#parts.connect(this, this.#opening.signal).then(
      (connection) => {
        this.#opening = undefined;
        if (this.#settled) this.#parts.connections.drop(connection);
        else this.#dispatch(connection);
      },
      (error: unknown) => this.#fail(error as Error),
    );
  }

  ended(phase: 'dns' | 'connect' | 'tls'): void {
    this.#timing[`${phase}Ms`] = this.#span.elapsedMs();
  }

  resolved(addresses: readonly string[]): void {
    this.#found.addresses = addresses;
  }

  shookHands(socket: TLSSocket): void {
    if (this.#parts.inspects) this.#found.tls = tlsOf(socket);
  }

  #dispatch(connection: Connection): void {
    this.#connection = connection;
    this.#bytesReadBefore = connection.wire.bytesRead;
    this.#dispatchedAtMs = this.#span.elapsedMs();
    connection.awaitsAnswer = true;
    const { method, headers, body } = this.#request;
    connection.client.dispatch({ method, path: this.#path, headers, body }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('the attempt is over'));
  }

  onResponseStarted(): void {
    if (this.#answering) return;
    this.#answering = true;
    this.#timing.firstByteMs = this.#span.elapsedMs();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: ResponseHeaders,
    reason = '',
  ): void {
    if (this.#settled) return;
    if (status >= 200) {
      this.#connection!.awaitsAnswer = false;
      this.#response = new ReceivedResponse(status, reason, headers);
      return;
    }
    const passedOver = status > 101 && ++this.#interim <= interimMax;
    if (!passedOver) this.#abandon(controller, badStatus(status));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled || this.#response === undefined || this.#response.take(chunk)) return;
    this.#settleByStatus(this.#response, false);
    controller.abort(new Error('enough of the body was read'));
  }

  onResponseEnd(): void {
    if (this.#settled || this.#response === undefined) return;
    const connection = this.#connection!;
    // A receiver that answers before it has read the request may never read it.
    if (connection.socket.writableLength === 0) this.#parts.connections.keep(connection);
    else this.#parts.connections.drop(connection);
    this.#settleByStatus(this.#response, true);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#settled) return;
    if (this.#response !== undefined) return this.#settleByStatus(this.#response, false);
    this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#settled) return;
    if (error instanceof Failure) {
      if (error.refused !== undefined) this.#parts.onRefused(error.refused);
      return this.#settle({ outcome: error.outcome });
    }
    const outcome = exchangeFailure(error);
    const stale = isLoss(outcome) && this.#connection?.used === true && !this.#answering && this.#isFresh;
    // As long as nothing was written, another connection serves as well.
    if (stale && this.#controller === undefined) return this.#connect();
    this.#settle(stale ? { outcome, staleConnection: true } : { outcome });
  }

  get #isFresh(): boolean {
    return this.#span.elapsedMs() - this.#dispatchedAtMs <= staleWithinMs;
  }

  /** Time is up or the attempt is cut: whatever has come decides. */
  onEnding(why: Ending): void {
    if (this.#settled) return;
    if (this.#response !== undefined) this.#settleByStatus(this.#response, false);
    else this.#settle({ outcome: why === 'cut' ? stopped : this.#lateness() });
    const reason = new Error('the attempt is over');
    this.#opening?.abort(reason);
    this.#controller?.abort(reason);
  }

  onTick(): void {
    if (this.#connection === undefined) return;
    if (this.#connection.wire.bytesRead - this.#bytesReadBefore < floodBytes) return;
    if (this.#response !== undefined) this.#settleByStatus(this.#response, false);
    else this.#settle({ outcome: flooded });
    this.#controller?.abort(new Error('the answer has no end'));
  }

  #lateness(): FailureOutcome {
    if (this.#connection === undefined) return late[this.phase];
    return this.#interim > 0 ? late.interim : late.answer;
  }

  #abandon(controller: Dispatcher.DispatchController, outcome: FailureOutcome): void {
    this.#settle({ outcome });
    controller.abort(new Error('the answer can not be used'));
  }

  /** The status line decides, whatever became of the body. */
  #settleByStatus(response: ReceivedResponse, complete: boolean): void {
    const outcome = judgeStatus(response, this.#parts.wall);
    this.#settle({ outcome, response: response.recorded(complete) });
  }

  #settle(result: Pick<Exchange, 'outcome' | 'staleConnection'> & Partial<Pick<Exchange, 'response'>>): void {
    this.#settled = true;
    this.#span.watcher = undefined;
    const ended = { response: null, ...result, timing: this.#timing, durationMs: this.#span.elapsedMs() };
    this.#resolve(this.#parts.inspects ? { ...ended, found: this.#found } : ended);
  }
}

/** Null where the receiver showed no certificate. */
function tlsOf(socket: TLSSocket): FoundReceiver['tls'] {
  // `getPeerX509Certificate` before the certificate is judged makes Node miss the names that it is for.
  const { issuer, subject, valid_to: validTo } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  if (issuer === undefined || subject === undefined || validTo === undefined) return null;
  return {
    protocol: socket.getProtocol() ?? '',
    issuer: nameText(issuer),
    subject: nameText(subject),
    validTo: Date.parse(validTo),
  };
}

/** A distinguished name such as `C=US, CN=example.com`. */
function nameText(name: PeerCertificate['subject']): string {
  return Object.entries(name)
    .flatMap(([attribute, values]) => [values].flat().map((value) => `${attribute}=${value}`))
    .join(', ');
}

function isLoss(outcome: FailureOutcome): boolean {
  return outcome.kind === 'error' && outcome.reason === 'connection_lost';
}
