// Sessions that were signed out: the only thing about sessions that is stored.

import type { Kysely } from 'kysely';
import type { EndedSessionRow, Schema } from '../schema.ts';

export async function endSession(db: Kysely<Schema>, row: EndedSessionRow): Promise<void> {
  await db
    .insertInto('ended_sessions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function isSessionEnded(db: Kysely<Schema>, id: string): Promise<boolean> {
  const row = await db.selectFrom('ended_sessions').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}
