// A list whose first entries are built in and whose others are in the store, as pages that run through both.

import type { Page, PageRequest, Position } from '../../../api/reads.ts';

const headPrefix = 'built-in/';

/**
 * The page of `head` followed by what `listRest` pages through. A position in the head is a boundary between two of
 * its entries, or after the last.
 */
export async function headedPage<Head, Rest>(
  head: readonly Head[],
  listRest: (page: PageRequest) => Promise<Page<Rest>>,
  request: PageRequest,
): Promise<Page<Head | Rest>> {
  if (request.before !== null) return pageBefore(head, listRest, request.before, request.limit);
  const start = request.after === null ? 0 : boundaryOf(request.after);
  if (start === undefined) {
    const rest = await listRest(request);
    return { ...rest, previous: rest.previous ?? boundary(head.length) };
  }
  return pageFrom(head, listRest, start, request.limit);
}

async function pageFrom<Head, Rest>(
  head: readonly Head[],
  listRest: (page: PageRequest) => Promise<Page<Rest>>,
  start: number,
  limit: number,
): Promise<Page<Head | Rest>> {
  const rows = head.slice(start, start + limit);
  const previous = start === 0 ? null : boundary(start);
  if (start + limit < head.length) return { rows, next: boundary(start + limit), previous };
  const room = limit - rows.length;
  const rest = await listRest({ limit: Math.max(1, room), after: null, before: null });
  if (room > 0) return { rows: [...rows, ...rest.rows], next: rest.next, previous };
  return { rows, next: rest.rows.length > 0 ? boundary(head.length) : null, previous };
}

async function pageBefore<Head, Rest>(
  head: readonly Head[],
  listRest: (page: PageRequest) => Promise<Page<Rest>>,
  before: Position,
  limit: number,
): Promise<Page<Head | Rest>> {
  const end = boundaryOf(before);
  if (end !== undefined) {
    const start = Math.max(0, end - limit);
    return {
      rows: head.slice(start, end),
      next: boundary(end),
      previous: start === 0 ? null : boundary(start),
    };
  }
  const rest = await listRest({ limit, after: null, before });
  if (rest.previous !== null) return rest;
  const start = Math.max(0, head.length - (limit - rest.rows.length));
  return {
    rows: [...head.slice(start), ...rest.rows],
    next: rest.next,
    previous: start === 0 ? null : boundary(start),
  };
}

function boundary(index: number): Position {
  return { at: 0, id: `${headPrefix}${index}` };
}

function boundaryOf({ id }: Position): number | undefined {
  return id.startsWith(headPrefix) ? Number(id.slice(headPrefix.length)) : undefined;
}
