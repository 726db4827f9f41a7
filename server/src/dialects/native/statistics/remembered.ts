// Answers that cost a while are given again for a moment, to however many ask: one question at a time for each.

import type { Clock, Instant } from '../../../domain/clock.ts';

/** So many different questions are remembered; more make the oldest forgotten. */
const answersMax = 256;

export type Remember = <Answer>(key: string, forMs: number, ask: () => Promise<Answer>) => Promise<Answer>;

export function makeRemember(clock: Pick<Clock, 'now'>): Remember {
  const answers = new Map<string, { readonly until: Instant; readonly answer: Promise<unknown> }>();

  return <Answer>(key: string, forMs: number, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = answers.get(key);
    if (known !== undefined && clock.now() < known.until) return known.answer as Promise<Answer>;
    const answer = ask();
    answers.delete(key);
    answers.set(key, { until: clock.now() + forMs, answer });
    if (answers.size > answersMax) answers.delete(answers.keys().next().value!);
    answer.catch(() => {
      if (answers.get(key)?.answer === answer) answers.delete(key);
    });
    return answer;
  };
}
