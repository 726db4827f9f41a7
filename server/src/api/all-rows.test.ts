// Reading a whole list, beside everybody else.

import { expect, test } from 'vitest';
import { allRows } from './all-rows.ts';

test('others have their turn between two pages, however fast the store answers', async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  const turnsAtPage: number[] = [];
  const rows = await allRows<number>(async () => {
    turnsAtPage.push(turns);
    const [page, wait] = [turnsAtPage.length, performance.now() + 3];
    while (performance.now() < wait);
    return { rows: [page], next: page === 50 ? null : { at: page, id: '' }, previous: null };
  });
  clearInterval(others);
  expect(rows).toHaveLength(50);
  expect(turnsAtPage.at(-1)).toBeGreaterThan(10);
});
