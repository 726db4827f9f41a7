// Tests run at the same time, and each starts servers on ports of its own.

import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { launchPosthorn, startPosthorn } from './posthorn.ts';

test('a port that was given is not given again while its server is away', async () => {
  const given = await freePort();
  let draws = 0;
  expect(await freePort(() => given + Math.floor(draws++ / 2))).toBeGreaterThan(given);
});

test('a server that has ended since its port was taken is not ready, though another one answers there', async () => {
  await using first = await startPosthorn();
  await using second = await launchPosthorn({ port: first.port });
  await second.exited;
  await expect(second.ready()).rejects.toThrow(/ended before it was ready/);
});
