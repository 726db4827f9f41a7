// Where all signals arrive: each listener hears each signal, and none can hurt another or the part that said it.

import type { Emit, Signal } from '../domain/signal.ts';

export type Listener = (signal: Signal) => void;

/** A listener that throws is reported to `onFault` and goes on hearing; the emitting part never notices. */
export function joinListeners(listeners: readonly Listener[], onFault: (cause: unknown) => void): Emit {
  return (signal) => {
    for (const listen of listeners) {
      try {
        listen(signal);
      } catch (cause) {
        onFault(cause);
      }
    }
  };
}
