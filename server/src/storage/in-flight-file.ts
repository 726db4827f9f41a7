// The file of in-flight marks beside an embedded database: one line a place, overwritten as attempts come and go.
//
// A line is written with one positioned write and no fsync, so that it costs microseconds. The kernel keeps it when the
// process is killed. An attempt whose result was recorded needs no clearing: the store tells that it is over.

import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { BegunAttempt, InFlightMarks } from '../domain/in-flight-marks.ts';

const lineBytes = 40;

export type InFlightFile = InFlightMarks & {
  /** What the process before this one had in flight when it ended, recorded or not. */
  readonly left: readonly BegunAttempt[];
  /** Once what was left has been told: it is not told again. */
  forgetLeft(): void;
  close(): void;
};

/** Opens the file at `path`, made when missing; what it held is in `left`. */
export function openInFlightFile(path: string): InFlightFile {
  const left = existsSync(path) ? readFileSync(path, 'latin1').split('\n').flatMap(parseLine) : [];
  const places = openSync(path, left.length === 0 ? 'w' : 'r+', 0o600);
  let open = true;
  const line = Buffer.alloc(lineBytes, ' ');

  function write(place: number, text: string): void {
    line.fill(' ');
    line.write(text, 'latin1');
    line[lineBytes - 1] = 0x0a;
    try {
      writeSync(places, line, 0, lineBytes, place * lineBytes);
    } catch {
      // A full disk costs the count of possible duplicates its exactness, and must not cost a delivery its attempt.
    }
  }

  return {
    left,
    forgetLeft: () => ftruncateSync(places),
    begun: (place, { deliveryId, number }) => write(place, `${deliveryId} ${number}`),
    unmark: (place) => write(place, ''),
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
