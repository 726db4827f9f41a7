import { expect, test } from 'vitest';
import { attemptErrors, statusHint } from './attempt-errors.ts';

test('a hint tells what to do and not what Posthorn will do: that depends on the delivery and its webhook', () => {
  const hints = [
    ...Object.values(attemptErrors).map(({ hint }) => hint),
    ...Array.from({ length: 400 }, (_, index) => statusHint(200 + index)),
  ];
  for (const hint of hints) expect(hint).not.toMatch(/Posthorn \w|Retry-After|resume|disabled/);
});
