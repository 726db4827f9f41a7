// The sending thread's end of a remote send: carries out orders and reports what became of them.

import type { MessagePort } from 'node:worker_threads';
import { makeSend, type SendParts } from './send.ts';
import {
  packExchanges,
  unpackRequests,
  unpackRules,
  type EgressRules,
  type NumberedExchange,
  type Order,
  type Report,
} from './remote-send-wire.ts';

/** Sends what is ordered through the port, until the order to close. */
export function sendHere(port: MessagePort, { clock }: Pick<SendParts, 'clock'>): void {
  const cuts = new Map<number, AbortController>();
  let rules: EgressRules | undefined;
  let ended: NumberedExchange[] = [];
  const sender = makeSend({
    policy: () => rules!.policy,
    listening: () => rules!.listening,
    clock,
    emit: (signal) => say({ kind: 'signal', signal }),
  });

  port.on('message', (order: Order) => {
    switch (order.kind) {
      case 'rules':
        rules = unpackRules(order.rules);
        return;
      case 'send':
        for (const { id, cut, request, options } of unpackRequests(order.requests)) {
          void sender.send(request, options, cutOf(cut).signal).then((exchange) => report({ id, exchange }));
        }
        return;
      case 'cut':
        cutOf(order.cut).abort();
        return;
      case 'close':
        void sender.close().then(() => {
          reportAll();
          say({ kind: 'closed' });
        });
    }
  });

  function cutOf(number: number): AbortController {
    const known = cuts.get(number);
    if (known !== undefined) return known;
    const fresh = new AbortController();
    cuts.set(number, fresh);
    return fresh;
  }

  function report(exchange: NumberedExchange): void {
    if (ended.push(exchange) === 1) setImmediate(reportAll);
  }

  function reportAll(): void {
    if (ended.length === 0) return;
    const exchanges = packExchanges(ended);
    ended = [];
    say({ kind: 'ended', exchanges }, [exchanges.bytes.buffer]);
  }

  function say(words: Report, moved: ArrayBuffer[] = []): void {
    port.postMessage(words, moved);
  }
}
