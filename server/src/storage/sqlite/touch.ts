// A write that means nothing, to find out whether the database can.

import type { Session } from './session.ts';

/** As big as a payload, and another each time: on a disk that is all but full, a smaller one would still fit. */
export function touch({ statement }: Session): void {
  statement(
    `INSERT INTO meta (key, value) VALUES ('touched', hex(randomblob(32768)))
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  ).run();
}
