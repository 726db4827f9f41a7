import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Makes what stays, as a start does, while the start lasts and after it; tells how large the young generation is. */
const program = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { startSmall } from ${JSON.stringify(join(import.meta.dirname, 'small-start.ts'))};
  const youngBytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  const kept = [];
  const makeMuch = () => {
    for (let each = 0; each < 1_000_000; each++) kept.push({ each: [each] });
  };
  const before = youngBytes();
  const during = await startSmall(async () => {
    makeMuch();
    return youngBytes();
  });
  makeMuch();
  console.log(JSON.stringify({ before, during, after: youngBytes() }));
`;

test('the young generation does not grow while the server starts, and grows with the load after that', () => {
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const { before, during, after } = JSON.parse(said) as Record<'before' | 'during' | 'after', number>;
  expect(during).toBeLessThan(4 * before);
  expect(after).toBeGreaterThan(4 * during);
});
