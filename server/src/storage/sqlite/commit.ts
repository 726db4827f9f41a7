// Runs a group of operations in one transaction: they share its fsync, and none can spoil the others.

import type { Command, Reply } from '../command.ts';
import { isDeclined, type Failure } from '../failure.ts';
import { failureOf } from './failure.ts';
import { writes } from './operations.ts';
import { flush } from './record.ts';
import type { Session } from './session.ts';

/** Moments at which a test makes the database fail or wait: before the first write, before the commit, and after it. */
export type Moment = 'begin' | 'commit' | 'committed';
export type AtMoment = (
  moment: Moment,
  commands: readonly Command[],
) => Failure | undefined | Promise<Failure | undefined>;

/**
 * One reply per command. If one fails unexpectedly, all are rolled back and each runs again in a transaction of its
 * own, so that only the culprit fails. Once the disk is full or the file is broken, all fail alike.
 */
export async function commit(
  session: Session,
  commands: readonly Command[],
  at?: AtMoment,
): Promise<Reply[]> {
  const outcome = await attempt(session, commands, at);
  if (Array.isArray(outcome)) return outcome;
  if (outcome.kind !== 'bug' || commands.length === 1) return commands.map(() => ({ failure: outcome }));
  const replies: Reply[] = [];
  for (const command of commands) replies.push(...(await commit(session, [command], at)));
  return replies;
}

async function attempt(
  session: Session,
  commands: readonly Command[],
  at: AtMoment | undefined,
): Promise<Reply[] | Failure> {
  try {
    await happen(at, 'begin', commands);
    session.statement('BEGIN IMMEDIATE').run();
    const replies: Reply[] = [];
    for (const command of commands) replies.push(await run(session, command));
    flush(session);
    await happen(at, 'commit', commands);
    session.statement('COMMIT').run();
    await happen(at, 'committed', commands);
    return replies;
  } catch (error) {
    rollBack(session);
    return error instanceof Injected ? error.failure : failureOf(error);
  }
}

async function run(session: Session, { name, args }: Command): Promise<Reply> {
  try {
    const operation = writes[name as keyof typeof writes] as (
      session: Session,
      ...args: readonly unknown[]
    ) => unknown;
    return { value: await operation(session, ...args) };
  } catch (error) {
    const failure = failureOf(error);
    if (!isDeclined(failure)) throw error;
    return { failure };
  }
}

/** SQLite has rolled back by itself after some errors (disk full); and a broken connection can't. */
function rollBack(session: Session): void {
  session.gathered.clear();
  session.routingsUsedAt.clear();
  if (!session.connection.inTransaction) return;
  try {
    session.statement('ROLLBACK').run();
  } catch {
    // What made it fail is being reported already.
  }
}

class Injected extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

async function happen(at: AtMoment | undefined, moment: Moment, commands: readonly Command[]): Promise<void> {
  if (at === undefined) return;
  const failure = await at(moment, commands);
  if (failure !== undefined) throw new Injected(failure);
}
