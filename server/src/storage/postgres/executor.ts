// Runs the operations of the store on PostgreSQL: publishes and records in groups, changes of the control plane one
// after the other, and each kind of work on connections of its own.

import type { Command } from '../command.ts';
import type { Executor } from '../executor.ts';
import { errorOf } from '../failure.ts';
import type { PublishRows } from '../rows/publish-rows.ts';
import { GroupCommit } from '../group-commit.ts';
import { StoreUnavailable } from '../port/store-errors.ts';
import { again } from './again.ts';
import { Changing } from './change.ts';
import { failureOf } from './failure.ts';
import { cleaning, loads, lookUps, searches, severalStatements, steps, touch } from './operations.ts';
import { isInLine } from './in-line.ts';
import { Pool, type PoolOptions } from './pool.ts';
import { Publishing, type OnUnsure } from './publish.ts';
import { Recording } from './record.ts';
import { alongIndexes, durably, hot, inTransaction, pages, type Session } from './session.ts';

const second = 1_000;
const forPublishing = {
  max: 1,
  statementMs: 30 * second,
  lockMs: 2 * second,
  connectMs: second,
  settings: hot,
};
const kinds = {
  publishing: forPublishing,
  /** What stands in lines may wait for others who hold them, and all else must not wait with it. */
  'publishing in lines': forPublishing,
  recording: {
    max: 1,
    statementMs: 15 * second,
    lockMs: 5 * second,
    connectMs: 2 * second,
    settings: hot,
  },
  loading: {
    max: 2,
    statementMs: 10 * second,
    lockMs: 5 * second,
    connectMs: 5 * second,
    settings: hot,
  },
  changing: {
    max: 1,
    statementMs: 3 * second,
    lockMs: 2 * second,
    connectMs: 2 * second,
    settings: alongIndexes,
  },
  ending: {
    max: 1,
    statementMs: 10 * second,
    lockMs: 5 * second,
    connectMs: 5 * second,
    settings: alongIndexes,
  },
  cleaning: { max: 1, statementMs: 60 * second, lockMs: 2 * second, connectMs: 5 * second },
  'looking up': { max: 4, statementMs: 2 * second, lockMs: second, connectMs: 1_500 },
  searching: {
    max: 2,
    statementMs: 30 * second,
    lockMs: second,
    connectMs: 10 * second,
    settings: pages,
  },
} satisfies Readonly<Record<string, Omit<PoolOptions, 'name'>>>;

type Operation = (session: Session, ...args: readonly unknown[]) => Promise<unknown>;
type Kind = keyof typeof kinds;

export function postgresExecutor(url: string, onUnsure: OnUnsure): Executor {
  const pools = Object.fromEntries(
    Object.entries(kinds).map(([name, options]) => [name, new Pool(url, { name, ...options })]),
  ) as Record<Kind, Pool>;
  const publishing = new Publishing(pools.publishing, onUnsure);
  const publishingInLines = new Publishing(pools['publishing in lines'], onUnsure);
  const recording = new Recording(pools.recording);
  const changing = new Changing(pools.changing);
  const publishes = new GroupCommit((commands) => publishing.commit(commands));
  const publishesInLines = new GroupCommit((commands) => publishingInLines.commit(commands));
  const records = new GroupCommit((commands) => recording.commit(commands));
  const controlPlane = new GroupCommit((commands) => changing.commit(commands));
  let closing: Promise<void> | null = null;

  return {
    async write(name, ...args) {
      if (closing !== null) throw new StoreUnavailable('the store is closed');
      return (await write({ name, args })) as never;
    },
    async read(name, ...args) {
      if (closing !== null) throw new StoreUnavailable('the store is closed');
      return (await told(() => read(name, args))) as never;
    },
    sizeBytes: () =>
      told(async () => {
        const sql = 'SELECT pg_database_size(current_database()) AS size';
        const { rows } = await pools.searching.use(({ query }) => query<{ size: number }>(sql));
        return rows[0]!.size;
      }),
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function write(command: Command): Promise<unknown> {
    const { name, args } = command;
    if (name === 'publish')
      return (standsInLines(args[0] as PublishRows) ? publishesInLines : publishes).add(command);
    if (name === 'record' || name === 'saveHealth') return records.add(command);
    if (name === 'touch') return told(() => alone('looking up', touch, args));
    if (name in steps)
      return told(() => transaction('ending', steps[name as keyof typeof steps] as Operation, args));
    if (name in cleaning) {
      publishing.forgetRoutings();
      publishingInLines.forgetRoutings();
      const clean = cleaning[name as keyof typeof cleaning] as Operation;
      return told(() => again(() => pools.cleaning.use((session) => clean(session, ...args))));
    }
    return controlPlane.add(command);
  }

  /** One statement, which is a transaction by itself. */
  function alone(kind: Kind, operation: Operation, args: readonly unknown[]): Promise<unknown> {
    return again(() => pools[kind].use((session) => durably(session, () => operation(session, ...args))));
  }

  function transaction(kind: Kind, operation: Operation, args: readonly unknown[]): Promise<unknown> {
    return again(() =>
      pools[kind].use((session) => inTransaction(session, () => operation(session, ...args))),
    );
  }

  function read(name: string, args: readonly unknown[]): Promise<unknown> {
    if (name in loads) return alone('loading', loads[name as keyof typeof loads] as Operation, args);
    if (name in searches)
      return search('searching', searches[name as keyof typeof searches] as Operation, args);
    const lookUp = lookUps[name as keyof typeof lookUps] as Operation;
    return severalStatements.has(name)
      ? search('looking up', lookUp, args)
      : alone('looking up', lookUp, args);
  }

  /** Several statements that see one moment. */
  function search(kind: Kind, operation: Operation, args: readonly unknown[]): Promise<unknown> {
    return again(() =>
      pools[kind].use((session) =>
        inTransaction(
          session,
          () => operation(session, ...args),
          'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
        ),
      ),
    );
  }

  async function close(): Promise<void> {
    await Promise.all(
      [publishes, publishesInLines, records, controlPlane].map((commits) => commits.drained()),
    );
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
  }
}

function standsInLines({ events }: PublishRows): boolean {
  return events.some(({ deliveries }) => deliveries.some(isInLine));
}

/** Rejects with the errors of the Store port. */
async function told<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const failure = failureOf(error);
    throw failure.kind === 'bug' ? error : errorOf(failure);
  }
}
