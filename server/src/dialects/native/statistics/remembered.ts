// Answers that cost a while are given again for a moment, to however many ask: one question at a time for each, and the
// longer the dearer, so that who asks all the time costs a twentieth of it.

import type { Clock } from '../../../domain/clock.ts';

/** So many different questions are remembered; more make the oldest forgotten. */
const answersMax = 256;
const timesItsCost = 20;

/** An answer may be as old as `forMs`. */
export type Remember = <Answer>(key: string, forMs: number, ask: () => Promise<Answer>) => Promise<Answer>;

type Known = { untilMs: number; readonly answer: Promise<unknown> };

export function makeRemember(clock: Pick<Clock, 'monotonicMs'>): Remember {
  const answers = new Map<string, Known>();

  return <Answer>(key: string, forMs: number, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = answers.get(key);
    if (known !== undefined && clock.monotonicMs() < known.untilMs) return known.answer as Promise<Answer>;
    const askedMs = clock.monotonicMs();
    const answer = ask();
    const fresh: Known = { untilMs: askedMs + forMs, answer };
    answers.delete(key);
    answers.set(key, fresh);
    if (answers.size > answersMax) answers.delete(answers.keys().next().value!);
    answer.then(
      () => {
        const answeredMs = clock.monotonicMs();
        const costMs = answeredMs - askedMs;
        fresh.untilMs = Math.min(fresh.untilMs, answeredMs + costMs * timesItsCost);
      },
      () => {
        if (answers.get(key) === fresh) answers.delete(key);
      },
    );
    return answer;
  };
}
