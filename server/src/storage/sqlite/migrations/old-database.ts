// A database file of a test's own, for migrations to bring it on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { newTenant } from '../../contract/given.ts';
import { openConnection } from '../connection.ts';
import type { Connection } from '../session.ts';

/** Each test gets another file. */
export function oldDatabase() {
  let directory: string;
  beforeEach(() => {
    newTenant();
    directory = mkdtempSync(join(tmpdir(), 'posthorn-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  return {
    get path(): string {
      return join(directory, 'posthorn.db');
    },

    /** Runs `act` on a connection of its own, which reads the schema anew. */
    on<Answer>(act: (connection: Connection) => Answer): Answer {
      const connection = openConnection(this.path, { checkpoints: true });
      try {
        return act(connection);
      } finally {
        connection.close();
      }
    },
  };
}
