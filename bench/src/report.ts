// Results as text: for the terminal, and for bench/README.md.

import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Machine } from './machine.ts';
import { quantile, spreadOf, type Spread } from './numbers.ts';
import type { Extent } from './row.ts';

/** What a number means nothing without. */
export function conditions({ cpu, memory, kernel, disk, load, node, commit }: Machine): string {
  return `${cpu}, ${memory}, kernel ${kernel}, ${disk}, load before ${load}; Node ${node}, commit ${commit}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

export function whole(spread: Spread): string {
  return ranged(spread, (value) => Math.round(value).toLocaleString('en'));
}

export function hundredths(spread: Spread): string {
  return ranged(spread, (value) => value.toFixed(2));
}

export function milliseconds(spread: Spread): string {
  return ranged(spread, (value) => value.toFixed(1), ' ms');
}

/** What one of a hundred values is above, in each of some rounds. */
export function quantileOfRounds(rounds: readonly (readonly number[])[], share: number): Spread {
  return spreadOf(
    rounds.map((values) =>
      quantile(
        values.toSorted((a, b) => a - b),
        share,
      ),
    ),
  );
}

function ranged({ median, min, max }: Spread, text: (value: number) => string, unit = ''): string {
  return `${text(median)}${unit} (${text(min)}–${text(max)})`;
}

/** How often and how long it was measured. */
export function roundsOf({ rounds, roundMs }: Pick<Extent, 'rounds' | 'roundMs'>): string {
  return `${rounds} rounds of ${roundMs / 1_000} s, medians (smallest–largest)`;
}

/** Puts the lines of a row, measured on a database, into their place in bench/README.md. */
export async function writeResults(row: string, database: string, lines: readonly string[]): Promise<void> {
  const file = resolve(import.meta.dirname, '../README.md');
  const before = await readFile(file, 'utf8');
  const place = new RegExp(`(<!-- ${row} on ${database} -->\n)[\\s\\S]*?(<!-- end -->)`);
  if (!place.test(before)) throw new Error(`${file} has no place for ${row} on ${database}`);
  const after = before.replace(
    place,
    (_, start: string, end: string) => `${start}\n${lines.join('\n')}\n\n${end}`,
  );
  await writeFile(file, after);
}
