// A write that means nothing, to find out whether the database can.

import type { Session } from './session.ts';

export function touch({ statement }: Session): void {
  statement(
    "INSERT INTO meta (key, value) VALUES ('touched', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1",
  ).run();
}
