// The real send with a policy made for a test, its signals kept, and requests in one line.

import { steadyClock } from '../../src/clock.ts';
import { closedPolicy } from '../../src/deliver/egress/policy.ts';
import type { EgressPolicy } from '../../src/deliver/egress/policy.ts';
import { parseCidrs } from '../../src/deliver/egress/policy-settings.ts';
import type { Listening } from '../../src/deliver/egress/self.ts';
import { makeSend } from '../../src/deliver/send.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { Exchange, Send, SendOptions } from '../../src/domain/exchange.ts';
import type { Signal } from '../../src/domain/signal.ts';

export interface TestSender extends AsyncDisposable {
  readonly send: Send;
  readonly signals: readonly Signal[];
  /** Replaces the policy, as a changed setting does. */
  change(policy: Partial<EgressPolicy>): void;
  post(url: string, with_?: Partial<SendOptions> & PostOptions): Promise<Exchange>;
  close(): Promise<void>;
}

export type PostOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly cut?: AbortSignal;
};

export function networks(text: string): EgressPolicy['cidrs'] {
  const parsed = parseCidrs(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

/** 127.0.0.0/8 and http are open unless the test says otherwise. */
export function testSender(
  policy: Partial<EgressPolicy> = {},
  more: {
    readonly listening?: Listening;
    readonly authorities?: readonly string[];
    readonly clock?: Clock;
  } = {},
): TestSender {
  let current: EgressPolicy = { ...closedPolicy, cidrs: networks('127.0.0.0/8'), http: true, ...policy };
  const signals: Signal[] = [];
  const { send, close } = makeSend({
    policy: () => current,
    listening: () => more.listening ?? { ports: [], publicHost: null },
    clock: more.clock ?? steadyClock(),
    emit: (signal) => signals.push(signal),
    ...(more.authorities === undefined ? {} : { authorities: more.authorities }),
  });
  return {
    send,
    signals,
    change(next) {
      current = { ...current, ...next };
    },
    post(url, given = {}) {
      const { headers = {}, body = '{"n":1}', cut = new AbortController().signal, ...options } = given;
      return send(
        { method: 'POST', url, headers, body: typeof body === 'string' ? Buffer.from(body) : body },
        { tenantId: 'tnt_a', timeoutMs: 10_000, tlsVerify: true, redirectsMax: 0, ...options },
        cut,
      );
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Real timers, and a monotonic time that the test can move ahead. */
export function movableClock(): Clock & { ahead(ms: number): void } {
  const real = steadyClock();
  let aheadMs = 0;
  return {
    now: () => real.now() + aheadMs,
    wall: () => real.wall() + aheadMs,
    monotonicMs: () => real.monotonicMs() + aheadMs,
    after: (delayMs, then) => real.after(delayMs, then),
    ahead(ms) {
      aheadMs += ms;
    },
  };
}
