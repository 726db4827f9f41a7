// The operator's wish to stop: SIGTERM or SIGINT asks for it, a second one asks to hurry.

export type StopSignals = {
  /** Aborted by the first signal. */
  readonly asked: AbortSignal;
  /** Aborted by the second. */
  readonly hurried: AbortSignal;
  /** From now on a signal ends the process. */
  letGo(): void;
};

/** Takes the signals from now on. SIGUSR1, which would open Node's inspector, does nothing any more. */
export function takeStopSignals(): StopSignals {
  const asked = new AbortController();
  const hurried = new AbortController();
  const onSignal = () => (asked.signal.aborted ? hurried.abort() : asked.abort());
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGUSR1', () => {});
  return {
    asked: asked.signal,
    hurried: hurried.signal,
    letGo() {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}

/** Resolves when the signal is aborted, at once if it has been. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
