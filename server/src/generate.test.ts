import { expect, test } from 'vitest';
import { staleDocuments } from './generate.ts';

test('the generated documents say what the code says', async () => {
  const stale = await staleDocuments();

  expect([...stale.keys()], 'run `npm run generate`').toEqual([]);
});
