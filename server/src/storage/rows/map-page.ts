// Pages of rows.

import type { Page } from '../port/page.ts';

/** A page of rows as a page of what they stand for. */
export function mapPage<Row, Thing>(page: Page<Row>, of: (row: Row) => Thing): Page<Thing> {
  return { ...page, rows: page.rows.map(of) };
}
