// The checker of the crash rounds must see what it is there for.

import { expect, test } from 'vitest';
import { check, type Facts } from './check.ts';
import type { Seen } from './ledger.ts';
import { subscribers } from './receivers.ts';
import type { RecordedAttempt, RecordedDelivery } from './recorded.ts';

const intent = { key: 'k0', type: 'user.left', dataSha256: 'aa', ackedAs: 'evt_0' };
const request: Seen = {
  webhook: 'ok',
  key: 'k0',
  messageId: 'evt_0',
  dataSha256: 'aa',
  life: 1,
  status: 200,
};
const attempt: RecordedAttempt = {
  number: 1,
  startedAt: new Date(250).toISOString(),
  outcome: 'success',
  status: 200,
  error: null,
};
const delivery: RecordedDelivery = {
  id: 'dlv_0',
  eventId: 'evt_0',
  webhookId: 'wh_0',
  state: 'delivered',
  attemptCount: 1,
  attempts: [attempt],
};

test('nothing is wrong where both sides agree', () => {
  expect(check(facts({}))).toEqual({
    problems: [],
    delivered: 1,
    exhausted: 0,
    unrecorded: 0,
    duplicates: 0,
  });
});

test('a request in flight at a kill may come twice, once', () => {
  const before = { ...request, life: 0 };

  expect(check(facts({ seen: [before, request] }))).toMatchObject({
    problems: [],
    unrecorded: 1,
    duplicates: 1,
  });
  expect(problems({ seen: [before, before, request] })).toEqual([
    'k0 (evt_0) to ok: 2 requests of life 0 (killed) are not in the log',
    '2 duplicates, but only 0 requests were in flight at the kills',
  ]);
});

test('DLV-03: a start that tells of fewer interrupted attempts than were seen is wrong', () => {
  const lives: Facts['ledger']['lives'] = [
    { startedAt: 100, endedAt: 199, end: 'killed', interrupted: 0 },
    { startedAt: 200, endedAt: 299, end: 'stopped', interrupted: 0 },
  ];

  expect(problems({ lives, seen: [{ ...request, life: 0 }, request] })).toEqual([
    'life 1 tells of 0 interrupted attempts, the receivers saw 1',
  ]);
});

test('a clean stop excuses no duplicate', () => {
  expect(problems({ seen: [request, request] })).toContain(
    'k0 (evt_0) to ok: 1 requests of life 1 (stopped) are not in the log',
  );
});

test('what was accepted must have its delivery, and what was meant must be accepted', () => {
  expect(problems({ deliveries: [], seen: [] })).toEqual(['k0 (evt_0) to ok: 0 deliveries']);
  expect(problems({ intents: new Map([['k0', { ...intent, ackedAs: null }]]) })).toContain(
    'k0 was never accepted',
  );
});

test('what nobody published, and bytes that nobody wrote, are noticed', () => {
  expect(problems({ seen: [request, { ...request, key: 'k1' }] })).toContain(
    'ok got k1 (evt_0), which is not for it',
  );
  expect(problems({ seen: [{ ...request, dataSha256: 'bb' }] })).toEqual([
    'ok got k0 with other bytes than published',
  ]);
  expect(problems({ seen: [{ ...request, messageId: 'evt_1' }] })).toEqual([
    'ok got k0 as evt_1, accepted as evt_0',
  ]);
  expect(problems({ deliveries: [delivery, { ...delivery, eventId: 'evt_9' }] })).toEqual([
    'a delivery that nobody asked for: evt_9 wh_0',
  ]);
});

test('a delivery must end, as its last attempt says', () => {
  expect(problems({ deliveries: [{ ...delivery, state: 'scheduled' }] })).toEqual([
    'k0 (evt_0) to ok: scheduled after 1 attempts, the last success',
  ]);
  expect(problems({ deliveries: [{ ...delivery, state: 'exhausted' }] })).toHaveLength(1);
});

test('an attempt in the log was seen by its receiver, with the status it gave', () => {
  expect(problems({ seen: [{ ...request, status: 500 }] })).toContain(
    'k0 (evt_0) to ok: attempt 1 says 200, its receiver saw no such request',
  );
  expect(problems({ seen: [] })).toContain(
    'k0 (evt_0) to ok: said to be delivered, but its receiver never accepted it',
  );
});

test('more unrecorded requests than a webhook may have in flight are no accident of a kill', () => {
  const many = Array.from({ length: 11 }, (_, index) => `k${index}`);
  const problem = problems({
    intents: new Map(many.map((key, index) => [key, { ...intent, key, ackedAs: `evt_${index}` }])),
    lives: [
      { startedAt: 100, endedAt: 199, end: 'killed', interrupted: 0 },
      { startedAt: 200, endedAt: 299, end: 'stopped', interrupted: 11 },
    ],
    seen: many.flatMap((key, index) =>
      [0, 1].map((life) => ({ ...request, key, life, messageId: `evt_${index}` })),
    ),
    deliveries: many.map((_, index) => ({ ...delivery, eventId: `evt_${index}` })),
  });

  expect(problem).toEqual(['ok: 11 requests of life 0 are not in the log, more than can be in flight']);
});

type Change = { readonly deliveries?: Facts['deliveries'] } & Partial<Facts['ledger']>;

function facts({ deliveries = [delivery], ...ledger }: Change): Facts {
  return {
    ledger: {
      intents: new Map([['k0', intent]]),
      seen: [request],
      lives: [
        { startedAt: 100, endedAt: 199, end: 'killed', interrupted: 0 },
        { startedAt: 200, endedAt: 299, end: 'stopped', interrupted: 1 },
      ],
      problems: [],
      ...ledger,
    },
    deliveries,
    subscribers: new Map([['wh_0', subscribers[0]!]]),
    attemptsMax: 3,
    inFlightMax: 10,
  };
}

function problems(change: Change): readonly string[] {
  return check(facts(change)).problems;
}
