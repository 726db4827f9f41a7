// Chance as a parameter: production gives the operating system's, a simulation gives a seeded one.

export interface Random {
  /** A number in [0, 1), good enough for jitter, never for secrets. */
  fraction(): number;
  /** `count` bytes fit for identifiers and secrets. */
  bytes(count: number): Uint8Array;
}
