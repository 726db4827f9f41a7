// What nodes tell each other for those who look on.

import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.ts';
import { openStore } from '../../../test/postgres/store.ts';

test('a text reaches every node, the one that tells it included, until it stops listening', async () => {
  await using database = await testDatabase();
  await using here = await openStore(database.url);
  await using there = await openStore(database.url);
  const heard: string[] = [];
  const stop = here.live.onTold((text) => heard.push(`here ${text}`));
  there.live.onTold((text) => heard.push(`there ${text}`));

  await expect
    .poll(
      async () => {
        await there.live.tell('news');
        return new Set(heard);
      },
      { timeout: 30_000 },
    )
    .toEqual(new Set(['here news', 'there news']));
  stop();
  heard.length = 0;
  await expect
    .poll(
      async () => {
        await here.live.tell('more');
        return heard.includes('there more');
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  expect(heard).not.toContain('here more');
});
