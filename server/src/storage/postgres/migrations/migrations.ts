// All schema versions in order: migration n brings the schema from version n - 1 to n. Released ones never change. What
// needs tables for itself alone stands before what takes long: where a lock is not to be had at once all of it begins anew.

import { foundation } from './001-foundation.ts';
import { nodes } from './002-nodes.ts';
import { endedSessions } from './003-ended-sessions.ts';
import { observing } from './004-observing.ts';
import { replays } from './005-replays.ts';
import { portalLinks } from './006-portal-links.ts';
import { lists } from './008-lists.ts';
import { redelivered } from './009-redelivered.ts';
import { order } from './010-order.ts';
import { takenBy } from './011-taken-by.ts';

export type Migration = { readonly name: string; readonly sql: string };

export const migrations: readonly Migration[] = [
  { name: 'foundation', sql: foundation },
  { name: 'nodes', sql: nodes },
  { name: 'ended sessions', sql: endedSessions },
  { name: 'observing', sql: observing },
  { name: 'replays', sql: replays },
  { name: 'portal links', sql: portalLinks },
  { name: 'lists', sql: lists },
  { name: 'redelivered', sql: redelivered },
  { name: 'order', sql: order },
  { name: 'taken by', sql: takenBy },
];
