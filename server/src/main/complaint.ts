// What a person is told when Posthorn can't start: a sentence for each problem, and a stack only for a bug.

import { BadSettings } from '../config/resolve.ts';
import { CannotStart } from '../cannot-start.ts';
import { Refusal } from '../domain/refusal.ts';
import { NoSuchName } from './no-such-name.ts';
import { NotTold } from './tell.ts';

export function complaint(error: unknown): string {
  if (error instanceof BadSettings) {
    return `Posthorn can't start with these settings:\n${error.problems.map((problem) => `  ${problem}\n`).join('')}`;
  }
  if (error instanceof NoSuchName || error instanceof NotTold) return `${error.message}\n`;
  if (error instanceof CannotStart || error instanceof Refusal)
    return `Posthorn can't start: ${error.message}\n`;
  return `Posthorn can't start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}
