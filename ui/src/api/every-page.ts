// A list that people make by hand, and so is short enough to read whole and search at once.

import { call, type Query } from './call.ts';
import type { Page } from './types.ts';

const pageMax = 250;
const pagesMax = 40;

export async function everyPage<Row>(path: string, signal: AbortSignal, query: Query = {}): Promise<Row[]> {
  const all: Row[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page: Page<Row> = await call('GET', path, { query: { ...query, limit: pageMax, cursor }, signal });
    all.push(...page.data);
    cursor = page.next;
    if (cursor === null) break;
  }
  return all;
}
