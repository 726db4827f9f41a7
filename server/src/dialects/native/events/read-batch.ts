// Reads a batch of events: a JSON array, lines of JSON, or an array of CloudEvents. One bad event refuses all of it.

import { setImmediate as othersTurn } from 'node:timers/promises';
import { cutArray } from '../../../domain/json-scan.ts';
import { invalid, Refusal, type FieldProblem } from '../../../domain/refusal.ts';
import type { Submission } from '../../../publish/publish.ts';
import { refuse } from '../wire/refuse.ts';
import { readCloudEvent } from './read-cloud-event.ts';
import { readEvent } from './read-event.ts';

export const batchEventsMax = 1_000;

export type BatchType = 'application/json' | 'application/x-ndjson' | 'application/cloudevents-batch+json';

/** In a refusal each pointer begins with the event's place in the batch, from 0. */
export async function readBatch(
  type: BatchType,
  bytes: Uint8Array,
  dataBytesMax: number,
): Promise<Submission[]> {
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
  for (let start = skipSpace(bytes, 0); start < bytes.length;) {
    if (lines.length === batchEventsMax) throw tooMany();
    const found = bytes.indexOf(lineFeed, start);
    const end = found === -1 ? bytes.length : found;
    lines.push(bytes.subarray(start, end));
    start = skipSpace(bytes, end);
  }
  return lines;
}

const lineFeed = 0x0a;

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === lineFeed || bytes[at] === 0x0d) at++;
  return at;
}

/** Reading goes on for so many bytes before others have their turn. */
const bytesAtOnce = 1024 * 1024;

/** Reads on after a bad event, so that one answer names what is wrong with each. */
async function readAll(
  pieces: readonly Uint8Array[],
  read: (piece: Uint8Array) => Submission,
): Promise<Submission[]> {
  const submissions: Submission[] = [];
  const problems: FieldProblem[] = [];
  let bytesRead = 0;
  for (const [index, piece] of pieces.entries()) {
    try {
      const submission = read(piece);
      submissions.push({ ...submission, idPointer: `/${index}${submission.idPointer}` });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'invalid') throw inEvent(index, error);
      problems.push(
        ...error.problems.map((problem) => ({ ...problem, pointer: `/${index}${problem.pointer}` })),
      );
      if (problems.length >= problemsMax) break;
    }
    bytesRead += piece.length;
    if (bytesRead >= bytesAtOnce) {
      bytesRead = 0;
      await othersTurn();
    }
  }
  refuse(problems);
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
