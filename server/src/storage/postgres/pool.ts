// Connections for one kind of work, so that none waits behind another: opened when they are needed, and thrown away once
// they are in doubt.

import { setTimeout } from 'node:timers/promises';
import { type ClientBase, Pool as DriverPool, type PoolClient } from 'pg';
import { StoreUnavailable } from '../port/store-errors.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { isLost, isOutdated, isReadOnly } from './failure.ts';
import { makeSession, prepareSession, types, type Session, type Settings } from './session.ts';

export type PoolOptions = {
  /** For the server's own list of connections. */
  readonly name: string;
  readonly max: number;
  /** How long a statement may run, in the server and as seen from here, in milliseconds. */
  readonly statementMs: number;
  readonly lockMs: number;
  /** How long to wait for a connection. */
  readonly connectMs: number;
  /** Further settings of its sessions. */
  readonly settings?: Settings;
};

/** Beyond the server's own limit, the answer is taken for lost. */
const answerMs = 500;
/** What a transaction holds others wait for, whichever tenant's they are: one whose node falls silent is over. It is then repeated. */
const idleInTransactionMs = 1_000;
const endMs = 3_000;

export class Pool {
  readonly #pool: DriverPool;
  readonly #settings: Settings;
  readonly #withinMs: number;
  readonly #sessions = new WeakMap<ClientBase, Session>();
  #ended: Promise<void> | null = null;

  constructor(url: string, options: PoolOptions) {
    this.#withinMs = options.statementMs + answerMs;
    this.#settings = {
      statement_timeout: String(options.statementMs),
      lock_timeout: String(options.lockMs),
      idle_in_transaction_session_timeout: String(idleInTransactionMs),
      // Compiling pays for long queries only, and there are none.
      jit: 'off',
      ...options.settings,
    };
    // The pool waits for its promise, which its type does not tell.
    const opened: (client: ClientBase) => unknown = (client) => this.#opened(client);
    this.#pool = new DriverPool({
      connectionString: url,
      application_name: `posthorn ${options.name}`,
      max: options.max,
      connectionTimeoutMillis: options.connectMs,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      types,
      onConnect: opened,
    });
    // An idle connection that breaks is gone from the pool by then; without a listener the process would end.
    this.#pool.on('error', () => {});
  }

  /** Runs `act` on a connection of its own. Rejects with `StoreUnavailable` when there is none to be had. */
  async use<Result>(act: (session: Session) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    let inDoubt = true;
    try {
      const result = await act(this.#sessions.get(client)!);
      inDoubt = false;
      return result;
    } catch (error) {
      inDoubt =
        isLost(error) || isOutdated(error) || isReadOnly(error) || client.getTransactionStatus() !== 'I';
      throw error;
    } finally {
      client.release(inDoubt);
    }
  }

  /** Lets what is under way end, then closes all connections; one that hangs is given up after a while. */
  end(): Promise<void> {
    this.#ended ??= Promise.race([this.#pool.end(), setTimeout(endMs, undefined, { ref: false })]);
    return this.#ended;
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (error instanceof StoreRefusal) throw error;
      throw new StoreUnavailable(`no connection to the database: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  async #opened(client: ClientBase): Promise<void> {
    // While it is checked out the pool does not listen: what breaks then is told by the statement that was under way.
    client.on('error', () => {});
    const { pooled } = await prepareSession(client, this.#settings, this.#withinMs);
    this.#sessions.set(client, makeSession(client, pooled, this.#settings, this.#withinMs));
  }
}
