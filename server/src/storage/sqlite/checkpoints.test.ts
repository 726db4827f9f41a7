// When checkpoints happen: gently after commits, with force only when the log is long, never beside a commit.

import { expect, test } from 'vitest';
import type { Clock } from '../../domain/clock.ts';
import type { Checkpointed, CheckpointRequest } from './checkpointer.ts';
import { Checkpoints, type AskCheckpointer } from './checkpoints.ts';
import { GroupCommit } from '../group-commit.ts';

function given(answers: (request: CheckpointRequest) => Checkpointed) {
  const timers: { at: number; then: () => void }[] = [];
  let time = 0;
  const clock: Clock = {
    now: () => time,
    wall: () => time,
    monotonicMs: () => time,
    after(delayMs, then) {
      const timer = { at: time + delayMs, then };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  const asked: CheckpointRequest[] = [];
  const commits = new GroupCommit(async (commands) => commands.map(() => ({ value: null })));
  const ask: AskCheckpointer = async (request) => {
    asked.push(request);
    return answers(request);
  };
  const checkpoints = new Checkpoints(ask, clock, commits);
  const pass = async (ms: number) => {
    time += ms;
    for (const timer of timers.filter(({ at }) => at <= time)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.then();
    }
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };
  return { asked, commits, checkpoints, pass, timers };
}

const log = (logPages: number, movedPages = logPages): Checkpointed => ({
  logPages,
  movedPages,
  blocked: false,
});

test('commits of one second share one gentle checkpoint, and without commits there is none', async () => {
  const { asked, checkpoints, pass } = given(() => log(100));
  await pass(5_000);
  expect(asked).toEqual([]);
  for (let commit = 0; commit < 10; commit++) checkpoints.committed();
  await pass(999);
  expect(asked).toEqual([]);
  await pass(1);
  expect(asked).toEqual(['PASSIVE']);
  await pass(5_000);
  expect(asked).toEqual(['PASSIVE']);
  checkpoints.committed();
  await pass(1_000);
  expect(asked).toEqual(['PASSIVE', 'PASSIVE']);
});

test('a long log is moved and synced until little is left, then forced to begin anew', async () => {
  const lengths = [log(20_000, 10_000), log(21_000, 19_000), log(21_500, 21_400), log(21_600)];
  const { asked, checkpoints, pass } = given((request) => (request === 'sync' ? log(0) : lengths.shift()!));
  checkpoints.committed();
  await pass(1_000);
  expect(asked).toEqual(['PASSIVE', 'sync', 'PASSIVE', 'sync', 'PASSIVE', 'sync', 'RESTART']);
});

test('a log that grew very long is cut, and a reader that holds it up is tried no more than a few times', async () => {
  const { asked, checkpoints, pass } = given(() => log(100_000, 10));
  checkpoints.committed();
  await pass(1_000);
  expect(asked.filter((request) => request === 'PASSIVE')).toHaveLength(5);
  expect(asked.at(-1)).toBe('TRUNCATE');
});

test('a full disk is left to the commits to tell; a broken one ends them', async () => {
  let failure: 'full' | 'broken' = 'full';
  const { commits, checkpoints, pass } = given(() => ({ failure: { kind: failure, message: failure } }));
  checkpoints.committed();
  await pass(1_000);
  expect(commits.isBroken).toBe(false);
  failure = 'broken';
  checkpoints.committed();
  await pass(1_000);
  expect(commits.isBroken).toBe(true);
});

test('close moves all that is left, and leaves no timer', async () => {
  const { asked, checkpoints, timers } = given(() => log(5));
  checkpoints.committed();
  await checkpoints.close();
  expect(asked).toEqual(['TRUNCATE', 'close']);
  expect(timers).toEqual([]);
});
