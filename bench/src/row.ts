// A row of the benchmarks: what one of them measures, selectable by its name.

import type { Databases } from './databases.ts';

export type Row = {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  measure(bench: Bench): Promise<Measured>;
};

/** Lines of Markdown, or why there is nothing to measure here. */
export type Measured =
  | { readonly kind: 'measured'; readonly lines: readonly string[] }
  | { readonly kind: 'skipped'; readonly reason: string };

export type Bench = {
  readonly databases: Databases;
  readonly extent: Extent;
  /** One line of progress. */
  readonly say: (line: string) => void;
};

export type Extent = {
  readonly rounds: number;
  readonly roundMs: number;
  /** Of rounds at a steady rate. */
  readonly steadyMs: number;
  /** In the history that is listed. */
  readonly attempts: number;
  /** That wait when a server starts. */
  readonly backlog: number;
};

export const quick: Extent = {
  rounds: 3,
  roundMs: 1_000,
  steadyMs: 3_000,
  attempts: 100_000,
  backlog: 100_000,
};
export const full: Extent = {
  rounds: 7,
  roundMs: 3_000,
  steadyMs: 10_000,
  attempts: 1_000_000,
  backlog: 1_000_000,
};
