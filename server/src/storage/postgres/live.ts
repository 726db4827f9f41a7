// News for those who look on, from node to node: notifications that nobody waits for, on a connection of their own.

import type { Listeners } from '../parts/listeners.ts';
import type { LiveLink } from '../port/live-link.ts';
import { liveChannel } from './follow.ts';
import { Pool } from './pool.ts';

const options = { name: 'telling', max: 1, statementMs: 2_000, lockMs: 1_000, connectMs: 2_000 };

export function openLiveLink(
  url: string,
  listeners: Listeners<(text: string) => void>,
): { readonly link: LiveLink; close(): Promise<void> } {
  const pool = new Pool(url, options);
  return {
    link: {
      async tell(text) {
        await pool.use((session) => session.query(`SELECT pg_notify('${liveChannel}', $1)`, [text]));
      },
      onTold: (listener) => listeners.add(listener),
    },
    close: () => pool.end(),
  };
}
