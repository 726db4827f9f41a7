import { expect, test } from 'vitest';
import type { Signal } from '../domain/signal.ts';
import { joinListeners } from './signals.ts';

test('a listener that throws is reported and keeps nobody else from hearing', () => {
  const heard: Signal[] = [];
  const faults: unknown[] = [];
  const broken = () => {
    throw new Error('broken');
  };
  const emit = joinListeners(
    [broken, (signal) => void heard.push(signal)],
    (cause) => void faults.push(cause),
  );
  emit({ kind: 'store.recovered' });
  expect(heard).toEqual([{ kind: 'store.recovered' }]);
  expect(faults).toEqual([new Error('broken')]);
});
