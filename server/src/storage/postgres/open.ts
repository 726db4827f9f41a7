// Opens the store on PostgreSQL.

import type { Clock, Instant } from '../../domain/clock.ts';
import { keyCheckPlace, makeKeyCheck, refuseOtherKey } from '../key-check.ts';
import { makeStore } from '../make-store.ts';
import { parseMasterKey } from '../master-key.ts';
import { Listeners, makeListeners } from '../parts/listeners.ts';
import { StoreUnavailable } from '../port/store-errors.ts';
import { makeSealer, type Sealer } from '../seal.ts';
import { StoreRefusal } from '../store-refusal.ts';
import type { LiveLink, ShardStore, Store } from '../store.ts';
import { makeDays } from './days.ts';
import { postgresExecutor } from './executor.ts';
import { failureOf, isLockedOut } from './failure.ts';
import { Follower } from './follow.ts';
import { openLiveLink } from './live.ts';
import { migrate, versionOf, type SchemaWaits } from './migrate.ts';
import { Pool } from './pool.ts';
import { readNews } from './news.ts';
import { inTransaction, type Session } from './session.ts';
import { openShards } from './shards.ts';
import { tellOfChanges } from './told.ts';
import { Unsure } from './unsure.ts';

export type PostgresOptions = {
  /** `postgres://…`, as libpq and `pg` read it. */
  readonly url: string;
  /** 32 bytes in base64, the same on every node. */
  readonly masterKey: string | undefined;
  readonly clock: Clock;
  /** Gives up between the steps of opening. */
  readonly signal?: AbortSignal;
  /** Told once of each that keeps the schema from being brought up to date. */
  readonly onWait?: (waitsFor: SchemaWaits) => void;
};

/** A store that several nodes have, and how they share the work. */
export type SharedStore = Store & { readonly shards: ShardStore; readonly live: LiveLink };

const settingUp = { name: 'starting', max: 1, statementMs: 30_000, lockMs: 10_000, connectMs: 5_000 };
const keyAdvice = 'set POSTHORN_MASTER_KEY to the key that it was begun with, the same on every node';

/**
 * Opens the store of a node: checks the server and the key, brings the schema up to date (of several nodes that start
 * together one does), and follows what other nodes change. Rejects with a `StoreRefusal` whose message is one sentence
 * for the operator and holds no password.
 */
export async function openPostgresStore({
  url,
  masterKey,
  clock,
  ...waiting
}: PostgresOptions): Promise<SharedStore> {
  const sealer = makeSealer(requiredKey(masterKey));
  const listeners = makeListeners();
  const live = new Listeners<(text: string) => void>();
  const follower = new Follower(
    url,
    (session, changes) => tellOfChanges(session, changes, listeners, sealer),
    {
      told: (text) => listeners.news.tell(readNews(text)),
      toldLive: (text) => live.tell(text),
      unsure: () => listeners.news.tell({ kind: 'unsure' }),
    },
    clock,
  );
  await setUp(url, async (session) => {
    await refuseOther(session, url, sealer);
    waiting.signal?.throwIfAborted();
    await migrate(session, clock, waiting);
    await keepKeyCheck(session, sealer);
    await refuseOther(session, url, sealer);
    await makeDaysInTime(session, clock.wall());
    await follower.start(session);
  });
  const unsure = new Unsure(answers, (webhookIds) => listeners.waiting.tell(webhookIds));
  const executor = postgresExecutor(url, (webhookIds) => unsure.add(webhookIds));
  const store = makeStore(executor, sealer, listeners);
  const sharing = openShards(url, listeners.news, () => follower.isUpToDate());
  const telling = openLiveLink(url, live);
  return {
    ...store,
    shards: sharing.shards,
    live: telling.link,
    async close() {
      await Promise.all([follower.close(), unsure.close(), sharing.close(), telling.close()]);
      await store.close();
    },
  };

  async function answers(): Promise<boolean> {
    return (await store.check()).ok;
  }
}

function requiredKey(masterKey: string | undefined): Uint8Array {
  if (masterKey !== undefined) return parseMasterKey(masterKey, 'POSTHORN_MASTER_KEY');
  throw new StoreRefusal(
    'master_key',
    'POSTHORN_MASTER_KEY is required with PostgreSQL, the same on every node: draw one with `openssl rand -base64 32` and keep it',
  );
}

async function setUp(url: string, act: (session: Session) => Promise<void>): Promise<void> {
  const pool = new Pool(url, settingUp);
  try {
    await pool.use(act);
  } catch (error) {
    if (error instanceof StoreRefusal || (error as Error).name === 'AbortError') throw error;
    const { kind, message } = failureOf(error);
    if (kind === 'bug' && !(error instanceof StoreUnavailable)) throw error;
    throw new StoreRefusal('failed', `The database ${nameOf(url)} can't be used: ${message}`, {
      cause: error,
    });
  } finally {
    await pool.end();
  }
}

async function refuseOther(session: Session, url: string, sealer: Sealer): Promise<void> {
  if ((await versionOf(session)) === 0) return;
  const sql = 'SELECT value FROM meta WHERE key = $1';
  const { rows } = await session.query<{ value: string }>(sql, [keyCheckPlace.id]);
  refuseOtherKey(`the database ${nameOf(url)}`, keyAdvice, rows[0]?.value, sealer);
}

async function keepKeyCheck(session: Session, sealer: Sealer): Promise<void> {
  await session.query('INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    keyCheckPlace.id,
    makeKeyCheck(sealer),
  ]);
}

/** Where others are in the way, the chores make them: there are some days in hand. */
async function makeDaysInTime(session: Session, now: Instant): Promise<void> {
  try {
    await inTransaction(session, () => makeDays(session, now));
  } catch (error) {
    if (!isLockedOut(error)) throw error;
  }
}

/** Host and database, without user, password and parameters. */
function nameOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'on PostgreSQL' : `${parsed.host}${decodeURIComponent(parsed.pathname)}`;
}
