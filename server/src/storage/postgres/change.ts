// Changes of the control plane, in groups: they take turns, over all nodes, so that each sees what the one before it did
// and the audit log has one order.

import type { Command, Reply } from '../command.ts';
import { isDeclined } from '../failure.ts';
import { again, together } from './again.ts';
import { failureOf } from './failure.ts';
import { locks } from './migrate.ts';
import { changes } from './operations.ts';
import type { Pool } from './pool.ts';
import { inTransaction, type Session } from './session.ts';

export class Changing {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  commit(commands: readonly Command[]): Promise<readonly Reply[]> {
    return together(commands, (group) => again(() => this.#change(group)));
  }

  #change(commands: readonly Command[]): Promise<readonly Reply[]> {
    return this.#pool.use((session) =>
      inTransaction(session, async () => {
        await session.query('SELECT pg_advisory_xact_lock($1, $2)', locks.changing);
        const replies: Reply[] = [];
        for (const command of commands) replies.push(await changeOne(session, command));
        return replies;
      }),
    );
  }
}

async function changeOne(session: Session, { name, args }: Command): Promise<Reply> {
  const operation = changes[name as keyof typeof changes] as (
    session: Session,
    ...args: readonly unknown[]
  ) => Promise<unknown>;
  try {
    return { value: await operation(session, ...args) };
  } catch (error) {
    const failure = failureOf(error);
    if (!isDeclined(failure)) throw error;
    return { failure };
  }
}
