import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * `afterMuch` makes what stays, as a start does, and tells how large the thread's young generation is then: the least of what it
 * had in the second half, since it exceeds its size for a moment whenever V8 ends marking.
 */
const measuring = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const youngBytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  const kept = [];
  const afterMuch = () => {
    const sizes = [];
    for (let each = 0; each < 1_000_000; each++) {
      kept.push({ each: [each] });
      if (each > 500_000 && each % 10_000 === 0) sizes.push(youngBytes());
    }
    return Math.min(...sizes);
  };
`;
const inThread = `${measuring}
  import { parentPort } from 'node:worker_threads';
  parentPort.postMessage(afterMuch());
`;
const program = `${measuring}
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  import { startSmall } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'small-start.ts')).href)};
  const before = youngBytes();
  const start = await startSmall(async () => {
    const [ofThread] = await once(new Worker(${JSON.stringify(inThread)}, { eval: true }), 'message');
    return { ofThread, ofMain: afterMuch() };
  });
  console.log(JSON.stringify({ before, ...start, after: afterMuch() }));
`;

test('no young generation grows while the server starts, and they grow with the load after that', () => {
  const given = ['--max-semi-space-size=16', '--input-type=module', '-e', program];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const said = execFileSync(process.execPath, given, { encoding: 'utf8', env });
  const { before, ofThread, ofMain, after } = JSON.parse(said) as Readonly<Record<string, number>>;
  // The half that a collection copies to is counted once it is used.
  expect(ofThread).toBeLessThanOrEqual(2 * before!);
  expect(ofMain).toBeLessThanOrEqual(2 * before!);
  expect(after).toBeGreaterThan(4 * before!);
});
