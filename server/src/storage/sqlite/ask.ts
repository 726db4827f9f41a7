// Answers one question on one snapshot.

import { failureOf } from './failure.ts';
import type { Command, Reply } from '../command.ts';
import { reads } from './operations.ts';
import type { Session } from './session.ts';

export async function ask(session: Session, { name, args }: Command): Promise<Reply> {
  try {
    const operation = reads[name as keyof typeof reads] as (
      session: Session,
      ...args: readonly unknown[]
    ) => unknown;
    session.statement('BEGIN').run();
    try {
      return { value: await operation(session, ...args) };
    } finally {
      session.statement('COMMIT').run();
    }
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
