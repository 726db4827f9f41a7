// The file of in-flight marks beside an embedded database: one line a place, overwritten as attempts come and go.
//
// Lines are written with positioned writes and no fsync: all that changed since the last one together, before the first
// byte of those attempts goes out. The kernel keeps them when the process is killed. An attempt whose result was recorded
// needs no clearing: the store tells that it is over.

import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { BegunAttempt, InFlightMarks } from '../domain/in-flight-marks.ts';

const lineBytes = 40;

export type InFlightFile = InFlightMarks & {
  /** What the process before this one had in flight when it ended, recorded or not. */
  readonly left: readonly BegunAttempt[];
  /** Once what was left has been told: it is not told again. */
  forgetLeft(): void;
  /** Writes the marks that were made since it was last called. */
  write(): void;
  close(): void;
};

/** Opens the file at `path`, made when missing; what it held is in `left`. */
export function openInFlightFile(path: string): InFlightFile {
  const left = existsSync(path) ? readFileSync(path, 'latin1').split('\n').flatMap(parseLine) : [];
  const places = openSync(path, left.length === 0 ? 'w' : 'r+', 0o600);
  let open = true;
  let lines = Buffer.alloc(0);
  /** The lowest and the highest place that changed since they were written. */
  let [from, to] = [Number.POSITIVE_INFINITY, -1];

  function set(place: number, text: string): void {
    const start = place * lineBytes;
    if (lines.length <= start) lines = Buffer.concat([lines], 2 * (start + lineBytes));
    lines.fill(' ', start, start + lineBytes);
    lines.write(text, start, 'latin1');
    lines[start + lineBytes - 1] = 0x0a;
    from = Math.min(from, place);
    to = Math.max(to, place);
  }

  return {
    left,
    forgetLeft: () => ftruncateSync(places),
    begun: (place, { deliveryId, number }) => set(place, `${deliveryId} ${number}`),
    unmark: (place) => set(place, ''),
    write() {
      if (to < 0) return;
      const start = from * lineBytes;
      const length = (to + 1) * lineBytes - start;
      [from, to] = [Number.POSITIVE_INFINITY, -1];
      try {
        writeSync(places, lines, start, length, start);
      } catch {
        // A full disk costs the count of possible duplicates its exactness, and must not cost a delivery its attempt.
      }
    },
    close() {
      if (open) closeSync(places);
      open = false;
    },
  };
}

function parseLine(line: string): BegunAttempt[] {
  const [, deliveryId, number] = /(dlv_[0-9a-z]{26}) (\d+)/.exec(line) ?? [];
  return deliveryId === undefined ? [] : [{ deliveryId, number: Number(number) }];
}
