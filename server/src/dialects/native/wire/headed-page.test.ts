import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Page, PageRequest } from '../../../api/reads.ts';
import { headedPage } from './headed-page.ts';

const cases = fc.record({
  head: fc.integer({ min: 0, max: 7 }),
  rest: fc.integer({ min: 0, max: 7 }),
  limit: fc.integer({ min: 1, max: 5 }),
});

test('pages forward and back run through built-in and stored entries, each once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ head, rest, limit }) => {
      const built = Array.from({ length: head }, (_, index) => `b${index}`);
      const stored = Array.from({ length: rest }, (_, index) => `s${index}`);
      const page = (request: PageRequest) => headedPage(built, (inner) => listOf(stored, inner), request);

      const forward: string[] = [];
      let last = await page({ limit, after: null, before: null });
      forward.push(...last.rows);
      while (last.next !== null) {
        last = await page({ limit, after: last.next, before: null });
        forward.push(...last.rows);
      }
      const backward = [...last.rows];
      while (last.previous !== null) {
        last = await page({ limit, after: null, before: last.previous });
        backward.unshift(...last.rows);
      }

      expect(forward).toEqual([...built, ...stored]);
      expect(backward).toEqual(forward);
    }),
  );
});

/** Pages as the store makes them. */
async function listOf(rows: readonly string[], { limit, after, before }: PageRequest): Promise<Page<string>> {
  const start =
    after !== null
      ? rows.indexOf(after.id) + 1
      : before === null
        ? 0
        : Math.max(0, rows.indexOf(before.id) - limit);
  const end = before === null ? start + limit : rows.indexOf(before.id);
  const page = rows.slice(start, end);
  const position = (id: string | undefined) => (id === undefined ? null : { at: 0, id });
  return {
    rows: page,
    next: end < rows.length ? position(page.at(-1)) : null,
    previous: start > 0 ? position(page[0]) : null,
  };
}
