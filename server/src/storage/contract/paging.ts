// Walks a list forwards and back again: what every list must keep to.

import { expect } from 'vitest';
import type { Page, PageRequest } from '../store.ts';

const limits = [1, 2, 3, 7, 50];

/** The ids of a whole list. Expects pages of any size, forwards from the start and back from the end, to agree on them. */
export async function idsByPages<Row>(
  list: (page: PageRequest) => Promise<Page<Row>>,
  idOf: (row: Row) => string,
): Promise<readonly string[]> {
  const walks: string[][] = [];
  for (const limit of limits) {
    const forwards: string[] = [];
    let page = await list({ limit, after: null, before: null });
    expect(page.previous).toBeNull();
    for (;;) {
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      forwards.push(...page.rows.map(idOf));
      if (page.next === null) break;
      page = await list({ limit, after: page.next, before: null });
    }

    const backwards = page.rows.map(idOf);
    while (page.previous !== null) {
      page = await list({ limit, after: null, before: page.previous });
      expect(page.next).not.toBeNull();
      backwards.unshift(...page.rows.map(idOf));
    }
    expect(backwards).toEqual(forwards);
    walks.push(forwards);
  }
  for (const walk of walks) expect(walk).toEqual(walks[0]);
  return walks[0]!;
}
