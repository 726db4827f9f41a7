// Changes of the control plane, in groups: they take turns, over all nodes, so that each sees what the one before it did
// and the audit log has one order.

import type { Command, Reply } from '../command.ts';
import { isDeclined } from '../failure.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import { again, together } from './again.ts';
import { failureOf } from './failure.ts';
import { takeLinesOf } from './in-line.ts';
import { locks } from './migrate.ts';
import { changes } from './operations.ts';
import type { Pool } from './pool.ts';
import { CommitUnknown, inTransaction, type Session } from './session.ts';

export class Changing {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  commit(commands: readonly Command[]): Promise<readonly Reply[]> {
    return together(commands, (group) => again(() => this.#change(group)));
  }

  /**
   * Whose commit got no answer holds its turn until it is over; so whoever has the next turn sees by the audit log
   * whether it happened, and does it where it did not.
   */
  async #change(commands: readonly Command[]): Promise<readonly Reply[]> {
    const replies: Reply[] = [];
    try {
      await this.#inTurn((session) => changeAll(session, commands, replies));
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error;
      await this.#inTurn(async (session) => {
        if (await areThere(session, commands)) return;
        replies.length = 0;
        await changeAll(session, commands, replies);
      });
    }
    return replies;
  }

  #inTurn(act: (session: Session) => Promise<void>): Promise<void> {
    return this.#pool.use((session) =>
      inTransaction(session, async () => {
        await session.query('SELECT pg_advisory_xact_lock($1, $2)', locks.changing);
        await act(session);
      }),
    );
  }
}

async function changeAll(session: Session, commands: readonly Command[], replies: Reply[]): Promise<void> {
  await takeLinesOf(session, commands);
  for (const command of commands) replies.push(await changeOne(session, command));
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

/** A group is there as a whole or not at all; commands that changed nothing wrote no entry, and may run again. */
async function areThere(session: Session, commands: readonly Command[]): Promise<boolean> {
  const entries = commands.flatMap(({ args }) => args.flatMap(changeOf)).map(({ audit }) => audit);
  const { rows } = await session.query<{ there: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM audit WHERE tenant_id = ANY ($1::text[]) AND at = ANY ($2::bigint[])
       AND id = ANY ($3::text[])) AS there`,
    [
      entries.map((entry) => entry.tenant_id),
      entries.map((entry) => entry.at),
      entries.map((entry) => entry.id),
    ],
  );
  return rows[0]!.there;
}

/** What accompanies a change, among the arguments of its operation. */
function changeOf(argument: unknown): ChangeRows[] {
  if (typeof argument !== 'object' || argument === null) return [];
  if ('audit' in argument) return [argument as ChangeRows];
  return 'change' in argument ? [argument.change as ChangeRows] : [];
}
