import { describe, expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { actedOn, isMissed, replayActs, roomFor, type ReplayState } from './replay.ts';

const by = { kind: 'user', id: 'usr_1', name: 'Ada' } as const;
const states: Record<string, ReplayState> = {
  running: { kind: 'running', since: 1 },
  paused: { kind: 'paused', since: 1, by },
  completed: { kind: 'completed', at: 1 },
  cancelled: { kind: 'cancelled', at: 1, by },
};

test.each([
  ['running', { pause: 'paused', resume: 'running', cancel: 'cancelled' }],
  ['paused', { pause: 'paused', resume: 'running', cancel: 'cancelled' }],
  ['completed', { pause: 'conflict', resume: 'conflict', cancel: 'conflict' }],
  ['cancelled', { pause: 'conflict', resume: 'conflict', cancel: 'cancelled' }],
])('what may become of a %s replay: %o', (from, expected) => {
  const become = Object.fromEntries(
    replayActs.map((act) => {
      try {
        return [act, actedOn(states[from]!, act, by, 2).kind];
      } catch (error) {
        return [act, (error as { code: string }).code];
      }
    }),
  );
  expect(become).toEqual(expected);
});

test('what is so already stays the very same, with who and when', () => {
  for (const [state, act] of [
    ['running', 'resume'],
    ['paused', 'pause'],
    ['cancelled', 'cancel'],
  ] as const)
    expect(actedOn(states[state]!, act, by, 2)).toBe(states[state]);
});

test('a replay has room while few of its webhook are due and not too many wait', () => {
  expect(roomFor({ due: 0, waiting: 0, behind: 0 }, 'none')).toBe(250);
  expect(roomFor({ due: 240, waiting: 240, behind: 0 }, 'none')).toBe(10);
  expect(roomFor({ due: 900, waiting: 900, behind: 0 }, 'none')).toBe(0);
  expect(roomFor({ due: 0, waiting: 990, behind: 0 }, 'none')).toBe(10);
  expect(roomFor({ due: 0, waiting: 1_000, behind: 0 }, 'none')).toBe(0);
  expect(roomFor({ due: 0, waiting: 1, behind: 1_000 }, 'key')).toBe(250);
  expect(roomFor({ due: 0, waiting: 1, behind: 899 }, 'webhook')).toBe(100);
});

describe('a missed event', () => {
  const event = {
    id: 'evt_1',
    tenantId: 'tnt_1',
    type: 'invoice.paid',
    occurredAt: 1,
    acceptedAt: 1,
    data: new TextEncoder().encode('{"kind":"a"}'),
    context: { channels: ['eu'] },
  };
  const webhook = sampleWebhook();
  const subscription = webhook.subscription;

  test.each([
    ['that the webhook subscribes to', {}, true],
    ['of another type', { subscription: { ...subscription, eventTypes: ['order.*'] } }, false],
    ['of its channel', { subscription: { ...subscription, channels: ['eu'] } }, true],
    ['of another channel', { subscription: { ...subscription, channels: ['us'] } }, false],
    [
      'whose data it asks for',
      { subscription: { ...subscription, only: { path: ['kind'], oneOf: ['a'] } } },
      true,
    ],
    [
      'whose data it does not',
      { subscription: { ...subscription, only: { path: ['kind'], oneOf: ['b'] } } },
      false,
    ],
  ])('%s', (_name, more, expected) => {
    expect(isMissed(event, { ...webhook, ...more }, () => false)).toBe(expected);
  });

  test('is no message of an administration', () => {
    expect(isMissed({ ...event, context: { purpose: 'test' } }, webhook, () => false)).toBe(false);
  });
});
