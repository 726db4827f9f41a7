// Who is told of changes.

export class Listeners<Listener extends (change: never) => void> {
  readonly #listeners = new Set<{ readonly listener: Listener }>();

  /** The answer stops it. */
  add(listener: Listener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  tell(change: Parameters<Listener>[0]): void {
    for (const { listener } of this.#listeners) listener(change);
  }
}
