// Who owns which shard, as rows: each act is one statement, decided by the rows as they are when it gets to them, and
// every time is the database's.

import type { NodeRow, ShardRow } from '../../domain/shard.ts';
import type { Listeners } from '../parts/listeners.ts';
import type { NewsListener, ShardStore } from '../port/shard-store.ts';
import { errorOf } from '../failure.ts';
import { failureOf } from './failure.ts';
import { newsChannel } from './follow.ts';
import { NewsTeller } from './news.ts';
import { Pool } from './pool.ts';
import { durably, type Session } from './session.ts';

/** Short, so that several tries fit into a lease. */
const options = { name: 'sharing', max: 2, statementMs: 3_000, lockMs: 2_000, connectMs: 2_000 };
/** How long a node that was lost is told of. */
const lostForMs = 3_600_000;

export function openShards(
  url: string,
  listeners: Listeners<NewsListener>,
  knowsChanges: () => boolean,
): { readonly shards: ShardStore; close(): Promise<void> } {
  const pool = new Pool(url, options);
  const teller = new NewsTeller(pool);
  const shards: ShardStore = {
    renew: ({ id, name, url: at, version, leaving }, leaseMs) =>
      run((session) => owned(session, 'renew', renewSql, [id, name, at, version, leaving, leaseMs])),
    table: () =>
      run(async (session) => {
        const [row] = await session.prepared<TableRow>('table', tableSql, []);
        return { now: row!.now, nodes: row!.nodes, shards: row!.shards };
      }),
    claim: (nodeId, free, leaseMs, stood) =>
      run((session) =>
        owned(session, 'claim', claimSql, [
          nodeId,
          leaseMs,
          free.map(({ epoch }) => epoch),
          free.map(({ shard, leasedUntil }) => (stood?.has(shard) ? leasedUntil : null)),
        ]),
      ),
    release: (nodeId, epochs) => run((session) => act(session, 'release', releaseSql, [nodeId, epochs])),
    leave: (nodeId) => run((session) => act(session, 'leave', leaveSql, [nodeId])),
    tell: (news) => teller.tell(news),
    knowsChanges,
    onNews: (listener) => listeners.add(listener),
  };
  return {
    shards,
    async close() {
      await teller.close();
      await pool.end();
    },
  };

  /** Rejects with the errors of the Store port. */
  async function run<Result>(ask: (session: Session) => Promise<Result>): Promise<Result> {
    try {
      return await pool.use((session) => durably(session, () => ask(session)));
    } catch (error) {
      const failure = failureOf(error);
      throw failure.kind === 'bug' ? error : errorOf(failure);
    }
  }
}

type TableRow = {
  readonly now: number;
  readonly nodes: readonly NodeRow[];
  readonly shards: readonly ShardRow[];
};

async function owned(
  session: Session,
  name: string,
  sql: string,
  values: readonly unknown[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await session.prepared<{ shard: number; epoch: number }>(name, sql, values);
  return new Map(rows.map(({ shard, epoch }) => [shard, epoch]));
}

async function act(session: Session, name: string, sql: string, values: readonly unknown[]): Promise<void> {
  await session.prepared(name, sql, values);
}

/** The moment itself, not that of the transaction's begin. */
const now = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

const renewSql = `WITH node AS (
    INSERT INTO nodes (id, name, url, version, leaving, started_at, heartbeat_at, leased_until)
    VALUES ($1, $2, $3, $4, $5, ${now}, ${now}, ${now} + $6::bigint)
    ON CONFLICT (id) DO UPDATE SET leaving = excluded.leaving, url = excluded.url,
      heartbeat_at = excluded.heartbeat_at, leased_until = excluded.leased_until
  ),
  forgotten AS (DELETE FROM nodes WHERE leased_until < ${now} - ${lostForMs} AND id <> $1)
  UPDATE shards SET leased_until = ${now} + $6::bigint WHERE owner = $1 RETURNING shard, epoch`;

const tableSql = `SELECT ${now} AS now,
  (SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'url', url, 'version', version,
    'startedAt', started_at, 'heartbeatAt', heartbeat_at, 'leasedUntil', leased_until, 'leaving', leaving)
    ORDER BY started_at, id), '[]') FROM nodes) AS nodes,
  (SELECT json_agg(json_build_object('shard', shard, 'epoch', epoch, 'owner', owner, 'leasedUntil', leased_until)
    ORDER BY shard) FROM shards) AS shards`;

/** In the order of shards, so that two nodes can't wait for each other in a circle. */
const claimSql = `WITH free AS (
    SELECT shard FROM shards JOIN unnest($3::bigint[], $4::bigint[]) AS given (epoch, stood) USING (epoch)
    WHERE owner IS NULL OR leased_until <= ${now} OR leased_until = given.stood
    ORDER BY shard FOR UPDATE OF shards
  )
  UPDATE shards SET owner = $1, epoch = nextval('shard_epochs'), leased_until = ${now} + $2::bigint
  FROM free WHERE shards.shard = free.shard RETURNING shards.shard, shards.epoch`;

const releaseSql = `WITH released AS (
    UPDATE shards SET owner = NULL, leased_until = NULL WHERE owner = $1 AND epoch = ANY ($2::bigint[])
  )
  SELECT pg_notify('${newsChannel}', 'shards')`;

const leaveSql = `WITH released AS (UPDATE shards SET owner = NULL, leased_until = NULL WHERE owner = $1),
  gone AS (DELETE FROM nodes WHERE id = $1)
  SELECT pg_notify('${newsChannel}', 'shards')`;
