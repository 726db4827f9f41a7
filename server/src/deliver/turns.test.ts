import { expect, test } from 'vitest';
import type { Lane } from './lane.ts';
import { Turns } from './turns.ts';

function lane(tenantId: string, name: string): Lane {
  return { tenantId, name } as unknown as Lane;
}

test('P18: a tenant with many busy webhooks gets as many turns as a tenant with one', () => {
  const turns = new Turns();
  const busy = Array.from({ length: 50 }, (_, number) => lane('busy', `b${number}`));
  const quiet = lane('quiet', 'q');
  for (const each of busy) turns.add(each);
  turns.add(quiet);
  const order = Array.from({ length: 10 }, () => {
    const next = turns.next()!;
    turns.add(next);
    return next.tenantId;
  });
  expect(order).toEqual([
    'busy',
    'quiet',
    'busy',
    'quiet',
    'busy',
    'quiet',
    'busy',
    'quiet',
    'busy',
    'quiet',
  ]);
});

test('webhooks of one tenant take turns, and a lane that asks twice gets one turn', () => {
  const turns = new Turns();
  const [a, b] = [lane('t', 'a'), lane('t', 'b')];
  turns.add(a);
  turns.add(b);
  turns.add(a);
  expect([turns.next(), turns.next(), turns.next()]).toEqual([a, b, undefined]);
});
