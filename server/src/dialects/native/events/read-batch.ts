// Reads a batch of events: a JSON array, lines of JSON, or an array of CloudEvents. One bad event refuses all of it.

import { cutArray } from '../../../domain/json-scan.ts';
import { invalid, Refusal, type FieldProblem } from '../../../domain/refusal.ts';
import type { Submission } from '../../../publish/publish.ts';
import { readCloudEvent } from './read-cloud-event.ts';
import { readEvent } from './read-event.ts';

export const batchEventsMax = 1_000;

export type BatchType = 'application/json' | 'application/x-ndjson' | 'application/cloudevents-batch+json';

/** In a refusal each pointer begins with the event's place in the batch, from 0. */
export function readBatch(type: BatchType, bytes: Uint8Array, dataBytesMax: number): Submission[] {
  const pieces = type === 'application/x-ndjson' ? linesOf(bytes) : elementsOf(bytes);
  if (pieces.length === 0) {
    throw invalid([
      { pointer: '', rule: 'min_items', message: 'The batch is empty; send at least one event' },
    ]);
  }
  const read = type === 'application/cloudevents-batch+json' ? readCloudEvent : readEvent;
  return readAll(pieces, (piece) => read(piece, dataBytesMax));
}

function elementsOf(bytes: Uint8Array): Uint8Array[] {
  const cut = cutArray(bytes, batchEventsMax);
  if (cut.ok) return cut.elements.map(({ start, end }) => bytes.subarray(start, end));
  if (cut.problem.rule === 'elements') throw tooMany();
  throw new Refusal('bad_request', cut.problem.message);
}

/** Empty lines separate nothing and are no events. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (!line.some((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d)) continue;
    if (lines.push(line) > batchEventsMax) throw tooMany();
  }
  return lines;
}

/** Reads on after a bad event, so that one answer names what is wrong with each. */
function readAll(pieces: readonly Uint8Array[], read: (piece: Uint8Array) => Submission): Submission[] {
  const submissions: Submission[] = [];
  const problems: FieldProblem[] = [];
  for (const [index, piece] of pieces.entries()) {
    try {
      submissions.push(read(piece));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'invalid') throw inEvent(index, error);
      problems.push(
        ...error.problems.map((problem) => ({ ...problem, pointer: `/${index}${problem.pointer}` })),
      );
      if (problems.length >= problemsMax) break;
    }
  }
  const [first, ...rest] = problems;
  if (first !== undefined) throw invalid([first, ...rest]);
  return submissions;
}

const problemsMax = 50;

function inEvent(index: number, { code, message, problems }: Refusal): Refusal {
  return new Refusal(code, `Event ${index} of the batch: ${message}`, {
    problems: problems.map((problem) => ({ ...problem, pointer: `/${index}${problem.pointer}` })),
  });
}

function tooMany(): Refusal {
  const message = `A batch has at most ${batchEventsMax} events; send more of them in further batches`;
  return invalid([{ pointer: '', rule: 'max_items', message }]);
}
