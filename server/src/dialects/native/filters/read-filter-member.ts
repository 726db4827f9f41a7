// Reads the member `filter` of a request.

import type { Filter } from '../../../domain/filter.ts';
import { readFilter } from '../../../domain/read-filter.ts';
import type { FieldProblem } from '../../../domain/refusal.ts';

type ReadMember = { readonly value: Filter | null; readonly problems: readonly FieldProblem[] };

/** Null takes any event. */
export function readFilterMember(given: unknown): ReadMember {
  if (given === null) return { value: null, problems: [] };
  const read = readFilter(given, '/filter');
  return read.ok ? { value: read.filter, problems: [] } : { value: null, problems: read.problems };
}
