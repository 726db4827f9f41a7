// One statement on a connection, and the wait for its answer.

import { type ClientBase, DatabaseError, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { ConnectionLost, NotAsked } from './failure.ts';

/**
 * Rejects with the server's error, with a `TypeError` for a value that the driver can't send, or with `ConnectionLost` where
 * the connection ends or nothing is answered within `withinMs` milliseconds: what became of the statement is unknown then,
 * and the connection is to be thrown away.
 *
 * The driver is given a callback and no time-out. For its own promise and time-out it assigns a function to a property of
 * each query; V8 puts such a function among the old objects, and all that the query knows stays until they are
 * collected (decision 24).
 */
export async function ask<Row extends QueryResultRow>(
  client: ClientBase,
  query: QueryConfig,
  withinMs: number,
): Promise<QueryResult<Row>> {
  try {
    return await answerTo(client, query, withinMs);
  } catch (error) {
    // The driver's trace begins at the socket; this one tells who asked.
    if (error instanceof Error) Error.captureStackTrace(error);
    // Whatever the server did not say, the driver says of the connection; but its own mistakes are ours.
    if (error instanceof DatabaseError || error instanceof TypeError) throw error;
    const { message } = error as Error;
    const Lost = message.endsWith('is not queryable') ? NotAsked : ConnectionLost;
    throw new Lost(`the database does not answer: ${message}`, { cause: error });
  }
}

function answerTo<Row extends QueryResultRow>(
  client: ClientBase,
  query: QueryConfig,
  withinMs: number,
): Promise<QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`nothing came within ${withinMs} ms`)), withinMs);
    client.query<Row>(query, (error: Error | null, result) => {
      clearTimeout(late);
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}
