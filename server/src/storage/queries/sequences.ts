// Numbers that ascend from 1 and are never given out twice.

import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

export async function nextInSequence(db: Kysely<Schema>, name: string): Promise<number> {
  const { value } = await db
    .insertInto('sequences')
    .values({ name, value: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => ({ value: row('sequences.value', '+', 1) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}
