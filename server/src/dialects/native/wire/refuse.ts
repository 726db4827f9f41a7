// Throws the refusal for problems, if there are any.

import { invalid, type FieldProblem } from '../../../domain/refusal.ts';

export function refuse(problems: readonly FieldProblem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw invalid([first, ...others]);
}
