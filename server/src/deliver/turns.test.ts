import { expect, test } from 'vitest';
import type { Lane } from './lane.ts';
import { Turns } from './turns.ts';

function lane(tenantId: string, name: string, inFlight = 0): Lane {
  return { tenantId, name, inFlight } as unknown as Lane;
}

test('P18: a tenant with many busy webhooks gets as many turns as a tenant with one', () => {
  const turns = new Turns();
  for (let number = 0; number < 50; number++) turns.add(lane('busy', `b${number}`));
  turns.add(lane('quiet', 'q'));
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

test('P18: who holds no place comes before who holds some, among webhooks and among tenants', () => {
  const turns = new Turns();
  const hanging = lane('a', 'hanging', 4);
  const prompt = lane('a', 'prompt', 0);
  turns.add(hanging);
  turns.add(prompt);
  expect([turns.next(), turns.next()]).toEqual([prompt, hanging]);

  for (let request = 0; request < 4; request++) turns.begun(hanging);
  const other = lane('b', 'other');
  turns.add(prompt);
  turns.add(other);
  expect([turns.next(), turns.next()]).toEqual([other, prompt]);
  for (let request = 0; request < 4; request++) turns.ended(hanging);
  turns.add(prompt);
  turns.add(other);
  expect([turns.next(), turns.next()]).toEqual([prompt, other]);
});
