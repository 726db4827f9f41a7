// A secret in memory: it can be used, and can't slip into a log, a signal or an answer by accident.

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** A text that prints, logs and serialises as `[secret]`. `reveal()` is the only way to its value. */
export class Secret {
  readonly #value: string | undefined;

  constructor(value: string | undefined) {
    this.#value = value;
  }

  /** The secret whose stored form can't be decrypted (wrong key, damaged or moved row). */
  static unreadable(): Secret {
    return new Secret(undefined);
  }

  get readable(): boolean {
    return this.#value !== undefined;
  }

  /** The value itself: for signing, for the answer that creates it, and for storage to encrypt. */
  reveal(): string {
    if (this.#value === undefined) throw new Error('the secret is unreadable');
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect](): string {
    return '[secret]';
  }
}
