import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openInFlightFile } from './in-flight-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'posthorn-'));
const path = join(directory, 'marks');
const delivery = (digit: string): string => `dlv_${digit.repeat(26)}`;

afterEach(() => rmSync(path, { force: true }));

test('P2: what was in flight when a process ended is known to the next one until it was told', () => {
  const first = openInFlightFile(path);
  expect(first.left).toEqual([]);
  first.begun(0, { deliveryId: delivery('a'), number: 1 });
  first.begun(3, { deliveryId: delivery('b'), number: 12 });
  first.begun(0, { deliveryId: delivery('c'), number: 2 });
  first.begun(1, { deliveryId: delivery('d'), number: 1 });
  first.unmark(1);
  first.write();

  const second = openInFlightFile(path);
  expect(second.left).toEqual([
    { deliveryId: delivery('c'), number: 2 },
    { deliveryId: delivery('b'), number: 12 },
  ]);
  expect(openInFlightFile(path).left, 'a start that fails tells the next one').toHaveLength(2);
  second.forgetLeft();
  expect(openInFlightFile(path).left).toEqual([]);
  second.close();
  second.close();
});
