// How much room a database takes.

import { statSync } from 'node:fs';
import type { Connection } from './session.ts';

export function sizeOf(connection: Connection): number {
  if (!connection.memory) return sizeOfFiles(connection.name);
  const pages = connection.pragma('page_count', { simple: true }) as number;
  return pages * (connection.pragma('page_size', { simple: true }) as number);
}

/** The database with its log. */
export function sizeOfFiles(path: string): number {
  return [path, `${path}-wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
