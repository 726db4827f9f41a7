// Answers that cost a while are given again for a moment, to however many ask: one question at a time for each, and the
// longer the dearer, so that who asks all the time costs a twentieth of it.

import type { Clock, Instant } from '../../../domain/clock.ts';

/** So many different questions are remembered; more make the oldest forgotten. */
const answersMax = 256;
const timesItsCost = 20;

/** An answer may be as old as `forMs`. */
export type Remember = <Answer>(key: string, forMs: number, ask: () => Promise<Answer>) => Promise<Answer>;

type Known = { until: Instant; readonly answer: Promise<unknown> };

export function makeRemember(clock: Pick<Clock, 'now'>): Remember {
  const answers = new Map<string, Known>();

  return <Answer>(key: string, forMs: number, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = answers.get(key);
    if (known !== undefined && clock.now() < known.until) return known.answer as Promise<Answer>;
    const askedAt = clock.now();
    const answer = ask();
    const fresh: Known = { until: askedAt + forMs, answer };
    answers.delete(key);
    answers.set(key, fresh);
    if (answers.size > answersMax) answers.delete(answers.keys().next().value!);
    answer.then(
      () => {
        const costMs = clock.now() - askedAt;
        fresh.until = Math.min(fresh.until, clock.now() + costMs * timesItsCost);
      },
      () => {
        if (answers.get(key) === fresh) answers.delete(key);
      },
    );
    return answer;
  };
}
