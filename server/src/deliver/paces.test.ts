import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { testClock } from '../../test/test-clock.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { Paces } from './paces.ts';

test('who is held back waits until a later millisecond, and then may begin or waits for one more', async () => {
  const limits = fc.record({
    requests: fc.integer({ min: 1, max: 100_000 }),
    perSeconds: fc.integer({ min: 1, max: 3_600 }),
  });
  const offset = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(limits, offset, async (rateLimit, offsetMs) => {
      const clock = testClock();
      await clock.advance(offsetMs);
      const paces = new Paces(clock);
      const lane = {
        webhook: sampleWebhook({}, { rateLimit }),
        hold: { shard: 0, epoch: null, ready: true },
      };
      paces.taken(lane);
      for (let looks = 0; paces.heldBackUntil(lane) !== null; looks++) {
        expect(looks).toBeLessThan(3);
        const until = paces.heldBackUntil(lane)!;
        expect(until).toBeGreaterThan(clock.now());
        await clock.advance(until - clock.now());
      }
    }),
  );
});
