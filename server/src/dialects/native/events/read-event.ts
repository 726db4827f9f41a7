// Reads one event from its native JSON: everything but `data` is checked, `data` is cut out byte for byte.

import { verbatimReader } from '../../../api/read-body.ts';
import type { Submission } from '../../../publish/publish.ts';
import { refuse } from '../wire/refuse.ts';
import { cutData } from './data.ts';
import { problemsOfEvent } from './event-rules.ts';
import { EventEnvelope } from './schemas.ts';
import { submissionOf } from './submission.ts';

const reader = verbatimReader(EventEnvelope, 'data');
/** Envelopes that break no rule: equal ones are the same object. */
const good = new WeakSet<EventEnvelope>();

/** Refuses with the pointer and rule of every problem; `payload_too_large` when the data is longer than allowed. */
export function readEvent(bytes: Uint8Array, dataBytesMax: number): Submission {
  const { rest, verbatim } = reader.read(bytes);
  const data = cutData(verbatim, dataBytesMax);
  const { type, id, occurredAt, ...context } = rest;
  if (!good.has(rest)) {
    refuse(problemsOfEvent(rest));
    good.add(rest);
  }
  return submissionOf({
    type,
    occurredAt,
    data,
    context: { ...context, ...(id === undefined ? {} : { publisherId: id }) },
    idPointer: '/id',
  });
}
